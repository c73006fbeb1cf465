#include "minion/functions/world.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/function_list.h"
#include "minion/state_run/templates.h"

extern char** environ;

namespace halite::minion {

states::World make_world(Call& call) {
  Map grains{{"shell", call.tools.grains.get("shell")}};
  return states::World{.host = call.tools.host,
                       .own_files = call.tools.host,
                       .files = call.tools.files,
                       .render = template_renderer(call),
                       .call = [&call](const std::string& name, const List& args, const Map& kwargs) {
                         return call_function(call, name, args, kwargs);
                       },
                       .pillar = {},
                       .grains = grains,
                       .accounts = states::Accounts(call.tools.host),
                       .is_cancelled = call.is_cancelled,
                       .cache_directory = call.tools.config.settings.cachedir};
}

Value text_or_bytes(const std::string& data) {
  return is_valid_utf8(data) ? Value(data) : Value(Bytes{data});
}

Map process_environment() {
  Map all;
  for (char** entry = ::environ; entry && *entry; ++entry) {
    const std::string line(*entry);
    if (const std::size_t equals = line.find('='); equals != std::string::npos) all.set(line.substr(0, equals), line.substr(equals + 1));
  }
  return all;
}

Value call_function(Call& call, const std::string& name, const List& positional, const Map& named) {
  const Function* function = call.tools.functions.find(name);
  if (!function) throw Error(ErrorKind::not_found, "{}", call.tools.functions.unknown(name));
  Call inner{.tools = call.tools, .name = name, .jid = call.jid, .is_cancelled = call.is_cancelled};
  Value value = function->run({positional, named}, inner);
  if (inner.retcode != 0) call.retcode = inner.retcode;
  return value;
}

}  // namespace halite::minion
