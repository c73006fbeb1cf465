// state.disable and its kind, and state.request: runs that are switched off, and runs that wait for whoever looks after
// this host to allow them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "minion/state_run/disabled.h"
#include "minion/state_run/state_run.h"

namespace halite::minion {
namespace {

struct Names {
  Value states;
};
struct Named {
  std::string name;
};

// Salt's answer to state.disable and state.enable.
Value switch_runs(const Names& args, Call& call, bool off) {
  auto now = disabled_runs(call);
  std::vector<std::string> lines;
  bool has_changed = false;
  for (const auto& name : split_names(args.states)) {
    const auto at = std::find(now.begin(), now.end(), name);
    const bool is_off = at != now.end();
    lines.push_back(fmt::format("Info: {} state {}{}.", name, is_off == off ? "already " : "", off ? "disabled" : "enabled"));
    if (is_off == off) continue;
    has_changed = true;
    if (off) now.push_back(name);
    else now.erase(at);
  }
  if (has_changed) set_disabled_runs(now, call);
  return Map{{"res", true}, {"msg", join(lines, "\n")}};
}

Value disable(const Names& args, Call& call) { return switch_runs(args, call, true); }
Value enable(const Names& args, Call& call) { return switch_runs(args, call, false); }
Value list_disabled(const None&, Call& call) { return Value(disabled_runs(call)); }

// ---- runs that wait ----

// Where Salt keeps them, in Salt's form: what was asked for before a move to Halite can be run after it.
std::string place(const Call& call) { return call.tools.config.settings.cachedir + "/req_state.p"; }

Map read_requests(Call& call) {
  const auto content = call.tools.host.read_file_if_exists(place(call));
  if (!content || content->empty()) return {};
  return during([&] { return from_msgpack(*content).as_map("the requests"); }, "reading {}", place(call));
}

void write_requests(const Map& requests, Call& call) {
  if (!requests.empty()) {
    const std::string& directory = call.tools.config.settings.cachedir;
    if (!call.tools.host.status_of_target(directory)) call.tools.host.make_directory(directory, {.mode = 0700});
    call.tools.host.replace_file(place(call), to_msgpack(requests, MsgpackText::modern), {.mode = 0600});
  } else if (call.tools.host.status(place(call))) {
    call.tools.host.remove_file(place(call));
  }
}

// Did the run take place, well or not? Otherwise another run was under way, or there was nothing to run.
bool has_run(const Call& call) { return call.retcode == 0 || call.retcode == 2; }

std::string take_name(Map& named) {
  const auto given = named.erase("name");
  return given && !given->is_null() ? given->as_string("name") : "default";
}

Value apply(const Map& named, Call& call) {
  Value told = call_function(call, "state.apply", {}, named);
  call.out = "highstate";
  return told;
}

Value request(const Arguments& arguments, Call& call) {
  if (arguments.positional.size() > 1)
    throw Error(ErrorKind::invalid, "Passed invalid arguments to state.request: SLS names come first, the others by name");
  Map named = arguments.named;
  if (!arguments.positional.empty()) named.set("mods", arguments.positional[0]);
  const std::string name = take_name(named);
  named.set("test", true);
  const Value told = apply(named, call);
  if (!has_run(call)) return told;
  named.erase("test");
  const auto mods = named.erase("mods");
  Map requests = read_requests(call);
  requests.set(name, Map{{"test_run", told}, {"mods", mods.value_or(Value())}, {"kwargs", named}});
  write_requests(requests, call);
  return told;
}

Value check_request(const Named& args, Call& call) {
  const Map requests = read_requests(call);
  if (args.name.empty()) return requests;
  const Value* one = requests.find(args.name);
  if (!one) throw Error(ErrorKind::not_found, "no run is asked for under the name '{}'", escape_control(args.name));
  return *one;
}

Value clear_request(const Named& args, Call& call) {
  Map requests = read_requests(call);
  if (args.name.empty()) requests = {};
  else if (!requests.erase(args.name)) return requests.empty();
  write_requests(requests, call);
  return true;
}

Value run_request(const Arguments& arguments, Call& call) {
  if (arguments.positional.size() > 1)
    throw Error(ErrorKind::invalid, "Passed invalid arguments to state.run_request: the name comes first, the others by name");
  Map given = arguments.named;
  if (!arguments.positional.empty()) given.set("name", arguments.positional[0]);
  const std::string name = take_name(given);
  Map requests = read_requests(call);
  const Value* request = requests.find(name);
  const Value* kwargs = request ? request->find("kwargs") : nullptr;
  const Value* mods = request ? request->find("mods") : nullptr;
  if (!kwargs || !mods) return Map{};
  Map named = kwargs->as_map("the arguments of the request");
  for (const char* own : {"test", "name"}) named.erase(own);
  for (const auto& [key, value] : given) named.set(key, value);
  if (!mods->is_null()) named.set("mods", *mods);
  const Value told = apply(named, call);
  if (!has_run(call)) return told;
  requests.erase(name);
  write_requests(requests, call);
  return told;
}

}  // namespace

std::vector<Function> state_switch_functions() {
  const auto names = Schema<Names>().required(&Names::states, "states", "SLS names, or highstate: a list, or text with commas.");
  const auto named = Schema<Named>().optional(&Named::name, "name", "The name that it was asked for under. Unset: all of them.");
  return {
      function<Names>("state.disable", "Switches runs of SLS files, or the highstate, off on this host: state.disable bind.config. "
                      "NAME.* means everything below it.", names, disable),
      function<Names>("state.enable", "Switches them on again.", names, enable),
      function("state.list_disabled", "What is switched off.", list_disabled),
      free_function("state.request", "Asks that a run be made by whoever looks after this host (state.run_request): shows what would change, "
                    "and keeps the request. Arguments are those of state.apply, and `name`.", request),
      function<Named>("state.check_request", "The runs that are asked for.", named, check_request),
      function<Named>("state.clear_request", "Forgets them.", named, clear_request),
      free_function("state.run_request", "Makes the run that was asked for, by its name or as `default`; further arguments are those of "
                    "state.apply.", run_request),
      function("state.clear_cache", "Nothing to forget: states are compiled anew for each run. Gives an empty list.",
               [](const None&, Call&) -> Value { return List{}; }),
  };
}

}  // namespace halite::minion
