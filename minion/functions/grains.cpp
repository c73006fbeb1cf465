// grains.*: what the minion knows about its machine, and the grains people set.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/path.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Get {
  std::string key;
  Value standard = "";
  std::string delimiter = ":";
  bool ordered = true;
};
struct Sanitize {
  bool sanitize = false;
};
struct Key {
  std::string key;
  bool force = false;
};
struct KeyValue {
  std::string key;
  Value val;
  bool destructive = false, force = false, convert = false;
  std::string delimiter = ":";
};
struct Several {
  Map grains;
};

Value get(const Get& args, Call& call) {
  return call.tools.grains.get_path(args.key, args.delimiter).value_or(args.standard);
}

Value items(const Sanitize& args, Call& call) {
  Map all = call.tools.grains.all();
  if (args.sanitize)
    for (const char* secret : {"serialnumber", "uuid", "machine_id", "hwaddr_interfaces"})
      if (Value* value = all.edit(secret)) *value = std::string("XXXX");
  return all;
}

Value item(const Arguments& arguments, Call& call) {
  Map found;
  for (const auto& name : arguments.positional) {
    const std::string& key = name.as_string("a grain's name");
    if (auto value = call.tools.grains.get_path(key)) found.set(key, *value);
  }
  return found;
}

Value list_names(const None&, Call& call) { return call.tools.grains.all().keys(); }

Value has_value(const Key& args, Call& call) {
  const auto value = call.tools.grains.get_path(args.key);
  if (!value || value->is_null() || *value == Value(false) || *value == Value("")) return false;
  if (value->if_list()) return !value->if_list()->empty();
  if (value->if_map()) return !value->if_map()->empty();
  return true;
}

// "a:b" = v as {a: {b: v}}, merged into what is there.
void set_path(Map& map, const std::string& path, const std::string& delimiter, const Value& value) {
  const auto end = delimiter.empty() ? std::string::npos : path.find(delimiter);
  const std::string first = path.substr(0, end);
  if (end == std::string::npos) {
    map.set(first, value);
    return;
  }
  Value& inner = map[first];
  if (!inner.is_map()) inner = Map{};
  set_path(inner.edit_map(), path.substr(end + delimiter.size()), delimiter, value);
}

void erase_path(Map& map, const std::string& path, const std::string& delimiter, bool remove) {
  const auto end = path.find(delimiter);
  Value* here = map.edit(path.substr(0, end));
  if (!here) return;
  if (end != std::string::npos) {
    if (here->is_map()) erase_path(here->edit_map(), path.substr(end + delimiter.size()), delimiter, remove);
  } else if (remove) {
    map.erase(path);
  } else {
    *here = Value();
  }
}

Value set_value(const KeyValue& args, Call& call) {
  Map file = call.tools.grains.read_file();
  if (args.destructive && args.val.is_null()) file.erase(args.key);
  else file.set(args.key, args.val);
  call.tools.grains.write_file(file);
  return Map{{args.key, args.val}};
}

Value set_values(const Several& args, Call& call) {
  Map file = call.tools.grains.read_file();
  for (const auto& [key, value] : args.grains) file.set(key, value);
  call.tools.grains.write_file(file);
  return args.grains;
}

// Refuses to put a scalar over a list or map, or the reverse, unless forced.
Value set_any(const KeyValue& args, Call& call) {
  const auto now = call.tools.grains.get_path(args.key, args.delimiter);
  const auto is_complex = [](const Value& value) { return value.is_list() || value.is_map(); };
  if (now && !now->is_null() && !args.force && is_complex(*now) != is_complex(args.val)) {
    call.retcode = 1;
    return Map{{"result", false},
               {"changes", Map{}},
               {"comment", fmt::format("The key '{}' exists and is {}; use force=True to replace it.", args.key, now->type_name())}};
  }
  Map file = call.tools.grains.read_file();
  set_path(file, args.key, args.delimiter, args.val);
  call.tools.grains.write_file(file);
  return Map{{"result", true}, {"changes", Map{{args.key, args.val}}}, {"comment", "Set grain " + args.key}};
}

Value append(const KeyValue& args, Call& call) {
  Value now = call.tools.grains.get_path(args.key, args.delimiter).value_or(Value());
  if (now.is_null() || now == Value("")) now = List{};
  if (!now.is_list() && args.convert) now = List{now};
  if (!now.is_list()) {
    call.retcode = 1;
    return fmt::format("The key {} is not a valid list", args.key);
  }
  List more = args.val.is_list() ? args.val.as_list() : List{args.val};
  for (const auto& value : more) {
    const List& held = now.as_list();
    if (std::find(held.begin(), held.end(), value) != held.end())
      return fmt::format("The val {} was already in the list {}", short_text(value), args.key);
  }
  List& list = now.edit_list();
  list.insert(list.end(), more.begin(), more.end());
  Map file = call.tools.grains.read_file();
  set_path(file, args.key, args.delimiter, now);
  call.tools.grains.write_file(file);
  return Map{{args.key, now}};
}

Value remove(const KeyValue& args, Call& call) {
  Value now = call.tools.grains.get_path(args.key, args.delimiter).value_or(Value());
  if (!now.is_list()) {
    call.retcode = 1;
    return fmt::format("The key {} is not a valid list", args.key);
  }
  List& list = now.edit_list();
  const auto at = std::find(list.begin(), list.end(), args.val);
  if (at == list.end()) return fmt::format("The val {} was not in the list {}", short_text(args.val), args.key);
  list.erase(at);
  Map file = call.tools.grains.read_file();
  set_path(file, args.key, args.delimiter, now);
  call.tools.grains.write_file(file);
  return Map{{args.key, now}};
}

Value forget(const Key& args, Call& call, bool removes) {
  const auto now = call.tools.grains.get_path(args.key);
  if (now && (now->is_list() || now->is_map()) && !args.force) {
    call.retcode = 1;
    return Map{{"result", false},
               {"changes", Map{}},
               {"comment", fmt::format("The key '{}' exists and is {}; use force=True to remove it.", args.key, now->type_name())}};
  }
  Map file = call.tools.grains.read_file();
  erase_path(file, args.key, ":", removes);
  call.tools.grains.write_file(file);
  return Map{{"result", true}, {"changes", Map{{args.key, Value()}}}, {"comment", "Removed grain " + args.key}};
}
Value delete_key(const Key& args, Call& call) { return forget(args, call, true); }
Value delete_value(const Key& args, Call& call) { return forget(args, call, false); }

struct Filter {
  Map lookup;
  std::string grain = "os_family";
  Value merge;
  Value standard = "default";
  std::string base;
};

// grains.filter_by without a merge of nested lists: maps are merged key by key.
void merge_into(Map& map, const Map& more) {
  for (const auto& [key, value] : more) {
    Value* here = map.edit(key);
    if (here && here->is_map() && value.is_map()) merge_into(here->edit_map(), value.as_map());
    else map.set(key, value);
  }
}

const Value* chosen_entry(const Filter& args, const Value& grain) {
  const List values = grain.is_list() ? grain.as_list() : List{grain};
  for (const auto& value : values) {
    if (!value.is_string()) {
      if (const Value* found = value.is_null() ? nullptr : args.lookup.find(value)) return found;
      continue;
    }
    for (const auto& [key, entry] : args.lookup)
      if (key.if_string() && (*key.if_string() == value.as_string() || glob_match(*key.if_string(), value.as_string())))
        return &entry;
  }
  return args.standard.is_null() ? nullptr : args.lookup.find(args.standard);
}

Value filter_by(const Filter& args, Call& call) {
  const Value grain = call.tools.grains.get_path(args.grain).value_or(Value());
  const Value* entry = chosen_entry(args, grain);
  Value result = entry ? *entry : Value();
  if (!args.base.empty()) {
    const Value* base = args.lookup.find(std::string_view(args.base));
    if (base && base->is_map()) {
      Map merged = base->as_map();
      if (result.is_map()) merge_into(merged, result.as_map());
      result = merged;
    }
  }
  if (args.merge.is_map()) {
    if (result.is_null()) result = Map{};
    if (!result.is_map()) throw Error(ErrorKind::invalid, "grains.filter_by can merge into a map only, not into {}", result.type_name());
    merge_into(result.edit_map(), args.merge.as_map());
  }
  return result;
}

Schema<KeyValue> value_schema(const char* doc) {
  return Schema<KeyValue>()
      .required(&KeyValue::key, "key", "Name of the grain; with ':' between levels.")
      .required(&KeyValue::val, "val", doc)
      .optional(&KeyValue::convert, "convert", "Make a list of a grain that is none.")
      .optional(&KeyValue::delimiter, "delimiter", "Between the levels of the name.");
}

std::vector<Function> readers() {
  const auto key = Schema<Key>().required(&Key::key, "key", "Name of the grain.");
  return {
      function<Get>("grains.get", "One grain; with ':' between the levels of a nested one.",
                    Schema<Get>()
                        .required(&Get::key, "key", "Name of the grain.")
                        .optional(&Get::standard, "default", "What to give when there is no such grain.")
                        .optional(&Get::delimiter, "delimiter", "Between the levels of the name.")
                        .optional(&Get::ordered, "ordered", "Kept for Salt's callers; order is always kept."),
                    get).light(),
      function<Sanitize>("grains.items", "Every grain.",
                         Schema<Sanitize>().optional(&Sanitize::sanitize, "sanitize", "Hide serial numbers and the like."),
                         items).light(),
      free_function("grains.item", "The named grains.", item).light(),
      function("grains.ls", "The names of all grains.", list_names).light(),
      function<Key>("grains.has_value", "Has this grain a value that is not empty?", key, has_value).light(),
      function<Filter>("grains.filter_by", "The entry of a map that fits a grain.",
                       Schema<Filter>()
                           .required(&Filter::lookup, "lookup_dict", "Entries by the grain's value; globs too.")
                           .optional(&Filter::grain, "grain", "Name of the grain.")
                           .optional(&Filter::merge, "merge", "A map merged over the result.")
                           .optional(&Filter::standard, "default", "The entry for a grain that fits none.")
                           .optional(&Filter::base, "base", "An entry merged under the result."),
                       filter_by).light(),
  };
}

std::vector<Function> writers() {
  const auto key = Schema<Key>()
                       .required(&Key::key, "key", "Name of the grain.")
                       .optional(&Key::force, "force", "Remove a list or a map too.");
  return {
      function<KeyValue>("grains.setval", "Sets a grain in the grains file.",
                         value_schema("The value.").optional(&KeyValue::destructive, "destructive", "No value removes the grain."),
                         set_value).light(),
      function<Several>("grains.setvals", "Sets several grains in the grains file.",
                        Schema<Several>().required(&Several::grains, "grains", "Names and values."), set_values).light(),
      function<KeyValue>("grains.set", "Sets a grain in the grains file, nested ones too.",
                         value_schema("The value.")
                             .optional(&KeyValue::force, "force", "Replace a list or a map by a scalar, or the reverse.")
                             .optional(&KeyValue::destructive, "destructive", "Kept for Salt's callers."),
                         set_any).light(),
      function<KeyValue>("grains.append", "Adds to a grain that is a list.", value_schema("A value, or a list of values."), append).light(),
      function<KeyValue>("grains.remove", "Takes a value out of a grain that is a list.", value_schema("The value."), remove).light(),
      function<Key>("grains.delkey", "Removes a grain from the grains file.", key, delete_key).light(),
      function<Key>("grains.delval", "Sets a grain of the grains file to nothing.", key, delete_value).light(),
  };
}

}  // namespace

std::vector<Function> grains_functions() {
  auto all = readers();
  for (auto& function : writers()) all.push_back(std::move(function));
  return all;
}

}  // namespace halite::minion
