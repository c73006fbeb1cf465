#include "common/wire/publication.h"

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "common/wire/algorithms.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

constexpr MsgpackLimits publication_limits{.depth = 16, .items = 1000, .size_bytes = std::size_t{64} << 20};

OpenedPublication faulty(PublicationFault fault) { return {std::nullopt, fault}; }

}  // namespace

std::string_view to_string(PublicationFault fault) {
  switch (fault) {
    case PublicationFault::malformed: return "it is malformed";
    case PublicationFault::unsigned_: return "it is not signed";
    case PublicationFault::bad_signature: return "its signature is not the master's";
    case PublicationFault::other_key: return "it is sealed with another key";
    case PublicationFault::old_serial: return "its serial was seen before";
  }
  return "";
}

std::string make_publication(const Map& load, const crypto::SessionKey& shared, const crypto::PrivateKey& master,
                             crypto::RsaHash signature) {
  const std::string sealed = seal_value(shared, load);
  const Map envelope{{"enc", "aes"},
                     {"load", raw_value(sealed)},
                     {"sig_algo", signature_name(signature)},
                     {"sig", raw_value(master.sign(sealed, signature))}};
  return to_msgpack(envelope);
}

std::string topic_of(std::string_view id) { return crypto::hash_hex(crypto::HashType::sha1, id); }

OpenedPublication PublicationReader::open(std::string_view payload) {
  try {
    const Value value = from_msgpack(payload, publication_limits);
    const Map& map = value.as_map("a publication");
    if (need_raw(map, "enc") != "aes") return faulty(PublicationFault::malformed);
    const std::string& sealed = need_raw(map, "load");
    if (map.contains("sig")) {
      const std::string* name = raw_field(map, "sig_algo");
      const auto hash = name ? signature_from(*name) : crypto::RsaHash::sha1;
      if (!hash || !master_.verify(sealed, need_raw(map, "sig"), *hash)) return faulty(PublicationFault::bad_signature);
    } else if (require_signature_) {
      return faulty(PublicationFault::unsigned_);
    }
    auto opened = open_value(shared_, sealed);
    if (!opened) return faulty(PublicationFault::other_key);
    Map load = opened->as_map("a publication's load");
    // Absent in clusters of newer masters, as the document says.
    if (const auto serial = load.erase("serial")) {
      if (serial->as_int("serial") <= last_serial_) return faulty(PublicationFault::old_serial);
      last_serial_ = serial->as_int("serial");
    }
    return {std::move(load), PublicationFault::malformed};
  } catch (const Error&) {
    return faulty(PublicationFault::malformed);
  }
}

void PublicationReader::use(crypto::SessionKey shared) {
  if (shared == shared_) return;
  shared_ = std::move(shared);
  last_serial_ = 0;
}

}  // namespace halite::wire
