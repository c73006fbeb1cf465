#include "common/wire/envelope.h"

#include <algorithm>
#include <array>

#include "common/base/error.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

// Nothing is pickled; it is an eight-byte mark.
constexpr std::string_view mark = "pickle::";
// Of what a stranger sends: grains for autosign are the most that is in it. Integers as keys can be chosen to fall into one place
// of a map, so that the work grows with the square of their number.
constexpr MsgpackLimits envelope_limits{.depth = 16, .items = 1000, .size_bytes = std::size_t{256} << 20};

constexpr std::array<std::string_view, 12> token_commands{
    "_minion_event", "_master_tops", "_ext_nodes", "_file_recv",     "_mine",         "_mine_get",
    "_mine_delete",  "_mine_flush",  "minion_pub", "pub_ret",        "minion_publish", "minion_runner"};

}  // namespace

bool sends_token_at_level_2(std::string_view command) {
  return command == "revoke_auth" || std::find(token_commands.begin(), token_commands.end(), command) != token_commands.end();
}

MsgpackLimits load_limits() { return {.depth = 128, .items = 4'000'000, .size_bytes = std::size_t{256} << 20}; }

RequestEnvelope decode_request(std::string_view payload) {
  const Value value = from_msgpack(payload, envelope_limits);
  const Map& map = value.as_map("a request");
  RequestEnvelope envelope;
  envelope.is_sealed = need_raw(map, "enc") == "aes";
  if (const Value* version = map.find("version"))
    if (const auto* number = version->if_int())
      if (*number >= 0 && *number <= 1000) envelope.version = static_cast<int>(*number);
  if (envelope.is_sealed) envelope.sealed_load = need_raw(map, "load");
  else envelope.clear_load = map.at("load").as_map("the load of a clear request");
  if (map.contains("id")) envelope.id = need_text(map, "id");
  if (map.contains("enc_algo")) envelope.encryption = need_text(map, "enc_algo");
  if (map.contains("sig_algo")) envelope.signature = need_text(map, "sig_algo");
  return envelope;
}

std::string encode_request(const RequestEnvelope& envelope) {
  Map map;
  map.set("enc", envelope.is_sealed ? "aes" : "clear");
  map.set("load", envelope.is_sealed ? raw_value(envelope.sealed_load) : Value(envelope.clear_load));
  map.set("version", envelope.version);
  if (!envelope.id.empty()) map.set("id", envelope.id);
  if (!envelope.encryption.empty()) map.set("enc_algo", envelope.encryption);
  if (!envelope.signature.empty()) map.set("sig_algo", envelope.signature);
  return to_msgpack(map);
}

std::string seal_value(const crypto::SessionKey& key, const Value& value) {
  std::string buffer;
  buffer.reserve(crypto::SessionKey::sealed_size(mark.size() + approximate_size(value)));
  buffer.assign(crypto::SessionKey::iv_bytes, '\0');
  buffer += mark;
  append_msgpack(buffer, value);
  key.seal_in_place(buffer, 0);
  return buffer;
}

std::optional<Value> open_value(const crypto::SessionKey& key, std::string_view blob) {
  const auto plain = key.open(blob);
  if (!plain) return std::nullopt;
  if (!plain->starts_with(mark)) throw Error(ErrorKind::invalid, "a sealed message does not begin with '{}'", mark);
  return from_msgpack(std::string_view(*plain).substr(mark.size()), load_limits());
}

std::string seal_reply(const crypto::SessionKey& key, const Value& value, std::string_view nonce) {
  // All in one buffer, for files pass here: each copy costs as much as a tenth of the cipher.
  constexpr std::size_t header_bytes_max = 5;
  std::string buffer;
  buffer.reserve(header_bytes_max + crypto::SessionKey::sealed_size(mark.size() + nonce.size() + approximate_size(value)));
  buffer.assign(header_bytes_max + crypto::SessionKey::iv_bytes, '\0');
  buffer += mark;
  buffer += nonce;
  append_msgpack(buffer, value);
  key.seal_in_place(buffer, header_bytes_max);
  buffer.replace(0, header_bytes_max, msgpack_raw_header(buffer.size() - header_bytes_max));
  return buffer;
}

std::optional<Value> open_reply(const crypto::SessionKey& key, std::string_view payload, std::string_view nonce) {
  Value outer;
  try {
    outer = from_msgpack(payload, load_limits());
  } catch (const Error&) {
    return std::nullopt;
  }
  const std::string* blob = raw_of(outer);
  const auto plain = blob ? key.open(*blob) : std::nullopt;
  if (!plain || !plain->starts_with(mark) || plain->size() < mark.size() + nonce_size) return std::nullopt;
  const std::string_view body = std::string_view(*plain).substr(mark.size());
  if (!crypto::equal_in_constant_time(body.substr(0, nonce_size), nonce)) return std::nullopt;
  return from_msgpack(body.substr(nonce_size), load_limits());
}

std::string error_text_of(std::string_view payload) {
  constexpr std::size_t text_limit_bytes = 200;
  try {
    const Value value = from_msgpack(payload, envelope_limits);
    const Value* error = value.find("error");
    const std::string* text = (error ? *error : value).if_string();
    return text && text->size() <= text_limit_bytes ? *text : std::string();
  } catch (const Error&) {
    return {};
  }
}

std::string refusal_payload() { return to_msgpack("bad load"); }

std::string seal_request(const crypto::SessionKey& key, Map load, const RequestSeal& seal) {
  RequestEnvelope envelope;
  envelope.is_sealed = true;
  envelope.version = seal.level;
  const std::string* command = raw_field(load, "cmd");
  load.set("nonce", seal.nonce);
  if (seal.level >= level_session_key) {
    load.set("ts", seal.time_s);
    load.set("tok", raw_value(seal.token));
    load.set("id", seal.id);
    envelope.id = seal.id;
    envelope.encryption = encryption_name(seal.algorithms.encryption);
    envelope.signature = signature_name(seal.algorithms.signature);
  } else if (command && sends_token_at_level_2(*command)) {
    load.set("tok", raw_value(seal.token));
    load.set("id", seal.id);
  }
  envelope.sealed_load = seal_value(key, load);
  return encode_request(envelope);
}

}  // namespace halite::wire
