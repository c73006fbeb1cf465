// Publications (salt-wire-protocol.md, section 6), for both sides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"

namespace halite::wire {

// Signed by the master over the ciphertext: a private-key operation, for a worker. The load holds its serial.
std::string make_publication(const Map& load, const crypto::SessionKey& shared, const crypto::PrivateKey& master,
                             crypto::RsaHash signature);

// With zmq_filtering: lower-case hex SHA-1 of the id.
std::string topic_of(std::string_view id);
inline constexpr std::string_view broadcast_topic = "broadcast";

enum class PublicationFault {
  malformed,
  unsigned_,    // no signature where one is required
  bad_signature,
  other_key,    // does not open: the master has a new shared key
  old_serial,   // seen before
};
std::string_view to_string(PublicationFault fault);

struct OpenedPublication {
  std::optional<Map> load;                  // without serial
  PublicationFault fault = PublicationFault::malformed;  // when there is no load
};

// Keeps the last serial of one shared key; make a new one for a new key.
class PublicationReader {
 public:
  PublicationReader(crypto::SessionKey shared, crypto::PublicKey master, bool require_signature)
      : shared_(std::move(shared)), master_(std::move(master)), require_signature_(require_signature) {}

  // `payload` is the last frame.
  OpenedPublication open(std::string_view payload);
  // For a new key of the same master; the serial starts again only if the key is really another.
  void use(crypto::SessionKey shared);

 private:
  crypto::SessionKey shared_;
  crypto::PublicKey master_;
  bool require_signature_;
  std::int64_t last_serial_ = 0;
};

}  // namespace halite::wire
