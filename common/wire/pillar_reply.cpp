#include "common/wire/pillar_reply.h"

#include "common/base/error.h"
#include "common/crypto/session_key.h"
#include "common/data/msgpack.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"

namespace halite::wire {

std::string make_pillar_reply(const Map& pillar, const crypto::PublicKey& minion, const crypto::PrivateKey& master,
                              std::string_view nonce, const Algorithms& algorithms) {
  const auto once = crypto::SessionKey::generate();
  const std::string sealed_key = minion.encrypt(once.text(), algorithms.encryption);
  const Map inner{{"key", raw_value(sealed_key)}, {"pillar", pillar}, {"nonce", nonce}};
  const std::string data = to_msgpack(inner);
  const Map signed_data{{"data", raw_value(data)}, {"sig", raw_value(master.sign(data, algorithms.signature))}};
  const Map reply{{"key", raw_value(sealed_key)}, {"pillar", raw_value(seal_value(once, signed_data))}};
  return to_msgpack(reply);
}

std::optional<Map> open_pillar_reply(std::string_view payload, const crypto::PrivateKey& own, const crypto::PublicKey& master,
                                     std::string_view nonce, const Algorithms& algorithms) {
  const Value value = from_msgpack(payload, load_limits());
  const Map* reply = value.if_map();
  if (!reply || !reply->contains("key")) return std::nullopt;
  const std::string& sealed_key = need_raw(*reply, "key");
  const auto key_text = own.decrypt(sealed_key, algorithms.encryption);
  const auto once = key_text ? crypto::SessionKey::from_text(*key_text) : std::nullopt;
  const auto opened = once ? open_value(*once, need_raw(*reply, "pillar")) : std::nullopt;
  if (!opened) throw Error(ErrorKind::denied, "the pillar is sealed for another key than this minion's");
  const Map& outer = opened->as_map("the signed pillar");
  const std::string& data = need_raw(outer, "data");
  if (!master.verify(data, need_raw(outer, "sig"), algorithms.signature))
    throw Error(ErrorKind::denied, "the pillar is not signed by the master");
  const Value inner_value = from_msgpack(data, load_limits());
  const Map& inner = inner_value.as_map("the pillar's content");
  if (need_raw(inner, "key") != sealed_key) throw Error(ErrorKind::denied, "the pillar was signed for another reply");
  if (!crypto::equal_in_constant_time(need_raw(inner, "nonce"), nonce))
    throw Error(ErrorKind::denied, "the pillar belongs to another request: its nonce is not ours");
  return inner.at("pillar").as_map("the pillar");
}

}  // namespace halite::wire
