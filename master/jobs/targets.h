// Who is meant: from a target to the accepted minions that the master expects to answer.
#pragma once

#include "common/target/target.h"
#include "common/wire/messages/job.h"
#include "master/keys/keyring.h"
#include "master/store/store.h"

namespace halite::master {

class Targets {
 public:
  // `nodegroups`: name -> compound target, from the settings.
  Targets(Keyring& keyring, Store& store, Map nodegroups)
      : keyring_(keyring), store_(store), nodegroups_(std::move(nodegroups)) {}

  // Throws Error(invalid) for a target that can't be read. `missing` are the ids that a list names and no key knows.
  // Grain and pillar targets go by what each minion said last.
  Task<wire::MatchedMinions> resolve(wire::TargetQuery query);

 private:
  wire::MatchedMinions resolve_list(const std::vector<std::string>& names) const;
  Task<wire::MatchedMinions> match_all(target::Matcher matcher);

  Keyring& keyring_;
  Store& store_;
  Map nodegroups_;
};

// The ids of a list target: a list, or a text with commas or spaces between. Throws Error(invalid).
std::vector<std::string> listed_ids(const Value& target);

}  // namespace halite::master
