// grains.*: the functions that change the grains file.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/python_text.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Change {
  std::string key;
  Value val = "";
  bool destructive = false, force = false, convert = false, refresh_pillar = true;
  std::string delimiter = ":";
};
struct Several {
  Map grains;
  bool destructive = false, refresh_pillar = true;
};

// One key of the file, as Salt's setval: nothing as value removes it when that is asked.
Value set_values(const Several& args, Call& call) {
  Map file = call.tools.grains.read_file();
  for (const auto& [key, value] : args.grains) {
    if (args.destructive && value.is_null()) file.erase(key);
    else file.set(key, value);
  }
  call.tools.grains.write_file(file);
  return args.grains;
}

Value set_value(const Change& args, Call& call) {
  return set_values({.grains = {{args.key, args.val}}, .destructive = args.destructive, .refresh_pillar = true}, call);
}

bool is_complex(const Value& value) { return value.is_list() || value.is_map(); }

// What a refused change gives.
struct Refusal {
  std::string comment;
};

// The value of `key` with `rest` below it set, or a refusal.
Value with_inner(const Change& args, const std::string& key, const std::string& rest, const Value& value, Call& call) {
  Value held = call.tools.grains.get_path(key, args.delimiter).value_or(Map{});
  if (held.is_map()) {
    if (value.is_null() && args.destructive) held.edit_map().erase(rest);
    else held.edit_map().set(rest, value);
    return held;
  }
  if (held.is_list()) {
    bool is_set = false;
    for (Value& item : held.edit_list()) {
      const bool is_name = item == Value(rest);
      if (!is_name && !item.find(rest)) continue;
      if (is_name) item = Map{{rest, value}};
      else item.edit_map().set(rest, value);
      is_set = true;
    }
    if (!is_set) held.edit_list().push_back(Map{{rest, value}});
    return held;
  }
  if (held == Value(rest) || args.force) return Map{{rest, value}};
  throw Refusal{fmt::format(
      "The key '{}' value is '{}', which is different from the provided key '{}'. Use 'force=True' to overwrite.", key,
      python_str(held), rest)};
}

// The top-level grain and its new value for "a:b:c" = value.
std::pair<std::string, Value> lifted(const Change& args, Value value, Call& call) {
  std::string key = args.key;
  while (!args.delimiter.empty()) {
    const std::size_t end = key.rfind(args.delimiter);
    if (end == std::string::npos) break;
    const std::string rest = key.substr(end + args.delimiter.size());
    key.resize(end);
    value = with_inner(args, key, rest, value, call);
  }
  return {key, value};
}

Map told(bool result, const std::string& comment, Map changes = {}) {
  return {{"comment", comment}, {"changes", std::move(changes)}, {"result", result}};
}

Value set(const Change& args, Call& call) {
  const auto now = call.tools.grains.get_path(args.key, args.delimiter);
  const bool removes = args.val.is_null() && args.destructive;
  if (now && *now == args.val && !removes) return told(true, "Grain is already set");
  if (now && !now->is_null() && !args.force && is_complex(*now))
    return told(false, fmt::format("The key '{}' exists but is a dict or a list. Use 'force=True' to overwrite.", args.key));
  if (now && !now->is_null() && !args.force && is_complex(args.val))
    return told(false, fmt::format("The key '{}' exists and the given value is a dict or a list. Use 'force=True' to overwrite.", args.key));
  try {
    const auto [key, value] = lifted(args, args.val, call);
    return told(true, "", set_value({.key = key, .val = value, .destructive = args.destructive}, call).as_map());
  } catch (const Refusal& refusal) {
    return told(false, refusal.comment);
  }
}

Value store_list(const Change& args, const Value& list, Call& call) {
  try {
    const auto [key, value] = lifted(args, list, call);
    return set_value({.key = key, .val = value}, call);
  } catch (const Refusal& refusal) {
    return refusal.comment;
  }
}

Value append(const Change& args, Call& call) {
  Value now = call.tools.grains.get_path(args.key, args.delimiter).value_or(List{});
  if (args.convert && !now.is_list()) now = now.is_null() ? List{} : List{now};
  if (!now.is_list()) return fmt::format("The key {} is not a valid list", args.key);
  List& list = now.edit_list();
  if (std::find(list.begin(), list.end(), args.val) != list.end())
    return fmt::format("The val {} was already in the list {}", python_str(args.val), args.key);
  if (args.val.is_list()) list.insert(list.end(), args.val.as_list().begin(), args.val.as_list().end());
  else list.push_back(args.val);
  return store_list(args, now, call);
}

Value remove(const Change& args, Call& call) {
  Value now = call.tools.grains.get_path(args.key, args.delimiter).value_or(List{});
  if (!now.is_list()) return fmt::format("The key {} is not a valid list", args.key);
  List& list = now.edit_list();
  const auto at = std::find(list.begin(), list.end(), args.val);
  if (at == list.end()) return fmt::format("The val {} was not in the list {}", python_str(args.val), args.key);
  list.erase(at);
  return store_list(args, now, call);
}

Value delete_value(const Change& args, Call& call) {
  Change change = args;
  change.val = Value();
  return set(change, call);
}

Value delete_key(const Change& args, Call& call) {
  Change change = args;
  change.destructive = true;
  return delete_value(change, call);
}

}  // namespace

std::vector<Function> grains_write_functions() {
  const auto key = Schema<Change>().required(&Change::key, "key", "Name of the grain; with ':' between levels.");
  const auto with = [&](const char* doc) { return Schema<Change>(key).required(&Change::val, "val", doc); };
  const auto delimiter = [](Schema<Change> schema) {
    return schema.optional(&Change::delimiter, "delimiter", "Between the levels of the name.");
  };
  const auto pillar = [](auto schema, auto member) { return schema.optional(member, "refresh_pillar", "Kept for Salt's callers."); };
  return {
      function<Change>("grains.setval", "Sets a grain in the grains file.",
                       pillar(with("The value.").optional(&Change::destructive, "destructive", "No value removes the grain."),
                              &Change::refresh_pillar),
                       set_value).light(),
      function<Several>("grains.setvals", "Sets several grains in the grains file.",
                        pillar(Schema<Several>()
                                   .required(&Several::grains, "grains", "Names and values.")
                                   .optional(&Several::destructive, "destructive", "No value removes a grain."),
                               &Several::refresh_pillar),
                        set_values).light(),
      function<Change>("grains.set", "Sets a grain in the grains file, nested ones too.",
                       delimiter(Schema<Change>(key)
                                     .optional(&Change::val, "val", "The value.")
                                     .optional(&Change::force, "force", "Replace a list or a map, or put one in place of a plain value.")
                                     .optional(&Change::destructive, "destructive", "No value removes the grain.")),
                       set).light(),
      function<Change>("grains.append", "Adds to a grain that is a list.",
                       delimiter(with("A value, or a list of values.").optional(&Change::convert, "convert", "Make a list of a grain that is none.")),
                       append).light(),
      function<Change>("grains.remove", "Takes a value out of a grain that is a list.", delimiter(with("The value.")), remove).light(),
      function<Change>("grains.delkey", "Removes a grain from the grains file.",
                       Schema<Change>(key).optional(&Change::force, "force", "Remove a list or a map too."), delete_key).light(),
      function<Change>("grains.delval", "Sets a grain of the grains file to nothing.",
                       Schema<Change>(key)
                           .optional(&Change::destructive, "destructive", "Remove the grain itself.")
                           .optional(&Change::force, "force", "Also a list or a map."),
                       delete_value).light(),
  };
}

}  // namespace halite::minion
