// Publications opened once for all minions that received the same bytes under the same key: ten thousand copies of one job
// need not be verified ten thousand times by a process that only pretends to be ten thousand.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"
#include "common/target/target.h"
#include "common/wire/publication.h"

namespace halite::swarm {

struct PublishedJob {
  std::string jid;
  Value function;   // a name, or a list of names
  List arguments;   // as published
  std::string user;
  target::Matcher target;

  // The one name; empty for several.
  std::string name() const { return function.is_string() ? function.as_string() : std::string(); }
};

struct Publication {
  std::shared_ptr<const PublishedJob> job;  // null: `fault` says why
  std::string fault;                        // "" also for a job whose target no minion can judge
  bool is_for_other_key = false;
};

class Publications {
 public:
  Publication open(std::string_view payload, const crypto::SessionKey& shared, const crypto::PublicKey& master);

 private:
  struct Opened {
    std::string payload, key;
    Publication publication;
  };
  std::deque<Opened> recent_;
};

}  // namespace halite::swarm
