// state.*: bring this machine into the state that its SLS files describe.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/state_run/disabled.h"
#include "minion/state_run/state_run.h"
#include "states/registry.h"
#include "states/run/run.h"

namespace halite::minion {
namespace {

using S = StateArguments;

// What Salt gives when the top file has nothing for a minion.
Value nothing_to_do(Call& call) {
  call.retcode = 2;
  return Map{{"no_|-states_|-states_|-None",
              Map{{"result", false},
                  {"comment", "No Top file or master_tops data matches found. Please see master log for details."},
                  {"name", "No States"},
                  {"changes", Map{}},
                  {"__run_num__", 0}}}};
}

Value highstate(const S& args, Call& call) {
  if (!disabled_among({"highstate"}, call).empty()) {
    call.retcode = 1;
    return Map{{"name", "Salt highstate run is disabled. To re-enable, run state.enable highstate"}, {"result", "False"}, {"comment", "Disabled"}};
  }
  return with_session(args, call, Locking::needed, [&](StateSession& session) -> Value {
    const auto compiled = states::compile_part_of_highstate(session.compile, excluded(args.exclude), split_names(args.whitelist));
    if (compiled.ok() && compiled.low.empty()) return nothing_to_do(session.call);
    return run_compiled(compiled, session);
  });
}

Value sls(const S& args, Call& call) {
  if (const auto refusals = disabled_among(split_names(args.mods), call); !refusals.empty()) {
    call.retcode = 1;
    return refusals;
  }
  return with_session(args, call, Locking::needed, [&](StateSession& session) {
    return run_compiled(states::compile_sls(split_names(args.mods), session.compile, excluded(args.exclude)), session);
  });
}

Value apply(const S& args, Call& call) { return args.mods.is_null() ? highstate(args, call) : sls(args, call); }

Value test(const S& args, Call& call) {
  S dry = args;
  dry.test = true;
  return apply(dry, call);
}

Value top(const S& args, Call& call) {
  return with_session(args, call, Locking::needed, [&](StateSession& session) -> Value {
    states::CompileContext compile = session.compile;
    compile.options.state_top = args.topfn;
    const auto compiled = states::compile_part_of_highstate(compile, excluded(args.exclude), split_names(args.whitelist));
    if (compiled.ok() && compiled.low.empty()) return nothing_to_do(session.call);
    return run_compiled(compiled, session);
  });
}

// The chunks of one id, without what they require.
Value sls_id(const S& args, Call& call) {
  return with_session(args, call, Locking::needed, [&](StateSession& session) -> Value {
    const auto compiled = states::compile_sls(split_names(args.mods), session.compile);
    if (auto errors = compile_errors(compiled, session.call)) return *errors;
    List low;
    for (const auto& chunk : compiled.low)
      if (const Value* id = chunk.find("__id__"); id && *id == Value(args.id)) low.push_back(chunk);
    if (low.empty())
      throw Error(ErrorKind::not_found, "No matches for ID '{}' found in SLS '{}'", args.id, join(split_names(args.mods), ","));
    return session.run(low);
  });
}

// state.single fun name argument=value...
Value single(const Arguments& arguments, Call& call) {
  const auto take = [&](std::size_t position, const char* name) -> std::string {
    if (arguments.positional.size() > position) return arguments.positional[position].as_string(name);
    const Value* given = arguments.named.find(name);
    if (!given) throw Error(ErrorKind::invalid, "Passed invalid arguments to state.single: '{}' is missing", name);
    return given->as_string(name);
  };
  const auto fun = split(take(0, "fun"), '.');
  if (fun.size() != 2)
    throw Error(ErrorKind::invalid, "Passed invalid arguments to state.single: '{}' is no state function; one looks like file.managed", take(0, "fun"));
  const std::string name = take(1, "name");
  Map steering, chunk{{"state", fun[0]}, {"fun", fun[1]}, {"name", name}, {"__id__", name}, {"__sls__", "single"}, {"__env__", "base"}, {"order", 1}};
  for (const auto& [key, value] : arguments.named) {
    const std::string& word = key.as_string("an argument's name");
    const bool steers = word == "test" || word == "pillar" || word == "saltenv" || word == "pillarenv" || word == "queue" ||
                        word == "concurrent" || word == "force";
    if (steers) steering.set(key, value);
    else if (word != "fun" && word != "name") chunk.set(key, value);
  }
  if (const Value* env = steering.find("saltenv"); env && env->if_string()) chunk.set("__env__", *env);
  const S args = state_schema().decode(steering, Unknown::refuse, "Passed invalid arguments to state.single");
  return with_session(args, call, Locking::needed, [&](StateSession& session) -> Value {
    const auto problems = states::check_low({chunk}, states::registry());
    if (problems.empty()) return session.run({chunk});
    session.call.retcode = 1;
    return problems;
  });
}

Value running(const None&, Call& call) {
  List lines;
  for (const auto& job : call.tools.jobs.list()) {
    const Value* fun = job.find("fun");
    const Value* jid = job.find("jid");
    if (!fun || !fun->if_string() || fun->if_string()->rfind("state.", 0) != 0 || !jid || *jid == Value(call.jid)) continue;
    const Value* pid = job.find("pid");
    lines.push_back(fmt::format("The function \"{}\" is running as PID {} with jid {}", *fun->if_string(),
                                pid && pid->if_int() ? *pid->if_int() : 0, jid->as_string()));
  }
  return lines;
}

// Positional arguments come first in the schema.
template <class M>
Schema<S> with_first(M S::*member, std::string name, std::string doc, bool is_required) {
  Schema<S> first;
  if (is_required) first.required(member, std::move(name), std::move(doc));
  else first.optional(member, std::move(name), std::move(doc));
  return add_state_fields(std::move(first));
}

}  // namespace

std::vector<Function> state_functions() {
  const auto mods = with_first(&S::mods, "mods", "SLS names; none: what the top file says.", false);
  return {
      function<S>("state.apply", "Applies the named SLS files, or without a name the highstate.", mods, apply),
      function<S>("state.sls", "Applies the named SLS files.", with_first(&S::mods, "mods", "SLS names.", true), sls),
      function<S>("state.highstate", "Applies what the top file gives this minion.", state_schema(), highstate),
      function<S>("state.test", "As state.apply with test=True: says what would change.", mods, test),
      function<S>("state.top", "Applies what another top file gives this minion.",
                  with_first(&S::topfn, "topfn", "The top file, in the state tree.", true), top),
      function<S>("state.sls_id", "Applies one id of the named SLS files, without what it requires.",
                  add_state_fields(Schema<S>().required(&S::id, "id_", "The id.").required(&S::mods, "mods", "SLS names.")), sls_id),
      free_function("state.single", "Applies one state: a function, a name, and the state's arguments by name.", single),
      function("state.running", "State runs that are under way.", running).light(),
  };
}

}  // namespace halite::minion
