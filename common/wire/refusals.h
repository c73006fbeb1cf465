// Why requests were refused, counted. The reply tells a stranger nothing; the counters and the log tell the operator.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/data/value.h"

namespace halite::wire {

enum class Refusal {
  malformed,        // no msgpack, no map, fields missing or of a wrong type
  too_large,
  clear_command,    // anything but _auth in clear text
  level,            // below minimum_auth_version, or below what this minion has spoken before
  bad_id,           // not a possible minion id
  unknown_minion,   // no accepted key, or no session
  not_authentic,    // HMAC: wrong key or changed in transit
  token,            // tok missing or wrong
  identity,         // envelope and load name different minions
  stale,            // older than request_server_ttl
  replayed,         // seen before
  algorithm,        // enc_algo or sig_algo unknown
  public_key,       // the key offered in _auth is none we take
  busy,             // too many at once
  handler,          // the command was refused or failed
};
constexpr std::size_t refusal_count = 15;

std::string_view to_string(Refusal refusal);

class RefusalCounters {
 public:
  void add(Refusal refusal) { ++counts_[static_cast<std::size_t>(refusal)]; }
  std::uint64_t operator[](Refusal refusal) const { return counts_[static_cast<std::size_t>(refusal)]; }
  // {"malformed": 3, ...}, every reason.
  Map as_map() const;

 private:
  std::array<std::uint64_t, refusal_count> counts_{};
};

}  // namespace halite::wire
