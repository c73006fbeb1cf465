// Each protocol step against the vectors of Salt's own code, and against what an attacker would change.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"
#include "common/wire/pillar_reply.h"
#include "common/wire/publication.h"
#include "common/wire/request_guard.h"
#include "tests/support/vectors.h"

namespace halite::wire {
namespace {

using crypto::PrivateKey;
using crypto::SessionKey;
using test::vector_bytes;

PrivateKey master_key() { return PrivateKey::from_pem(*test::vector_pem("master-private-TEST-ONLY")); }
PrivateKey minion_key() { return PrivateKey::from_pem(*test::vector_pem("minion-private-TEST-ONLY")); }
SessionKey shared_key() { return *SessionKey::from_text(test::vector_shared_key); }
SessionKey session_key() { return *SessionKey::from_text(test::vector_session_key); }

AuthQuestion vector_question(bool with_token) {
  AuthQuestion question;
  question.nonce = test::vector_nonce;
  if (with_token) question.token = crypto::Secret(test::vector_token);
  return question;
}

MasterPolicy pinned_policy() {
  MasterPolicy policy;
  policy.pinned = master_key().public_key();
  return policy;
}

// The value with its text field replaced, packed again.
std::string with_field(const std::string& payload, const char* field, Value value) {
  Map map = from_msgpack(payload).as_map();
  map.set(field, std::move(value));
  return to_msgpack(map);
}

std::string damaged(std::string text) {
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  return text;
}

}  // namespace

TEST_CASE("request vectors open and are written again byte for byte") {
  if (!test::has_vectors()) return;
  for (const char* name : {"req_wire", "v3_req", "cap_return"}) {
    const std::string payload = *vector_bytes(name);
    CHECK(encode_request(decode_request(payload)) == payload);
  }
  const auto request = decode_request(*vector_bytes("req_wire"));
  CHECK(request.version == 2);
  const auto load = open_value(shared_key(), request.sealed_load);
  REQUIRE(load);
  CHECK(*load->find("cmd") == Value("_file_envs"));
  const auto newer = decode_request(*vector_bytes("v3_req"));
  CHECK(newer.id == "m1");
  CHECK(newer.encryption == "OAEP-SHA1");
  CHECK("pickle::" + to_msgpack(*open_value(session_key(), newer.sealed_load)) == *vector_bytes("v3_plain"));
  CHECK_FALSE(open_value(shared_key(), newer.sealed_load));
}

TEST_CASE("reply vectors open with their nonce, and with no other") {
  if (!test::has_vectors()) return;
  CHECK(open_reply(shared_key(), *vector_bytes("rep_wire"), test::vector_nonce) == Value(List{"base"}));
  CHECK(open_reply(session_key(), *vector_bytes("v3_rep"), test::vector_nonce) == Value());
  CHECK_FALSE(open_reply(shared_key(), *vector_bytes("rep_wire"), std::string(32, '0')));
  CHECK_FALSE(open_reply(session_key(), *vector_bytes("rep_wire"), test::vector_nonce));
  CHECK_FALSE(open_reply(shared_key(), damaged(*vector_bytes("rep_wire")), test::vector_nonce));
  CHECK_FALSE(open_reply(shared_key(), refusal_payload(), test::vector_nonce));
  CHECK(error_text_of(refusal_payload()) == "bad load");
}

TEST_CASE("the accepted answers of both levels are taken") {
  if (!test::has_vectors()) return;
  const auto newer = judge_auth_answer(*vector_bytes("auth_rep_v3"), vector_question(true), minion_key(), pinned_policy());
  CHECK(newer.outcome == AuthOutcome::accepted);
  CHECK(newer.shared == shared_key());
  CHECK(newer.session == session_key());
  CHECK(newer.publish_port == 4505);
  CHECK_FALSE(newer.is_new_pin);
  const auto older = judge_auth_answer(*vector_bytes("auth_rep_v2"), vector_question(true), minion_key(), pinned_policy());
  CHECK(older.shared == shared_key());
  CHECK_FALSE(older.session);
  const auto first = judge_auth_answer(*vector_bytes("auth_rep_v2"), vector_question(false), minion_key(), {});
  CHECK(first.is_new_pin);
}

// R61 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("an answer with anything changed is refused") {
  if (!test::has_vectors()) return;
  const std::string good = *vector_bytes("auth_rep_v3");
  const std::string body = need_raw(from_msgpack(good).as_map(), "load");
  const auto judge = [](const std::string& payload, const AuthQuestion& question, const MasterPolicy& policy) {
    return judge_auth_answer(payload, question, minion_key(), policy);
  };
  CHECK_THROWS_AS(judge(with_field(good, "sig", raw_value(std::string(256, 's'))), vector_question(true), pinned_policy()), Error);
  for (const char* field : {"aes", "session", "token", "sig", "nonce", "pub_key"}) {
    const std::string changed = damaged(need_raw(from_msgpack(body).as_map(), field));
    CHECK_THROWS_AS(judge(with_field(good, "load", raw_value(with_field(body, field, raw_value(changed)))), vector_question(true), pinned_policy()), Error);
  }
  AuthQuestion other = vector_question(true);
  other.nonce = std::string(32, '0');
  CHECK_THROWS_WITH(judge(good, other, pinned_policy()), Catch::Contains("nonce"));
  MasterPolicy stranger;
  stranger.pinned = minion_key().public_key();
  CHECK_THROWS_WITH(judge(good, vector_question(false), stranger), Catch::Contains("has changed"));
  CHECK_THROWS_WITH(judge(refusal_payload(), vector_question(false), {}), Catch::Contains("bad load"));
}

TEST_CASE("captured messages of a stock master and minion are understood") {
  if (!test::has_vectors()) return;
  const auto request = decode_request(*vector_bytes("cap_auth_req"));
  CHECK_FALSE(request.is_sealed);
  const AuthCall call = decode_auth_call(request.clear_load);
  CHECK(call.id == "wire1");
  CHECK(crypto::PublicKey::from_pem(call.public_pem).bits() == 2048);
  MasterPolicy policy;
  policy.pinned = crypto::PublicKey::from_pem(*test::vector_pem("captured-master-public"));
  AuthQuestion question;
  question.nonce = call.nonce;
  const auto answer = judge_auth_answer(*vector_bytes("cap_auth_pend"), question, minion_key(), policy);
  CHECK(answer.outcome == AuthOutcome::pending);
  CHECK(answer.is_verified);
  const auto key = *SessionKey::from_text("Us2kQ5FweuI+dxHmrvoEO3Q6Aqpl3w1n3tE1KyKrU0oP4jZpQa94amMwmMUdQvm7qiLlS+0Bu2E=");
  PublicationReader reader(key, *policy.pinned, true);
  const auto opened = reader.open(*vector_bytes("cap_pub"));
  REQUIRE(opened.load);
  CHECK(opened.load->at("jid") == Value("20261122024450941564"));
  CHECK(reader.open(*vector_bytes("cap_pub")).fault == PublicationFault::old_serial);
  const auto load = open_value(key, decode_request(*vector_bytes("cap_return")).sealed_load);
  REQUIRE(load);
  CHECK(*load->find("cmd") == Value("_return"));
  CHECK(open_reply(key, *vector_bytes("cap_return_rep"), "efbbec212f6c4052ac1e9ee8414b4dc3") == Value());
}

TEST_CASE("the answers our master makes are those our minion takes, for both algorithms") {
  if (!test::has_vectors()) return;
  for (const auto hash : {crypto::RsaHash::sha1, crypto::RsaHash::sha224}) {
    const Algorithms algorithms{hash, hash};
    const auto question = make_auth_question("m1", minion_key().public_key(), algorithms, {}, master_key().public_key(), test::vector_nonce);
    const AuthCall call = decode_auth_call(decode_request(question.payload).clear_load);
    AuthGrant grant{minion_key().public_key(), shared_key(), session_key(), sign_shared_key(shared_key(), master_key()), std::nullopt, 4505, 1'767'225'600};
    const auto answer = judge_auth_answer(auth_acceptance(call, grant, master_key(), algorithms), question, minion_key(), pinned_policy());
    CHECK(answer.session == session_key());
    CHECK(answer.time_s == 1'767'225'600);
    const Map pillar{{"color", "blue"}};
    const auto reply = make_pillar_reply(pillar, minion_key().public_key(), master_key(), test::vector_nonce, algorithms);
    CHECK(open_pillar_reply(reply, minion_key(), master_key().public_key(), test::vector_nonce, algorithms) == pillar);
  }
}

TEST_CASE("a question at level 2 has the fields of the captured one, at level 3 the algorithms too") {
  if (!test::has_vectors()) return;
  const auto captured = decode_request(*vector_bytes("cap_auth_req"));
  const auto ask = [](int level) {
    return decode_request(make_auth_question("wire1", minion_key().public_key(), {}, {}, {}, test::vector_nonce, std::nullopt, level).payload);
  };
  const auto older = ask(level_shared_key), newer = ask(level_session_key);
  CHECK(older.version == captured.version);
  CHECK(older.clear_load.keys() == captured.clear_load.keys());
  CHECK(newer.version == level_session_key);
  CHECK(newer.clear_load.keys() == std::vector<std::string>{"cmd", "id", "nonce", "enc_algo", "sig_algo", "pub"});
}

// R60 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("the pillar vector opens; another nonce, master or minion does not") {
  if (!test::has_vectors()) return;
  const std::string reply = *vector_bytes("pillar_rep");
  const auto master = master_key().public_key(), stranger = minion_key().public_key();
  CHECK(open_pillar_reply(reply, minion_key(), master, test::vector_nonce, {}) == Map{{"color", "blue"}});
  CHECK_THROWS_WITH(open_pillar_reply(reply, minion_key(), master, std::string(32, '0'), {}), Catch::Contains("nonce"));
  CHECK_THROWS_WITH(open_pillar_reply(reply, minion_key(), stranger, test::vector_nonce, {}), Catch::Contains("not signed"));
  CHECK_THROWS_WITH(open_pillar_reply(reply, master_key(), master, test::vector_nonce, {}), Catch::Contains("another key"));
  CHECK_FALSE(open_pillar_reply(refusal_payload(), minion_key(), master, test::vector_nonce, {}));
}

TEST_CASE("publication vectors open; forged, unsigned, clear and repeated ones do not") {
  if (!test::has_vectors()) return;
  for (const char* name : {"pub_wire_v2", "pub_wire_v3"}) {
    const std::string payload = *vector_bytes(name);
    PublicationReader reader(shared_key(), master_key().public_key(), true);
    CHECK(reader.open(with_field(payload, "sig", raw_value(std::string(256, 's')))).fault == PublicationFault::bad_signature);
    CHECK(reader.open(with_field(payload, "enc", "clear")).fault == PublicationFault::malformed);
    CHECK(reader.open("\xc1").fault == PublicationFault::malformed);
    const auto opened = reader.open(payload);
    REQUIRE(opened.load);
    CHECK(opened.load->at("fun") == Value("test.ping"));
    CHECK(reader.open(payload).fault == PublicationFault::old_serial);
    Map bare = from_msgpack(payload).as_map();
    bare.erase("sig");
    CHECK(reader.open(to_msgpack(bare)).fault == PublicationFault::unsigned_);
    PublicationReader other(session_key(), master_key().public_key(), true);
    CHECK(other.open(payload).fault == PublicationFault::other_key);
  }
}

}  // namespace halite::wire
