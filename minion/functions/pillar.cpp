// pillar.*: the data that the master keeps for this minion.
#include "common/base/error.h"
#include "common/data/path.h"
#include "minion/functions/filter_by.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Get {
  std::string key;
  Value standard = "";
  bool merge = false;
  Value merge_nested_lists;
  std::string delimiter = ":";
  std::optional<std::string> pillarenv, saltenv;
};
struct Items {
  Map pillar;
  std::optional<std::string> pillarenv, saltenv;
};
struct Raw {
  std::string key;
};
struct Keys {
  std::string key;
  std::string delimiter = ":";
};

// {default: {a: 1}} under {a: 2, b: 3}: the pillar's own keys win.
void merge_under(Map& map, const Map& standard) {
  for (const auto& [key, value] : standard) {
    Value* here = map.edit(key);
    if (!here) map.set(key, value);
    else if (here->is_map() && value.is_map()) merge_under(here->edit_map(), value.as_map());
  }
}

Map pillar_of(const std::optional<std::string>& pillarenv, const std::optional<std::string>& saltenv, Call& call) {
  if (!pillarenv && !saltenv) return call.tools.pillar.current();
  return call.tools.pillar.compile({.saltenv = saltenv, .pillarenv = pillarenv ? pillarenv : saltenv, .overrides = {}});
}

Value get(const Get& args, Call& call) {
  auto found = find_path(pillar_of(args.pillarenv, args.saltenv, call), args.key, args.delimiter);
  if (!found) return args.standard;
  if (args.merge && found->is_map() && args.standard.is_map()) merge_under(found->edit_map(), args.standard.as_map());
  return *found;
}

// A pillar with errors is shown as its errors alone, and is a failure.
Value shown(const Map& pillar, Call& call) {
  if (pillar.contains("_errors")) call.retcode = 5;
  return pillar;
}

Value items(const Items& args, Call& call) {
  return shown(call.tools.pillar.compile({.saltenv = args.saltenv, .pillarenv = args.pillarenv, .overrides = args.pillar}), call);
}

Value raw(const Raw& args, Call& call) {
  const Map pillar = call.tools.pillar.current();
  if (args.key.empty()) return pillar;
  const Value* found = pillar.find(args.key);
  return found ? *found : Value(Map{});
}

Value item(const Arguments& arguments, Call& call) {
  Map found;
  const Value* standard = arguments.named.find("default");
  const Map pillar = call.tools.pillar.current();
  for (const auto& name : arguments.positional) {
    const std::string& key = name.as_string("a pillar key");
    found.set(key, find_path(pillar, key).value_or(standard ? *standard : Value("")));
  }
  return found;
}

Value list_names(const None&, Call& call) { return call.tools.pillar.current().keys(); }

Value keys(const Keys& args, Call& call) {
  const auto found = find_path(call.tools.pillar.current(), args.key, args.delimiter);
  if (!found) throw Error(ErrorKind::not_found, "Pillar key not found: {}", args.key);
  if (!found->is_map()) throw Error(ErrorKind::invalid, "Pillar value of type {} is not a map: {}", found->type_name(), args.key);
  List names;
  for (const auto& [key, value] : found->as_map()) names.push_back(key);
  return names;
}

Value exists(const Keys& args, Call& call) {
  return find_path(call.tools.pillar.current(), args.key, args.delimiter).has_value();
}

// The shape of the pillar without its values.
Value obfuscated(const Value& value) {
  if (const Map* map = value.if_map()) {
    Map shape;
    for (const auto& [key, item] : *map) shape.set(key, obfuscated(item));
    return shape;
  }
  if (const List* list = value.if_list()) {
    List shape;
    for (const auto& item : *list) shape.push_back(obfuscated(item));
    return shape;
  }
  return "<" + std::string(value.type_name()) + ">";
}
Value obfuscate(const None&, Call& call) { return obfuscated(call.tools.pillar.current()); }

struct Filter : FilterBy {
  std::string pillar;
};

Value filter_by(const Filter& args, Call& call) {
  return chosen(args, find_path(call.tools.pillar.current(), args.pillar, ":").value_or(Value()), "pillar.filter_by");
}

}  // namespace

std::vector<Function> pillar_functions() {
  const auto items_schema = Schema<Items>()
                                .optional(&Items::pillar, "pillar", "Merged over the result.")
                                .optional(&Items::pillarenv, "pillarenv", "Environment to compile.")
                                .optional(&Items::saltenv, "saltenv", "Environment of states.");
  const auto keys_schema = Schema<Keys>()
                               .required(&Keys::key, "key", "Name, with ':' between levels.")
                               .optional(&Keys::delimiter, "delimiter", "Between the levels of the name.");
  return {
      function<Get>("pillar.get", "One value of the pillar in use; with ':' between levels.",
                    Schema<Get>()
                        .required(&Get::key, "key", "Name, with ':' between levels.")
                        .optional(&Get::standard, "default", "What to give when there is no such key.")
                        .optional(&Get::merge, "merge", "Merge a map as default under the value.")
                        .optional(&Get::merge_nested_lists, "merge_nested_lists", "Kept for Salt's callers.")
                        .optional(&Get::delimiter, "delimiter", "Between the levels of the name.")
                        .optional(&Get::pillarenv, "pillarenv", "Compile this environment for it.")
                        .optional(&Get::saltenv, "saltenv", "Environment of states."),
                    get).light(),
      function<Items>("pillar.items", "The whole pillar, made anew.", items_schema, items).light(),
      function<Items>("pillar.data", "The whole pillar, made anew.", items_schema, items).light(),
      function<Raw>("pillar.raw", "The pillar in use.", Schema<Raw>().optional(&Raw::key, "key", "One top-level key."), raw).light(),
      free_function("pillar.item", "The named values of the pillar in use.", item).light(),
      function("pillar.ls", "The top-level keys of the pillar in use.", list_names).light(),
      function<Keys>("pillar.keys", "The keys of one map of the pillar.", keys_schema, keys).light(),
      function<Keys>("pillar.fetch", "One value of the pillar in use.", keys_schema,
                     [](const Keys& args, Call& call) -> Value {
                       auto found = find_path(call.tools.pillar.current(), args.key, args.delimiter);
                       if (!found) throw Error(ErrorKind::not_found, "Pillar key not found: {}", args.key);
                       return *found;
                     }).light(),
      function<Keys>("pillar.exists", "Is there such a key in the pillar?", keys_schema, exists).light(),
      function<Filter>("pillar.filter_by", "The entry of a map that fits a pillar value.",
                       filter_by_schema<Filter>(&Filter::pillar, "pillar", "Name of the value, with ':' between levels.", true), filter_by).light(),
      function("pillar.obfuscate", "The shape of the pillar, with types in place of values.", obfuscate).light(),
  };
}

}  // namespace halite::minion
