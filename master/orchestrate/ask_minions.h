// One job of an orchestration: sent, waited for, and each minion's answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/config/common_settings.h"
#include "common/data/schema.h"
#include "common/wire/messages/job.h"
#include "master/orchestrate/salt_states.h"
#include "states/arguments.h"

namespace halite::master {

// The arguments that salt.state and salt.function share.
struct MinionsWanted {
  std::string name;
  Value tgt;
  std::string tgt_type = "glob";
  Value ret;
  Value timeout;
  Value batch;
  Value subset;
  Value fail_minions;
  std::optional<bool> failhard;
  bool ssh = false;
  // Taken and without effect.
  Value ret_config, ret_kwargs, roster, orchestration_jid;
};

template <class T>
void add_minions_wanted(Schema<T>& schema) {
  schema.parameter(config_detail::in<T>(&MinionsWanted::tgt), "tgt", "Which minions.")
      .parameter(config_detail::in<T>(&MinionsWanted::tgt_type), "tgt_type", "How tgt is meant: glob, list, grain, compound, ...")
      .parameter(config_detail::in<T>(&MinionsWanted::ret), "ret", "Returners that the minions send their results to as well.")
      .parameter(config_detail::in<T>(&MinionsWanted::timeout), "timeout", "Seconds until silent minions are asked whether they still run the job.")
      .parameter(config_detail::in<T>(&MinionsWanted::batch), "batch", "So many minions at a time: a number, or a share as 25%.")
      .parameter(config_detail::in<T>(&MinionsWanted::subset), "subset", "Only so many of the minions, taken at random.")
      .parameter(config_detail::in<T>(&MinionsWanted::fail_minions), "fail_minions", "Minions whose failure is no failure of the state.")
      .parameter(config_detail::in<T>(&MinionsWanted::failhard), "failhard", "A batch ends at the first failure.")
      .parameter(config_detail::in<T>(&MinionsWanted::ssh), "ssh", "Not possible: minions are reached by their own connection.")
      .parameter(config_detail::in<T>(&MinionsWanted::ret_config), "ret_config", "Without effect.")
      .parameter(config_detail::in<T>(&MinionsWanted::ret_kwargs), "ret_kwargs", "Without effect.")
      .parameter(config_detail::in<T>(&MinionsWanted::roster), "roster", "Without effect.")
      .parameter(config_detail::in<T>(&MinionsWanted::orchestration_jid), "orchestration_jid", "Without effect.");
}

// What came of it for one minion.
struct MinionAnswer {
  std::optional<wire::JobReturn> result;  // nothing: it gave none
  std::string outcome;                    // as in common/wire/messages/job.h
  // The value, or in Salt's words why there is none.
  Value value() const;
};

struct Answers {
  std::string jid;
  std::map<std::string, MinionAnswer> minions;  // empty: nobody is meant
};

// Sends and waits. Throws Error for a bad target or batch, and when the run is told to end.
Answers ask_minions(const SaltStatesParts& parts, const MinionsWanted& wanted, const std::string& fun, List arguments, Map named);

// Names from a list or from a text with commas; anything else is ignored with a warning, as Salt does.
std::vector<std::string> failures_allowed(const Value& fail_minions, std::vector<std::string>& warnings);

// Salt's check_result: a map of states of which none failed.
bool all_succeeded(const Value& states);

}  // namespace halite::master
