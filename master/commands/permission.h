// Whether an operator may do what was asked. Root and the master's own user may do everything; others what Rights grants
// them: every function of a call, with its arguments, on every minion that it means.
#pragma once

#include "common/wire/messages/job.h"
#include "common/wire/messages/runner.h"
#include "master/commands/command_table.h"
#include "master/jobs/targets.h"

namespace halite::master {

// The request as it may be published. For one who is not a superuser its target is from here on the list of minions that was
// judged. Throws Error(denied) that names the function and the minions, Error(not_found) when the target means nobody.
Task<wire::PublishJob> permitted(Operator who, Targets& targets, wire::PublishJob request);

// The same for one who is no operator: a minion.
Task<wire::PublishJob> permitted(std::string name, Grants grants, Targets& targets, wire::PublishJob request);
void check_runner(const std::string& name, const Grants& grants, const wire::RunFunction& call);

// Throw Error(denied). Functions about keys are for superusers here: others have halite-key, where each key is judged.
void check_runner(const Operator& who, const wire::RunFunction& call);
void check_wheel(const Operator& who, const wire::RunFunction& call);
// "key.accept" and its like: whether the operator may do it to some minions at all, and to this one.
void check_wheel(const Operator& who, const std::string& name);
bool may_wheel(const Operator& who, const std::string& name, const std::string& id);

// Those of the minions that the operator may do anything to.
std::vector<std::string> visible(const Operator& who, std::vector<std::string> minions);

}  // namespace halite::master
