// The private reply that carries a pillar (salt-wire-protocol.md, section 5.3), for both sides.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/crypto/rsa.h"
#include "common/data/value.h"
#include "common/wire/algorithms.h"

namespace halite::wire {

// Sealed with a fresh key that only the holder of `minion` can read; signed by the master. For a worker.
std::string make_pillar_reply(const Map& pillar, const crypto::PublicKey& minion, const crypto::PrivateKey& master,
                              std::string_view nonce, const Algorithms& algorithms);

// Nothing when this is no private reply (a refusal: authenticate and ask again). Throws Error(denied) when its signature, its
// key or its nonce is wrong.
std::optional<Map> open_pillar_reply(std::string_view payload, const crypto::PrivateKey& own, const crypto::PublicKey& master,
                                     std::string_view nonce, const Algorithms& algorithms);

}  // namespace halite::wire
