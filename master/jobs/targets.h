// Who is meant: from a target to the accepted minions that the master expects to answer.
#pragma once

#include "common/target/target.h"
#include "common/wire/messages/job.h"
#include "master/jobs/range_server.h"
#include "master/keys/keyring.h"
#include "master/store/store.h"

namespace halite::master {

// A target, read.
struct Resolved {
  wire::MatchedMinions who;
  wire::TargetQuery told;  // the target as minions can judge it: without nodegroups and ranges
};

class Targets {
 public:
  // `nodegroups`: name -> compound target, from the settings. `ranges` must outlive it.
  Targets(Keyring& keyring, Store& store, Map nodegroups, RangeServer& ranges)
      : keyring_(keyring), store_(store), nodegroups_(std::move(nodegroups)), ranges_(ranges) {}

  // Throws Error(invalid) for a target that can't be read. `missing` are the ids that a list or a range names and no key
  // knows. Grain and pillar targets go by what each minion said last.
  Task<Resolved> resolve(wire::TargetQuery query);

 private:
  wire::MatchedMinions resolve_list(const std::vector<std::string>& names) const;
  Task<wire::MatchedMinions> match_all(target::Matcher matcher);

  Keyring& keyring_;
  Store& store_;
  Map nodegroups_;
  RangeServer& ranges_;
};

// The ids of a list target: a list, or a text with commas or spaces between. Throws Error(invalid).
std::vector<std::string> listed_ids(const Value& target);

}  // namespace halite::master
