// What a master decides about a key that a minion offers, and what the minion hears of it.
#pragma once

namespace halite::wire {

enum class Admission {
  accepted,
  pending,   // an operator decides
  rejected,  // an operator said no
  denied,    // another key than the one on record
  full,      // no more minions, or no more waiting keys
};

// What the master said to _auth. Anything that makes the master itself doubtful is an Error(denied) instead: a key other
// than the pinned one (with both fingerprints), a wrong signature, master_finger.
enum class AuthOutcome {
  accepted,
  pending,   // the key waits for an operator
  rejected,  // an operator refused the key, or another key is on record for this id
  full,      // the master takes no more minions
};

}  // namespace halite::wire
