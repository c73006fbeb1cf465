// The minion's half of _auth.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

constexpr MsgpackLimits answer_limits{.depth = 16, .items = 1000, .size_bytes = std::size_t{64} << 10};

bool is_vouched_for(const Map& content, const std::string& master_pem, const MasterPolicy& policy, crypto::RsaHash hash) {
  const std::string* text = raw_field(content, "pub_sig");
  if (!text || !policy.signing_key) return false;
  const auto signature = from_base64(replace_all(*text, "\n", ""));
  return signature && policy.signing_key->verify(master_pem, *signature, hash);
}

[[noreturn]] void fail_for_changed_key(const crypto::PublicKey& offered, const MasterPolicy& policy) {
  throw Error(ErrorKind::denied,
              "the master's key has changed: it shows {}, but the one learnt earlier is {}. If the master was really given a "
              "new key, remove minion_master.pub and restart the minion; otherwise someone is in between",
              offered.fingerprint(policy.finger_type), policy.pinned->fingerprint(policy.finger_type));
}

// Whether the offered key is the master's; true in `is_new_pin` when it is to be remembered.
bool judge_master_key(const Map& content, const std::string& offered_pem, const crypto::PublicKey& offered,
                      const MasterPolicy& policy, crypto::RsaHash hash) {
  const bool is_pinned = policy.pinned.has_value(), is_same = is_pinned && *policy.pinned == offered;
  if (!policy.verify_signature) {
    if (is_pinned && !is_same) fail_for_changed_key(offered, policy);
    if (content.contains("pub_sig"))
      throw Error(ErrorKind::denied,
                  "the master signs its key, but this minion does not check it; set verify_master_pubkey_sign and install the "
                  "master's signing key");
    return !is_pinned;
  }
  if (is_same && !policy.always_verify_signature) return false;
  if (!is_vouched_for(content, offered_pem, policy, hash)) {
    if (is_pinned && !is_same) fail_for_changed_key(offered, policy);
    throw Error(ErrorKind::denied, "the master's key {} is not signed by the master_sign key this minion has",
                offered.fingerprint(policy.finger_type));
  }
  return !is_same;
}

void check_finger(const crypto::PublicKey& key, const MasterPolicy& policy) {
  if (policy.finger.empty()) return;
  const std::string shown = key.fingerprint(policy.finger_type);
  if (to_lower(trim(policy.finger)) != shown)
    throw Error(ErrorKind::denied, "the master's key has the fingerprint {}, but master_finger says {}", shown, policy.finger);
}

crypto::SessionKey open_key(const Map& content, std::string_view name, const crypto::PrivateKey& own, crypto::RsaHash hash) {
  const auto text = own.decrypt(need_raw(content, name), hash);
  auto key = text ? crypto::SessionKey::from_text(*text) : std::nullopt;
  if (!key) throw Error(ErrorKind::denied, "the master's answer holds a key '{}' that this minion can't open", name);
  return *std::move(key);
}

void check_token(const Map& content, const AuthQuestion& question, const crypto::PrivateKey& own) {
  if (question.token.empty()) return;
  const std::string* sealed = raw_field(content, "token");
  const auto token = sealed ? own.decrypt(*sealed, question.algorithms.encryption) : std::nullopt;
  if (!token || !crypto::equal_in_constant_time(*token, question.token.text()))
    throw Error(ErrorKind::denied, "the master did not send back the random token that only the holder of its key can read");
}

AuthOutcome refused_outcome(const Map& content) {
  const Value* ret = content.find("ret");
  if (!ret) throw Error(ErrorKind::invalid, "the master's answer has neither a key nor 'ret'");
  if (const bool* is_pending = ret->if_bool()) return *is_pending ? AuthOutcome::pending : AuthOutcome::rejected;
  if (ret->is_string() && ret->as_string() == "full") return AuthOutcome::full;
  throw Error(ErrorKind::invalid, "the master's answer has an unknown 'ret'");
}

// Signature and nonce, by the key given.
void check_answer(const Map& reply, const Map& content, const AuthQuestion& question, const crypto::PublicKey& key) {
  if (!key.verify(need_raw(reply, "load"), need_raw(reply, "sig"), question.algorithms.signature))
    throw Error(ErrorKind::denied, "the master's answer is not signed by the key {}", key.fingerprint());
  if (!crypto::equal_in_constant_time(need_raw(content, "nonce"), question.nonce))
    throw Error(ErrorKind::denied, "the master's answer belongs to another question: its nonce is not ours");
}

AuthAnswer judge_acceptance(const Map& reply, const Map& content, const AuthQuestion& question, const crypto::PrivateKey& own,
                            const MasterPolicy& policy) {
  const std::string& offered_pem = need_text(content, "pub_key");
  // The pinned key is not read again: decoding one takes longer than a signature.
  const bool is_pinned = policy.pinned && policy.pinned->pem() == crypto::clean_pem(offered_pem);
  const auto offered = is_pinned ? *policy.pinned : crypto::PublicKey::from_pem(offered_pem, "the master's key");
  check_finger(offered, policy);
  AuthAnswer answer;
  answer.is_new_pin = judge_master_key(content, offered_pem, offered, policy, question.algorithms.signature);
  check_answer(reply, content, question, offered);
  answer.shared = open_key(content, "aes", own, question.algorithms.encryption);
  const auto digest = offered.recover_x931(need_raw(content, "sig"));
  if (!digest || *digest != crypto::hash_hex(crypto::HashType::sha256, answer.shared->text()))
    throw Error(ErrorKind::denied, "the shared key is not signed by the master");
  // A token was made for the pinned key; a master with a new key that was vouched for can't read it.
  if (!answer.is_new_pin) check_token(content, question, own);
  if (content.contains("session")) answer.session = open_key(content, "session", own, question.algorithms.encryption);
  if (const Value* time = content.find("time")) answer.time_s = time->as_int("time");
  if (const Value* port = content.find("publish_port")) {
    const std::int64_t number = port->as_int("publish_port");
    if (number < 1 || number > 65535) throw Error(ErrorKind::invalid, "the master names {} as its publish port", number);
    answer.publish_port = static_cast<int>(number);
  }
  answer.outcome = AuthOutcome::accepted;
  answer.is_verified = true;
  answer.master_key = offered;
  return answer;
}

}  // namespace

AuthQuestion make_auth_question(const std::string& id, const crypto::PublicKey& own, const Algorithms& algorithms,
                                const Map& autosign_grains, const std::optional<crypto::PublicKey>& pinned, std::string nonce,
                                 const std::optional<crypto::EnrolmentToken>& enrolment, int level) {
  AuthQuestion question;
  question.algorithms = algorithms;
  question.nonce = std::move(nonce);
  Map load{{"cmd", "_auth"}, {"id", id}, {"nonce", question.nonce}};
  if (level >= level_session_key) {
    load.set("enc_algo", encryption_name(algorithms.encryption));
    load.set("sig_algo", signature_name(algorithms.signature));
  }
  if (!autosign_grains.empty()) load.set("autosign_grains", autosign_grains);
  if (enrolment) {  // Salt's masters pass over it
    const auto proof = enrolment->prove(id, own.fingerprint());
    load.set("enrolment", Map{{"verifier", raw_value(proof.verifier)}, {"signature", raw_value(proof.signature)}});
  }
  if (pinned) {
    question.token = crypto::Secret(crypto::SessionKey::generate().text());
    load.set("token", raw_value(pinned->encrypt(question.token.text(), algorithms.encryption)));
  }
  load.set("pub", own.pem());
  RequestEnvelope envelope;
  envelope.version = level;
  envelope.clear_load = std::move(load);
  question.payload = encode_request(envelope);
  return question;
}

AuthAnswer judge_auth_answer(std::string_view payload, const AuthQuestion& question, const crypto::PrivateKey& own,
                             const MasterPolicy& policy) {
  const Value value = from_msgpack(payload, answer_limits);
  if (!value.is_map()) throw Error(ErrorKind::unavailable, "the master does not take the request ('{}')", escape_control(error_text_of(payload)));
  const Map& reply = value.as_map("the master's answer");
  if (const Value* load = reply.find("load"); load && load->is_map()) {
    const Value* ret = load->find("ret");
    if (ret && ret->is_string() && ret->as_string().starts_with("bad "))
      throw Error(ErrorKind::invalid, "the master refuses the algorithms {} and {} ('{}')",
                  encryption_name(question.algorithms.encryption), signature_name(question.algorithms.signature),
                  escape_control(ret->as_string().substr(0, 40)));
    throw Error(ErrorKind::denied, "the master's answer is not signed; masters before 3002.8 are not trusted");
  }
  const Value inner = from_msgpack(need_raw(reply, "load"), answer_limits);
  const Map& content = inner.as_map("the content of the master's answer");
  if (content.contains("pub_key")) return judge_acceptance(reply, content, question, own, policy);
  AuthAnswer answer;
  answer.outcome = refused_outcome(content);
  if (policy.pinned) {
    check_answer(reply, content, question, *policy.pinned);
    answer.is_verified = true;
  }
  return answer;
}

}  // namespace halite::wire
