// state.show_*: what a state run would work with; nothing is changed.
#include <algorithm>

#include "minion/functions/groups.h"
#include "minion/state_run/state_run.h"

namespace halite::minion {
namespace {

using S = StateArguments;
using Compile = states::Compiled (*)(const S&, StateSession&);
using Show = Value (*)(const S&, const states::Compiled&);

states::Compiled top_file(const S&, StateSession& session) { return states::compile_top(session.compile); }
states::Compiled all(const S&, StateSession& session) { return states::compile_highstate(session.compile); }
states::Compiled all_high(const S&, StateSession& session) { return states::compile_high(session.compile); }
states::Compiled named_high(const S& args, StateSession& session) {
  return states::compile_high_of(split_names(args.mods), session.compile);
}

template <Compile compile, Show show>
Value shown(const S& args, Call& call) {
  return with_session(args, call, Locking::none, [&](StateSession& session) -> Value {
    const states::Compiled compiled = compile(args, session);
    if (auto errors = compile_errors(compiled, session.call)) return *errors;
    return show(args, compiled);
  });
}

Value top(const S&, const states::Compiled& compiled) { return compiled.top; }
Value high(const S&, const states::Compiled& compiled) { return compiled.high; }
Value low(const S&, const states::Compiled& compiled) { return compiled.low; }
Value plain_low(const S&, const states::Compiled& compiled) { return states::low_chunks(compiled.high); }
Value names(const S&, const states::Compiled& compiled) { return states::states_of(compiled.low); }

Value usage(const S& args, Call& call) {
  return with_session(args, call, Locking::none, [&](StateSession& session) -> Value {
    const states::Compiled compiled = states::compile_top(session.compile);
    if (auto errors = compile_errors(compiled, session.call)) return *errors;
    return states::usage_of(session.compile, compiled.top);
  });
}

// Does every one of the ids exist?
Value has_ids(const S& args, const states::Compiled& compiled) {
  const auto ids = split_names(args.ids);
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) { return compiled.high.contains(id); });
}

Value sls_exists(const S& args, Call& call) {
  return with_session(args, call, Locking::none, [&](StateSession& session) -> Value {
    return states::compile_high_of(split_names(args.mods), session.compile).ok();
  });
}

}  // namespace

std::vector<Function> state_show_functions() {
  const auto mods = add_state_fields(Schema<S>().required(&S::mods, "mods", "SLS names."));
  return {
      function<S>("state.show_top", "The SLS files that the top file gives this minion, by environment.", state_schema(), shown<top_file, top>),
      function<S>("state.show_highstate", "The high data of the highstate.", state_schema(), shown<all_high, high>),
      function<S>("state.show_lowstate", "The ordered chunks of the highstate.", state_schema(), shown<all, low>),
      function<S>("state.show_states", "The SLS files of the highstate, with what they include.", state_schema(), shown<all, names>),
      function<S>("state.show_state_usage", "The SLS files in use, and how many.", state_schema(), usage),
      function<S>("state.show_sls", "The high data of the named SLS files.", mods, shown<named_high, high>),
      function<S>("state.show_low_sls", "The chunks of the named SLS files.", mods, shown<named_high, plain_low>),
      function<S>("state.sls_exists", "Do the named SLS files compile?", mods, sls_exists),
      function<S>("state.id_exists", "Are these ids in the named SLS files?",
                  add_state_fields(Schema<S>().required(&S::ids, "ids", "Ids.").required(&S::mods, "mods", "SLS names.")),
                  shown<named_high, has_ids>),
  };
}

}  // namespace halite::minion
