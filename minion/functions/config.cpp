// config.*: the minion's settings, then grains, then pillar.
#include "common/base/strings.h"
#include "common/data/path.h"
#include "minion/functions/groups.h"

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

Value get(const Get& args, Call& call) { return look_up(args, call).value_or(args.standard); }

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
                        .optional(&Get::merge, "merge", "Kept for Salt's callers; the first place that has the key wins.")
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
      function("config.items", "Every option of the minion.", items).light(),
  };
}

}  // namespace halite::minion
