// config.*: the minion's settings, then grains, then pillar.
#include "common/base/strings.h"
#include "common/data/path.h"
#include "minion/functions/groups.h"
#include "pillar/merge.h"

namespace halite::minion {
namespace {

struct Get {
  std::string key;
  Value standard = "";
  std::string delimiter = ":";
  bool omit_opts = false, omit_grains = false, omit_pillar = false, omit_master = false;
  Value merge;
};
struct Option {
  std::string value;
  Value standard = "";
};

std::optional<Value> look_up(const Get& args, Call& call) {
  if (!args.omit_opts)
    if (auto found = find_path(call.tools.config.values, args.key, args.delimiter)) return found;
  if (!args.omit_opts) {
    const Map all = minion_settings_schema().encode(call.tools.config.settings);
    if (auto found = find_path(all, args.key, args.delimiter)) return found;
  }
  if (!args.omit_grains)
    if (auto found = call.tools.grains.get_path(args.key, args.delimiter)) return found;
  if (!args.omit_pillar)
    if (auto found = find_path(call.tools.pillar.current(), args.key, args.delimiter)) return found;
  return std::nullopt;
}

// What the minion's file says over what an option is without it.
Map options(Call& call) {
  Map all = minion_settings_schema().encode(call.tools.config.settings);
  for (const auto& [key, value] : call.tools.config.values) all.set(key, value);
  return all;
}

// All places at once: maps are merged, and otherwise an option goes over a grain, and that over pillar.
Value merged(const Get& args, Call& call) {
  const bool is_deep = args.merge != Value("overwrite");
  const std::string top = args.key.substr(0, args.key.find(args.delimiter));
  Map grains;
  if (const auto grain = call.tools.grains.get_path(top)) grains.set(top, *grain);
  std::optional<Value> result;
  for (const Value& place : {Value(call.tools.pillar.current()), Value(grains), Value(options(call))}) {
    if (!is_deep && place.find(top)) result.reset();
    auto found = find_path(place, args.key, args.delimiter);
    if (!found) continue;
    const bool are_maps = is_deep && result && result->is_map() && found->is_map();
    result = are_maps ? Value(pillar::merge(result->as_map(), found->as_map(), {.strategy = pillar::MergeStrategy::recurse})) : std::move(*found);
  }
  return result.value_or(args.standard);
}

Value get(const Get& args, Call& call) {
  const bool is_merged = !args.merge.is_null() && args.merge != Value(false) && args.merge != Value("");
  return is_merged ? merged(args, call) : look_up(args, call).value_or(args.standard);
}

// The first map or list is joined with those of the same kind that come after it.
Value merge(const Option& args, Call& call) {
  std::optional<Value> result;
  const Value pillar = call.tools.pillar.current();
  for (const Value& place : {Value(options(call)), pillar}) {
    const Value* found = place.find(args.value);
    if (!found) continue;
    if (!result) {
      result = *found;
    } else if (result->is_map() && found->is_map()) {
      Map joined = found->as_map();
      for (const auto& [key, value] : result->as_map()) joined.set(key, value);
      result = joined;
    } else if (result->is_list() && found->is_list()) {
      List joined = result->as_list();
      for (const auto& item : found->as_list()) joined.push_back(item);
      result = joined;
    }
    if (result->is_string()) break;
  }
  return result.value_or(args.standard);
}

Value dot_vals(const Option& args, Call& call) {
  Map found;
  for (const auto& [key, value] : options(call))
    if (key.is_string() && key.as_string().starts_with(args.value + ".")) found.set(key, value);
  return found;
}

Value option(const Option& args, Call& call) {
  Get request;
  request.key = args.value;
  return look_up(request, call).value_or(args.standard);
}

Value items(const None&, Call& call) { return minion_settings_schema().encode(call.tools.config.settings); }

}  // namespace

std::vector<Function> config_functions() {
  return {
      function<Get>("config.get", "An option of the minion, else a grain, else a pillar value; with ':' between levels.",
                    Schema<Get>()
                        .required(&Get::key, "key", "Name, with ':' between levels.")
                        .optional(&Get::standard, "default", "What to give when there is none.")
                        .optional(&Get::delimiter, "delimiter", "Between the levels of the name.")
                        .optional(&Get::merge, "merge", "recurse: maps of options, grains and pillar are merged; overwrite: the first of these wins. Unset: the same, by the whole name.")
                        .optional(&Get::omit_opts, "omit_opts", "Leave the minion's options out.")
                        .optional(&Get::omit_grains, "omit_grains", "Leave the grains out.")
                        .optional(&Get::omit_pillar, "omit_pillar", "Leave the pillar out.")
                        .optional(&Get::omit_master, "omit_master", "Kept for Salt's callers."),
                    get).light(),
      function<Option>("config.option", "As config.get.",
                       Schema<Option>()
                           .required(&Option::value, "value", "Name of the option.")
                           .optional(&Option::standard, "default", "What to give when there is none."),
                       option).light(),
      function<Option>("config.merge", "An option, joined with what pillar has under that name.",
                       Schema<Option>()
                           .required(&Option::value, "value", "Name of the option.")
                           .optional(&Option::standard, "default", "What to give when there is none."),
                       merge).light(),
      function<Option>("config.dot_vals", "Options whose names begin so, with a dot behind: config.dot_vals postgres.",
                       Schema<Option>().required(&Option::value, "value", "The beginning of the names."), dot_vals).light(),
      function("config.items", "Every option of the minion.", items).light(),
  };
}

}  // namespace halite::minion
