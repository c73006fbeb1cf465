// salt.*: states that order minions and the master about. Names, arguments, comments and changes are Salt's.
#pragma once

#include <string>

#include "common/wire/messages/runner.h"
#include "master/orchestrate/master_line.h"
#include "states/registry.h"

namespace halite::master {

// What the states work with; must outlive the module.
struct SaltStatesParts {
  MasterLine& line;
  std::string jid;      // of the orchestration
  bool failhard = false;  // the master's option
};

states::Module salt_states(SaltStatesParts parts);

// One file a family; salt_states() lists them.
states::Function salt_state(const SaltStatesParts& parts);
states::Function salt_function(const SaltStatesParts& parts);
states::Function salt_runner(const SaltStatesParts& parts);
states::Function salt_wheel(const SaltStatesParts& parts);
states::Function salt_parallel_runners(const SaltStatesParts& parts);
states::Function salt_wait_for_event(const SaltStatesParts& parts);

// A runner's or wheel's result as salt.runner shows it: {data, outputter, retcode} where it asks for an outputter.
Value runner_return(const wire::RunnerResult& result);

}  // namespace halite::master
