// The record of privileged acts: who, what, on whom, allowed or refused. Acts that change the store write their record with
// the change (see Store); this writes those of the others, and of refusals.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "common/host/host.h"
#include "master/store/store.h"

namespace halite::master {

// Lives on the loop thread.
class AuditTrail {
 public:
  AuditTrail(Store& store, Host& host) : store_(store), host_(host) {}

  // The act is about to be done; it is on record when the task ends. Throws Error(unavailable) when it can't be: then the
  // act must not be done either.
  Task<void> note(Actor who, std::string act, std::string what);
  // A request was refused. So many a minute of one user are recorded each, the further ones as one: a user without rights
  // can't fill the disk.
  Task<void> note_refusal(Actor who, std::string act, const Map& arguments, std::string why);

  static constexpr int refusals_a_minute = 60;

 private:
  struct Count {
    std::chrono::steady_clock::time_point since;
    int refusals = 0;
  };
  AuditRecord record(Actor who, std::string act) const;

  Store& store_;
  Host& host_;
  std::map<std::int64_t, Count> counts_;  // by uid
};

}  // namespace halite::master
