// Request and reply envelopes (salt-wire-protocol.md, sections 3 and 5.2), for both sides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/crypto/session_key.h"
#include "common/data/msgpack.h"
#include "common/data/value.h"
#include "common/wire/algorithms.h"

namespace halite::wire {

constexpr std::size_t nonce_size = 32;

// The outer map of a request.
struct RequestEnvelope {
  bool is_sealed = false;    // enc is "aes"; anything else is clear text
  int version = 0;           // 0 when absent or no integer
  std::string sealed_load;   // when sealed
  Map clear_load;            // when clear
  std::string id;            // level 3; empty when absent
  std::string encryption;    // enc_algo and sig_algo as they came; empty when absent
  std::string signature;
};

// Before anything is proven. Throws Error(invalid) for whatever is no envelope.
RequestEnvelope decode_request(std::string_view payload);
// Salt's field order and form, so that vectors are reproduced.
std::string encode_request(const RequestEnvelope& envelope);

// Limits of what a peer with a key may send.
MsgpackLimits load_limits();

// What every sealed message holds: the mark "pickle::" and msgpack.
std::string seal_value(const crypto::SessionKey& key, const Value& value);
// Nothing when the HMAC is wrong; throws Error(invalid) when what was inside is no Salt message.
std::optional<Value> open_value(const crypto::SessionKey& key, std::string_view blob);

// Replies: a raw string that holds a blob, with the nonce of the request between mark and msgpack.
std::string seal_reply(const crypto::SessionKey& key, const Value& value, std::string_view nonce);
// Client side. Nothing when this is no blob under the key ("bad load", another key) or its nonce is not ours.
std::optional<Value> open_reply(const crypto::SessionKey& key, std::string_view payload, std::string_view nonce);
// The text of an unsealed error reply, for a message; empty when it is none.
std::string error_text_of(std::string_view payload);
// The reply to whatever is refused before its sender is known. The same bytes whatever the reason.
std::string refusal_payload();

// Client side: a request ready to be sent.
struct RequestSeal {
  int level = level_session_key;
  std::string id;
  std::string token;         // X9.31 of "salt" by the minion key
  std::string nonce;
  std::int64_t time_s = 0;   // level 3
  Algorithms algorithms;     // level 3
};
std::string seal_request(const crypto::SessionKey& key, Map load, const RequestSeal& seal);
// Whether Salt's level 2 minions send their token with this command (and its masters check it).
bool sends_token_at_level_2(std::string_view command);

}  // namespace halite::wire
