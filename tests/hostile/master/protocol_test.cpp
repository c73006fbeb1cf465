// Replays, versions, keys and bytes (R54, R60 to R75, U07 to U12).
#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <random>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/msgpack.h"
#include "tests/hostile/master/siege.h"
#include "tests/hostile/master/values.h"

using namespace halite;
using namespace halite::hostile;

namespace {

Map event(const std::string& tag) { return {{"id", "m1"}, {"tag", tag}, {"data", Map{{"x", 1}}}}; }

}  // namespace

TEST_CASE("R54 a deleted minion is cut off at once, and who comes under its name has nothing of it") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth", "salt/key", "key", "mine/*"});
  auto& attacker = siege.attacker();
  const auto first = crypto::PrivateKey::generate(2048), second = crypto::PrivateKey::generate(2048);
  const auto mine_of_gone = [&] { return attacker.ask_as(siege.m1(), "_mine_get", {{"id", "m1"}, {"tgt", "gone"}, {"fun", "secret.of"}}); };
  attacker.enrol("gone", first);
  siege.call("key.accept", {{"match", List{"gone"}}});
  const auto pass = attacker.enrol("gone", first);
  REQUIRE(pass);
  attacker.ask_as(*pass, "_mine", {{"id", "gone"}, {"data", Map{{"secret.of", "the first"}}}});
  REQUIRE(mine_of_gone() == Value(Map{{"gone", "the first"}}));
  siege.call("key.delete", {{"match", List{"gone"}}});
  for (const char* command : {"_mine", "_file_list", "_pillar", "_return", "_minion_event", "_master_opts"})
    CHECK_FALSE(attacker.ask_as(*pass, command, {{"id", "gone"}, {"data", Map{{"x", 1}}}, {"saltenv", "base"}}).has_value());
  CHECK_FALSE(attacker.enrol("gone", first));  // pending again
  attacker.enrol("gone", second);
  siege.call("key.delete", {{"match", List{"gone"}}});
  attacker.enrol("gone", second);
  siege.call("key.accept", {{"match", List{"gone"}}});
  const auto heir = attacker.enrol("gone", second);
  REQUIRE(heir);
  CHECK(mine_of_gone() == Value(Map{}));
  CHECK_FALSE(attacker.ask_as(*pass, "_mine", {{"id", "gone"}, {"data", Map{{"x", 1}}}}).has_value());
  siege.call("key.delete", {{"match", List{"gone"}}});
}

TEST_CASE("R63 a request that was heard once is not heard again") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/minion/m1/once", "mine/*"});
  auto& attacker = siege.attacker();
  for (const auto& [command, load] : std::vector<std::pair<std::string, Map>>{{"_minion_event", event("salt/minion/m1/once")},
                                                                             {"_mine", {{"id", "m1"}, {"data", Map{{"x", 1}}}}},
                                                                             {"_file_list", {{"saltenv", "base"}}},
                                                                             {"_master_opts", {}}}) {
    CAPTURE(command);
    const auto seal = Attacker::seal_of(siege.m1());
    const std::string payload = Attacker::sealed_payload(siege.m1(), command, load, seal);
    const auto first = attacker.ask(payload);
    REQUIRE(first);
    CHECK(*first != wire::refusal_payload());
    for (int i = 0; i < 3; ++i) CHECK(attacker.ask(payload) == wire::refusal_payload());
    // The same again, an hour old.
    auto old = Attacker::seal_of(siege.m1());
    old.time_s -= 3600;
    CHECK(attacker.ask(Attacker::sealed_payload(siege.m1(), command, load, old)) == wire::refusal_payload());
    old.time_s += 7200;
    attacker.ask(Attacker::sealed_payload(siege.m1(), command, load, old));
  }
}

TEST_CASE("R64 U07 a request of another version is none") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/minion/m1/*"});
  auto& attacker = siege.attacker();
  const auto seal = Attacker::seal_of(siege.m1());
  const Value good = from_msgpack(Attacker::sealed_payload(siege.m1(), "_minion_event", event("salt/minion/m1/version"), seal));
  for (const Value& version : {Value(), Value(0), Value(1), Value(2), Value(-1), Value("3"), Value(std::int64_t{1} << 40), Value(List{3})}) {
    Map envelope = good.as_map();
    envelope.set("version", version);
    INFO(to_json(version));
    CHECK(attacker.ask(to_msgpack(envelope)) == wire::refusal_payload());
    envelope.erase("version");
    CHECK(attacker.ask(to_msgpack(envelope)) == wire::refusal_payload());
  }
  const auto key = crypto::PrivateKey::generate(2048);
  for (const int version : {0, 1, 2}) CHECK_FALSE(attacker.enrol("m1", key, version));
}

TEST_CASE("U12 a token that was overheard, guessed or put together lets no stranger in") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth", "salt/key", "key"});
  auto& attacker = siege.attacker();
  const auto key = crypto::PrivateKey::generate(2048), other = crypto::PrivateKey::generate(2048);
  const auto made = siege.call("token.make", {{"pattern", "invited*"}, {"valid_for", 600}});
  const auto token = crypto::EnrolmentToken::from_text(made.find("token")->as_string());
  const auto overheard = token.prove("invited1", key.public_key().fingerprint());
  const auto come = [&](const std::string& id, const crypto::PrivateKey& with, Value enrolment) {
    attacker.clear(Map{{"cmd", "_auth"}, {"id", id}, {"nonce", "n"}, {"pub", with.public_key().pem()}, {"enc_algo", "OAEP-SHA1"},
                       {"sig_algo", "PKCS1v15-SHA1"}, {"enrolment", std::move(enrolment)}});
    const Value accepted = siege.call("key.list", {{"states", List{"accepted"}}});
    for (const auto& item : accepted.find("keys")->as_list())
      if (item.find("id")->as_string() == id) return true;
    return false;
  };
  const auto as_sent = [](const crypto::EnrolmentProof& proof) { return Value(Map{{"verifier", Bytes{proof.verifier}}, {"signature", Bytes{proof.signature}}}); };
  // With another key, under another name, for a name that the token is not for, and by a token of the stranger's own.
  CHECK_FALSE(come("invited1", other, as_sent(overheard)));
  CHECK_FALSE(come("invited2", key, as_sent(overheard)));
  CHECK_FALSE(come("stranger", key, as_sent(token.prove("stranger", key.public_key().fingerprint()))));
  CHECK_FALSE(come("invited3", other, as_sent(crypto::EnrolmentToken::generate().prove("invited3", other.public_key().fingerprint()))));
  for (const auto& value : odd_values()) {
    CHECK_FALSE(come("invited4", other, value));
    CHECK_FALSE(come("invited4", other, Map{{"verifier", value}, {"signature", Bytes{overheard.signature}}}));
    CHECK_FALSE(come("invited4", other, Map{{"verifier", Bytes{overheard.verifier}}, {"signature", value}}));
  }
  CHECK(attacker.heard().find(token.text()) == std::string::npos);
}

TEST_CASE("R70 U12 whatever is in _auth, it is refused, quickly, and keeps no other waiting") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth", "salt/key"});
  auto& attacker = siege.attacker();
  const auto key = crypto::PrivateKey::generate(2048);
  const Map good{{"cmd", "_auth"}, {"id", "hostile"}, {"nonce", "n"}, {"pub", key.public_key().pem()}, {"token", Bytes{"x"}}, {"enc_algo", "OAEP-SHA1"}, {"sig_algo", "PKCS1v15-SHA1"}};
  for (const auto& field : good) {
    if (field.key == Value("cmd")) continue;
    for (const auto& value : odd_values()) {
      Map load = good;
      load.set(field.key, value);
      attacker.clear(load);
    }
    Map load = good;
    load.erase(field.key);
    attacker.clear(load);
  }
  const std::string pem = key.public_key().pem();
  // 512 bits, made for this test; nothing is protected by it.
  const std::string small_key = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAN2o/M502zO3yoC05kDx3gMvMiLYFgZX\novK+3y15ahFQEKTX0o4yA1+smX0Ta1AyRD3mo7rcQ/zs0pUDbRtI9r0CAwEAAQ==\n-----END PUBLIC KEY-----\n";
  std::vector<std::string> keys{pem.substr(0, pem.size() / 2), key.pem(), small_key, std::string(1 << 20, 'A')};
  std::string many;
  for (int i = 0; i < 2000; ++i) many += pem;
  keys.push_back(many);
  keys.emplace_back("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7m3ZbZr3Xx0Q8aJv3m9z0a2qEJ8V\n-----END PUBLIC KEY-----\n");
  for (const auto& bad : keys) {
    Map load = good;
    load.set("id", "bad-key");
    load.set("pub", bad);
    const auto answer = attacker.clear(load);
    CHECK(answer == wire::refusal_payload());
  }
  CHECK_FALSE(siege.has_key("bad-key", "pending"));
  for (const char* id : {"hostile", "x"}) siege.call("key.delete", {{"match", List{id}}});
}

TEST_CASE("R71 bytes that are no message end nothing but their own connection") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  auto& attacker = siege.attacker();
  std::mt19937 random(1);
  const auto bytes = [&](std::size_t size) {
    std::string text(size, '\0');
    for (auto& byte : text) byte = static_cast<char>(random());
    return text;
  };
  std::vector<std::string> bodies{"", std::string(100'000, '\x91'), "\xdf\xff\xff\xff\xff", "\xdd\xff\xff\xff\xff", "\xc6\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff", "\xc1",
                                  std::string("\xc7\x05\x01xxxxx", 8)};
  for (int byte = 0; byte < 256; ++byte) bodies.emplace_back(1, static_cast<char>(byte));
  for (const std::size_t size : {1u, 10u, 100u, 1000u, 65536u})
    for (int i = 0; i < 10; ++i) bodies.push_back(bytes(size));
  const std::string good = Attacker::sealed_payload(siege.m1(), "_file_envs", {}, Attacker::seal_of(siege.m1()));
  for (std::size_t size = 0; size < good.size(); size += 7) bodies.push_back(good.substr(0, size));
  // Behind it come the names of algorithms, which are for _auth and mean nothing here.
  for (std::size_t at = 0; at < good.find("enc_algo") - 1; at += 5) {
    bodies.push_back(good);
    bodies.back()[at] = static_cast<char>(bodies.back()[at] ^ 1);
  }
  for (const auto& body : bodies) CHECK(attacker.ask(body).value_or("silence") == wire::refusal_payload());
  for (const std::vector<std::string>& frames : {std::vector<std::string>{good}, {"", "", good}, {"x", good}, {"", good, good}, std::vector<std::string>(1000, "x"), {""}})
    attacker.ask_frames(frames);
  for (const int port : {siege.request_port(), siege.publish_port()})
    for (int i = 0; i < 20; ++i) Attacker::tell_tcp(port, i == 0 ? "GET / HTTP/1.1\r\n\r\n" : bytes(static_cast<std::size_t>(1 << (i % 16))), 30);
}

TEST_CASE("R71 R74 every command refuses every field of every type without losing a beat") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/minion/m1/*", "salt/job/*", "20*", "mine/*", "x", "../../x", "x*"}  // a minion's own words are its own tags
                             );
  auto& attacker = siege.attacker();
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands{
      {"_return", {"jid", "id", "fun", "fun_args", "return", "retcode", "success", "out", "metadata", "user", "tgt", "arg", "tgt_type", "cmd"}},
      {"_minion_event", {"id", "tag", "data", "events", "pretag"}},
      {"_mine", {"id", "data", "clear"}},
      {"_mine_get", {"id", "tgt", "fun", "tgt_type"}},
      {"_mine_delete", {"id", "fun"}},
      {"minion_pub", {"id", "fun", "arg", "tgt", "tgt_type", "ret", "tmo"}},
      {"pub_ret", {"id", "jid"}},
      {"minion_runner", {"id", "fun", "arg"}},
      {"_master_tops", {"id", "opts"}},
      {"_ext_nodes", {"id", "opts"}},
      {"_pillar", {"id", "grains", "saltenv", "pillarenv", "ver", "pillar_override", "extra_minion_data", "clean_cache"}},
      {"_file_envs", {"id"}}};
  const Map good{{"id", "m1"}, {"jid", "20260101000000000000"}, {"fun", "test.ping"}, {"return", true}, {"data", Map{}}, {"tag", "salt/minion/m1/x"}, {"grains", Map{}}, {"tgt", "*"}};
  for (const auto& [command, fields] : commands)
    for (const auto& field : fields)
      for (const auto& value : odd_values()) {
        Map load = good;
        load.set(field, value);
        attacker.ask_as(siege.m1(), command, load);
      }
  for (const std::size_t size : {256u, 1u << 10, 1u << 20}) {
    attacker.ask_as(siege.m1(), std::string(size, 'f'), good);
    CHECK_THROWS_AS(siege.call("job.publish", {{"fun", "test." + std::string(size, 'f')}, {"tgt", "m1"}}), Error);
    CHECK_THROWS_AS(siege.run(std::string(size, 'f')), Error);
  }
}

TEST_CASE("U11 what a minion says can't order the operator's terminal about") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"20*", "salt/job/*"});
  const std::string text = "a\x1b[2J\x1b]0;x\x07\r\x9b" "b";
  siege.attacker().ask_as(siege.m1(), "_return", {{"id", "m1"}, {"jid", "req"}, {"return", text}, {"fun", text}, {"fun_args", List{text}}, {"retcode", 0}, {"success", true}});
  for (const char* out : {"nested", "yaml", "txt", "raw", "pprint", "json"}) {
    const auto [code, shown] = siege.tool("halite-run", {"jobs.list_jobs", std::string("--out=") + out});
    INFO(out << ": " << shown);
    CHECK(code == 0);
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find('\x07') == std::string::npos);
    CHECK(shown.find('\r') == std::string::npos);
  }
}

TEST_CASE("U14 subscribers that read nothing keep nobody else waiting") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"20*", "salt/job/*"});
  // A subscriber's greeting, so that everything is queued for it; nothing is ever read.
  std::vector<UniqueFd> silent;
  for (int i = 0; i < 50; ++i) {
    silent.push_back(Attacker::connect_tcp(siege.publish_port()));
    const std::string greeting = std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16) + std::string(48, '\0') +
                                 std::string("\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03SUB", 27) + std::string("\0\x01\x01", 3);
    [[maybe_unused]] const auto sent = ::send(silent.back().get(), greeting.data(), greeting.size(), MSG_NOSIGNAL);
  }
  const std::string large(200'000, 'x');
  for (int i = 0; i < 100; ++i) siege.call("job.publish", {{"fun", "test.arg"}, {"tgt", "good"}, {"arg", List{large}}, {"wait", false}});
  siege.let_jobs_end();
}
