// One state run: pillar, compiling, running, and Salt's results and return codes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/config/setting_types.h"
#include "minion/functions/function.h"
#include "states/compile/compile.h"
#include "states/compile/names.h"

namespace halite::minion {

// The arguments that state functions share.
struct StateArguments {
  Value mods;                         // names, or a text with commas
  std::optional<bool> test;
  Map pillar;                         // merged over the pillar for this run
  std::optional<std::string> saltenv, pillarenv;
  Value exclude;
  Value queue;                        // true: wait for a run that is under way
  bool concurrent = false;            // run beside another one
  bool force = false;                 // run in spite of pillar errors
  bool mock = false;                  // requisites and order alone
  Value terse;                        // true, or any text as state_output filter takes it: only what changed or failed
  std::string id;                     // of state.sls_id
  Value ids;                          // of state.id_exists
  std::string topfn;                  // of state.top
  // Taken and without effect here: nothing is synchronised, nothing is cached.
  Value sync_mods, state_events, cache, cache_name, localconfig, pillar_enc, orchestration_jid, env;
  Value whitelist;                    // of a highstate: only these SLS names of the top file
  Value data;                         // of state.low and state.high
  std::string tem;                    // of state.template and state.template_str
};

// Adds the fields that every state function takes, behind those that are there.
Schema<StateArguments> add_state_fields(Schema<StateArguments> schema);
inline Schema<StateArguments> state_schema() { return add_state_fields({}); }

using states::excluded;
using states::split_names;

// What a run works with; passed to the work between locking and returning.
struct StateSession {
  Call& call;                          // sees the run's own pillar
  const StateArguments& arguments;
  Map pillar;
  const states::CompileContext& compile;
  std::function<Map(const List& low)> run;  // sets the call's return code
};

enum class Locking {
  needed,  // changes the machine
  none,    // looks only
};

// Makes the pillar, takes the lock, does the work. A refusal (another run, a pillar with errors) is Salt's list of
// messages, with the return code 1 or 5.
Value with_session(const StateArguments& arguments, Call& call, Locking locking,
                   const std::function<Value(StateSession&)>& work);

// The run of what was compiled, or its errors with return code 1. Notes the revisions in the call.
Value run_compiled(const states::Compiled& compiled, StateSession& session);
// The errors of what was compiled, as a list; nothing when there are none.
std::optional<Value> compile_errors(const states::Compiled& compiled, Call& call);

}  // namespace halite::minion
