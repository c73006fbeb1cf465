// Methods that nobody should reach, and names that are not the caller's (R01 to R12, U01 to U08).
#include <catch2/catch.hpp>

#include <fstream>
#include <set>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/msgpack.h"
#include "common/wire/publication.h"
#include "tests/hostile/master/commands.h"
#include "tests/hostile/master/siege.h"
#include "tests/hostile/master/values.h"

using namespace halite;
using namespace halite::hostile;

namespace {

// What a master or a Salt master ever had a method for.
const std::vector<std::string> methods{
    "_prep_auth_info", "_send_pub", "_prep_pub", "_prep_jid", "get_method", "destroy", "connect", "run_func", "__init__", "__class__", "__dict__",
    "publish", "_publish", "runner", "wheel", "mk_token", "get_token", "minion_pub", "minion_publish", "minion_runner", "syndic_pub", "_syndic_return",
    "_handle_minion_event", "_file_recv", "pub_ret", "_ext_nodes", "_master_tops", "ping", "job.publish", "runner.run", "key.accept", "key.list",
    "event.send", "local", "ssh", "", ".", "_", "_auth\n", "_AUTH", "auth"};

}  // namespace

TEST_CASE("R01 in clear text there is nothing but _auth, and every refusal is the same") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  std::set<std::string> answers;
  std::vector<std::string> names = methods;
  names.insert(names.end(), minion_commands().begin(), minion_commands().end());
  for (int i = 0; i < 500; ++i) names.push_back("x" + std::to_string(i * 7919));
  for (const auto& name : names) answers.insert(siege.attacker().clear(Map{{"cmd", name}, {"id", "m1"}, {"fun", "cmd.run"}, {"tgt", "*"}}).value_or("silence"));
  CHECK(answers == std::set<std::string>{wire::refusal_payload()});
}

TEST_CASE("R08 a minion's event says who sent it and can be no other's") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"_salt_error"});  // that one says which minion had it
  for (std::string tag : {"salt/auth", "salt/key", "salt/job/20260101000000000000/ret/m2", "salt/job/20260101000000000000/new", "salt/run/20260101000000000000/ret",
                          "salt/wheel/20260101000000000000/new", "salt/minion/m2/start", "minion/m2/x", "_salt_error", "", "salt/cloud/x", "salt/presence/present",
                          "salt/minion/m1/../m2/start", "salt/key\x1b[2J"}) {
    siege.attacker().ask_as(siege.m1(), "_minion_event", {{"id", "m1"}, {"tag", tag}, {"data", Map{{"id", "m2"}, {"act", "accept"}}}});
    siege.attacker().ask_as(siege.m1(), "_minion_event", {{"id", "m1"}, {"events", List{Map{{"tag", "salt/minion/m1/good"}, {"data", Map{}}}, Map{{"tag", tag == "_salt_error" ? "salt/key" : tag}, {"data", Map{}}}}}});
  }
  siege.attacker().ask_as(siege.m1(), "_minion_event", {{"id", "m1"}, {"tag", std::string(1 << 16, 't')}, {"data", Map{}}});
  CHECK_FALSE(siege.has_key("m3", "accepted"));
}

TEST_CASE("R09 U06 a minion can't make the master publish, on either port") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  const Map job{{"fun", "cmd.run"}, {"arg", List{"touch " + siege.path("outside/ran")}}, {"tgt", "m2"}, {"tgt_type", "glob"}, {"ret", ""}, {"jid", "20260101000000000099"},
                {"user", "root"}};
  for (const char* name : {"publish", "_publish", "minion_pub", "minion_publish", "minion_runner", "syndic_pub", "_handle_minion_event", "job.publish", "runner.run"}) {
    Map load = job;
    load.set("id", "m1");
    siege.attacker().ask_as(siege.m1(), name, load);
    Map inner{{"load", job}, {"id", "m1"}};
    siege.attacker().ask_as(siege.m1(), name, inner);
  }
  // What a subscriber sends upstream: well sealed frames, and frames as the publisher writes them.
  const Map publication{{"enc", "aes"}, {"load", wire::seal_value(siege.m1().shared, job)}};
  std::string frame = to_msgpack(publication);
  for (const std::string& body : {frame, std::string("\x01", 1) + frame, std::string("\0", 1)})
    Attacker::tell_tcp(siege.publish_port(), std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16) + std::string(48, '\0') + body);
  CHECK_FALSE(std::ifstream(siege.path("outside/ran")).good());
}

TEST_CASE("R10 U03 U08 under another minion's name nothing is stored, given or told apart") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  for (const auto& command : minion_commands()) {
    CAPTURE(command);
    const Map load{{"id", "m2"}, {"jid", "20260101000000000000"}, {"return", "forged"}, {"fun", "test.ping"}, {"fun_args", List{}}, {"data", Map{{"x", "forged"}}},
                   {"grains", Map{{"id", "m2"}}}, {"saltenv", "base"}, {"ver", "2"}, {"tag", "salt/minion/m2/x"}, {"path", "motd"}, {"loc", 0}, {"tgt", "*"}, {"opts", Map{{"id", "m2"}}}};
    // The envelope names m1, the load m2; the envelope names m2; the token is m2's alone to make.
    auto seal = Attacker::seal_of(siege.m1());
    if (command != "revoke_auth" && command != "_pillar") {
      Map inner = load;
      if (const auto answer = siege.attacker().ask_sealed(siege.m1(), command, inner, seal)) CHECK(to_json(*answer).find("OF-m2") == std::string::npos);
    }
    seal = Attacker::seal_of(siege.m1());
    seal.id = "m2";
    CHECK_FALSE(siege.attacker().ask_sealed(siege.m1(), command, load, seal).has_value());
    // By the key that all share, as an older minion (level 2): this master takes none.
    seal = Attacker::seal_of(siege.m1());
    seal.level = 2;
    seal.id = "m2";
    CHECK_FALSE(siege.attacker().ask_sealed(siege.m1(), command, load, seal).has_value());
    seal.token.clear();
    CHECK_FALSE(siege.attacker().ask_sealed(siege.m1(), command, load, seal).has_value());
  }
  CHECK(siege.attacker().ask_as(siege.m1(), "_mine_get", {{"id", "m1"}, {"tgt", "m2"}, {"fun", "x"}}) == Value(Map{}));
  CHECK(siege.has_key("m2", "accepted"));
}

TEST_CASE("U01 U02 U05 U19 no clear ping, no compound call in the clear, and a key on record stays") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth", "salt/key"});
  CHECK(siege.attacker().clear(Map{{"cmd", "ping"}}) == wire::refusal_payload());
  const auto other = crypto::PrivateKey::generate(2048);
  CHECK_FALSE(siege.attacker().enrol("m2", other));
  CHECK(siege.has_key("m2", "accepted"));
  CHECK(siege.has_key("m2", "denied"));
  siege.call("key.delete", {{"match", List{"m2"}}, {"states", List{"denied"}}});
}
