// The master's half of _auth.
#include "common/base/error.h"
#include "common/base/minion_id.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

constexpr std::size_t nonce_limit_bytes = 64, algorithm_limit_bytes = 64, token_limit_bytes = 1024;

std::string limited(const Map& load, std::string_view name, std::size_t limit_bytes) {
  const std::string& text = need_raw(load, name);
  if (text.size() > limit_bytes) throw Error(ErrorKind::invalid, "the field '{}' has {} bytes, more than {}", name, text.size(), limit_bytes);
  return text;
}

std::string signed_reply(const Map& content, const crypto::PrivateKey& master, crypto::RsaHash hash) {
  const std::string body = to_msgpack(content);
  const Map reply{{"enc", "clear"}, {"load", raw_value(body)}, {"sig", raw_value(master.sign(body, hash))}};
  return to_msgpack(reply);
}

}  // namespace

AuthCall decode_auth_call(const Map& load) {
  AuthCall call;
  call.id = need_text(load, "id");
  check_minion_id(call.id);
  call.nonce = limited(load, "nonce", nonce_limit_bytes);
  if (call.nonce.empty()) throw Error(ErrorKind::invalid, "the nonce is empty");
  call.public_pem = need_text(load, "pub");
  if (load.contains("token")) call.token = limited(load, "token", token_limit_bytes);
  if (load.contains("enc_algo")) call.encryption = limited(load, "enc_algo", algorithm_limit_bytes);
  if (load.contains("sig_algo")) call.signature = limited(load, "sig_algo", algorithm_limit_bytes);
  if (const Value* grains = load.find("autosign_grains"))
    if (!grains->is_null()) call.autosign_grains = grains->as_map("autosign_grains");
  if (const Value* enrolment = load.find("enrolment")) {
    const Map& proof = enrolment->as_map("enrolment");
    call.enrolment = crypto::EnrolmentProof{limited(proof, "verifier", crypto::enrolment_verifier_bytes),
                                            limited(proof, "signature", crypto::enrolment_signature_bytes)};
  }
  return call;
}

std::string auth_refusal(Admission admission, std::string_view nonce, const crypto::PrivateKey& master, crypto::RsaHash signature) {
  Value ret = false;
  if (admission == Admission::pending) ret = true;
  if (admission == Admission::full) ret = "full";
  const Map content{{"ret", ret}, {"nonce", nonce}};
  return signed_reply(content, master, signature);
}

std::string sign_shared_key(const crypto::SessionKey& shared, const crypto::PrivateKey& master) {
  return master.sign_x931(crypto::hash_hex(crypto::HashType::sha256, shared.text()));
}

std::string auth_acceptance(const AuthCall& call, const AuthGrant& grant, const crypto::PrivateKey& master, const Algorithms& algorithms) {
  const std::string& master_pem = master.public_key().pem();
  Map content{{"enc", "pub"}, {"pub_key", master_pem}, {"publish_port", grant.publish_port}};
  if (grant.time_s) content.set("time", *grant.time_s);
  if (grant.signing_key) content.set("pub_sig", to_base64(grant.signing_key->sign(master_pem, algorithms.signature)) + "\n");
  // A token made for another master's key does not decrypt: the field is left out, and the minion decides.
  if (!call.token.empty())
    if (const auto token = master.decrypt(call.token, algorithms.encryption))
      content.set("token", raw_value(grant.minion.encrypt(*token, algorithms.encryption)));
  content.set("aes", raw_value(grant.minion.encrypt(grant.shared.text(), algorithms.encryption)));
  content.set("session", raw_value(grant.minion.encrypt(grant.session.text(), algorithms.encryption)));
  content.set("sig", raw_value(grant.shared_signature));
  content.set("nonce", call.nonce);
  return signed_reply(content, master, algorithms.signature);
}

std::string algorithm_refusal(std::string_view which) {
  const Map reply{{"enc", "clear"}, {"load", Map{{"ret", fmt::format("bad {} algo", which)}}}};
  return to_msgpack(reply);
}

}  // namespace halite::wire
