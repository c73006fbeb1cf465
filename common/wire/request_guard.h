// Who sent a sealed request: opens it and checks level, identity, token, age and repetition. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/wire/envelope.h"
#include "common/wire/minion_keys.h"
#include "common/wire/refusals.h"
#include "common/wire/shared_key.h"

namespace halite::wire {

// Why a request goes no further.
struct Refused {
  Refusal reason;
  std::string detail;
};

// A request whose sender has been established as well as its level allows.
struct OpenedRequest {
  crypto::SessionKey key;    // the reply is sealed with the key the request used
  int level = 0;
  std::string id = {};
  bool is_proven = false;
  bool lacks_token = false;  // level 2: a command that needs a right token came without one
  std::string command = {};
  std::string nonce = {};
  Map load = {};             // without cmd, nonce, tok, ts and serial
};

// Remembers the requests of the last `ttl` to 2 x `ttl`.
class ReplayFilter {
 public:
  using Clock = std::chrono::steady_clock;
  // False when id and nonce were seen before.
  bool is_new(const std::string& id, const std::string& nonce, Clock::time_point now, Clock::duration ttl);

 private:
  std::unordered_set<std::uint64_t> recent_, older_;
  Clock::time_point turned_at_{};
};

class RequestGuard {
 public:
  using Duration = ReplayFilter::Clock::duration;
  RequestGuard(MinionKeys& keys, SharedKey& shared_key, Duration ttl) : keys_(keys), shared_key_(shared_key), ttl_(ttl) {}

  // The three steps in one. Throws Refused, or Error(invalid) for malformed content. `now_s` is Unix time.
  OpenedRequest open(const RequestEnvelope& envelope, std::int64_t now_s);

  // Keys that it may be sealed with. Throws Refused when it is nobody's.
  std::vector<crypto::SessionKey> keys_for(const RequestEnvelope& envelope);
  struct Unsealed {
    crypto::SessionKey key;
    Value load;
  };
  // Takes its time with a large one, and nothing but the arguments: for a worker. Nothing when no key fits.
  static std::optional<Unsealed> unseal(const std::vector<crypto::SessionKey>& keys, std::string_view sealed_load);
  // Everything else, by what is known now.
  OpenedRequest judge(const RequestEnvelope& envelope, std::optional<Unsealed> unsealed, std::int64_t now_s);

 private:
  struct KnownToken {
    std::string key_pem;
    std::string token;
  };
  OpenedRequest judge_session(const RequestEnvelope& envelope, std::optional<Unsealed> unsealed, std::int64_t now_s);
  OpenedRequest judge_shared(std::optional<Unsealed> unsealed);
  void check_age(const Map& load, std::int64_t now_s) const;
  bool is_token_of(const std::string& id, const std::string* token);
  void note_level(const std::string& id, int level);

  MinionKeys& keys_;
  SharedKey& shared_key_;
  Duration ttl_;
  ReplayFilter replays_;
  std::map<std::string, KnownToken> tokens_;  // a minion's token never changes, so it is recovered once
};

}  // namespace halite::wire
