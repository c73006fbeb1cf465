// Names that become paths (R20 to R31, R48).
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "tests/hostile/master/siege.h"
#include "tests/hostile/master/values.h"

using namespace halite;
using namespace halite::hostile;

namespace {

// Whatever a file command gives, it is nothing from outside the roots.
void check_closed(const std::optional<Value>& answer) {
  if (!answer) return;
  const std::string text = to_json(*answer);
  for (const char* content : {"SECRET", "root:x:", "canary"}) CHECK(text.find(content) == std::string::npos);
}

}  // namespace

TEST_CASE("R20 R23 the control socket has no command that reads or writes files by name") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  for (const char* name : {"file_roots.read", "file_roots.write", "file_roots.find", "pillar_roots.read", "pillar_roots.write", "config.update_config",
                           "wheel.file_roots.write", "get_token", "mk_token"}) {
    CHECK_THROWS_WITH(siege.call(name, {{"path", "../../x"}, {"data", "x"}}), Catch::Contains("no command"));
    CHECK_THROWS_AS(siege.run(name, {"../../x"}), Error);
  }
}

TEST_CASE("R21 an id that could be a path, a line or a terminal's order is no id") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth"});
  const auto key = crypto::PrivateKey::generate(2048);
  std::vector<std::string> ids = paths();
  for (const char* id : {"", "-m2", "m2\n", "m2\x1b[2J", "m2\xe2\x80\xae", "m2 ", "m2\t", "/m2", "m2/", "m2\\x", "*", "m[2]", "m2;id"}) ids.emplace_back(id);
  ids.push_back(std::string(300, 'm'));
  const auto keys = [&] { return siege.call("key.list", {}).find("keys")->as_list().size(); };
  const auto before = keys();
  for (const auto& id : ids) {
    if (id == "link") continue;  // a name like any other
    const Map load{{"cmd", "_auth"}, {"id", id}, {"nonce", "n"}, {"pub", key.public_key().pem()}};
    INFO(to_json(Value(id)));
    CHECK(siege.attacker().clear(load) == wire::refusal_payload());
  }
  CHECK(keys() == before);
}

TEST_CASE("R26 R29 U02 the file server gives nothing that is not beneath a root, in no environment") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  for (const char* command : {"_serve_file", "_file_find", "_file_hash", "_file_hash_and_stat", "_file_list", "_dir_list", "_symlink_list", "_file_list_emptydirs"}) {
    CAPTURE(command);
    for (const auto& path : paths()) {
      CAPTURE(path);
      check_closed(siege.attacker().ask_as(siege.m1(), command, {{"path", path}, {"loc", 0}, {"saltenv", "base"}, {"prefix", path}}));
      check_closed(siege.attacker().ask_as(siege.m1(), command, {{"path", "outside/canary"}, {"loc", 0}, {"saltenv", path}}));
    }
    for (const char* environment : {"refs/heads/../../x", "-c core.x=y", "--upload-pack=x", "@{-1}", "__env__", ""})
      check_closed(siege.attacker().ask_as(siege.m1(), command, {{"path", "motd"}, {"loc", 0}, {"saltenv", environment}}));
    for (const auto& value : odd_values()) {
      siege.attacker().ask_as(siege.m1(), command, {{"path", value}, {"loc", 0}, {"saltenv", "base"}});
      siege.attacker().ask_as(siege.m1(), command, {{"path", "motd"}, {"loc", value}, {"saltenv", "base"}});
      siege.attacker().ask_as(siege.m1(), command, {{"path", "motd"}, {"loc", 0}, {"saltenv", value}});
    }
  }
  // The tree itself is served.
  const auto file = siege.attacker().ask_as(siege.m1(), "_serve_file", {{"path", "motd"}, {"loc", 0}, {"saltenv", "base"}});
  REQUIRE(file);
  CHECK(to_json(*file).find("hello") != std::string::npos);
}

TEST_CASE("R25 a minion is no syndic") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  siege.attacker().ask_as(siege.m1(), "_syndic_return", {{"load", List{Map{{"id", "../../x"}, {"jid", "20260101000000000000"}, {"return", Map{}}}}}});
}

TEST_CASE("R27 what a minion pushes stays in its own folder, whole, in order and within its limits, also where pushing is on") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  const auto push = [&](const Value& path, const Value& at, const Value& size, const Value& data) {
    return siege.attacker().ask_as(siege.m1(), "_file_recv", {{"id", "m1"}, {"path", path}, {"loc", at}, {"size", size}, {"data", data}});
  };
  const std::string own = siege.path("root/var/cache/halite/master/minions/m1/files/");
  // It is on.
  REQUIRE(push(List{"logs", "app"}, 0, 5, "hello") == Value(true));
  CHECK(std::ifstream(own + "logs/app").get() == 'h');

  const Value refused = false;
  const auto is_refused = [&](const std::optional<Value>& answer) { return !answer || *answer == refused || *answer == Value(Map{}); };
  for (const Value& path : {Value(List{"..", "..", "x"}), Value(List{"a/../../x"}), Value(List{"/etc/x"}), Value(List{std::string("a\0b", 3)}), Value(List{List{"x"}}),
                            Value("../x"), Value(List{}), Value(List{"logs", "..", "..", "..", "m2", "files", "x"}), Value(List{"logs", "app", "x"})})
    for (const Value& at : {Value(0), Value(-1), Value(std::int64_t{1} << 62)}) CHECK(is_refused(push(path, at, 1, "x")));
  for (const auto& path : paths())
    if (path != "link" && path != "..\\x" && path != "%2e%2e/outside/canary" && path.find('/') != std::string::npos) CHECK(is_refused(push(List{path}, 0, 1, "x")));
  for (const auto& value : odd_values()) {
    CHECK(is_refused(push(value, 0, 1, "x")));
    if (!value.if_int()) {
      CHECK(is_refused(push(List{"y"}, value, 1, "x")));
      CHECK(is_refused(push(List{"y"}, 0, value, "x")));
    }
    CHECK(is_refused(push(List{"y"}, 0, 1 << 20, value.is_string() || value.if_bytes() ? Value(Map{}) : value)));
  }
  // Whatever name the request has, it is the session's minion that pushes, if anyone does.
  for (const char* id : {"m2", "../m2", "good"}) siege.attacker().ask_as(siege.m1(), "_file_recv", {{"id", id}, {"path", List{"z"}}, {"loc", 0}, {"size", 1}, {"data", "x"}});
  std::filesystem::remove(own + "z");
  std::filesystem::create_directory_symlink(siege.path("outside"), own + "out");
  CHECK(is_refused(push(List{"out", "canary"}, 0, 1, "x")));
  CHECK(is_refused(push(List{"out", "new"}, 0, 1, "x")));
  std::filesystem::remove(own + "out");

  // Holes, ends that are none, too large, too much.
  CHECK(push(List{"hole"}, 0, 10, "12345") == Value(true));
  for (const std::int64_t at : {std::int64_t{6}, std::int64_t{1} << 62, std::int64_t{4}}) CHECK(is_refused(push(List{"hole"}, at, 10, "x")));
  CHECK(is_refused(push(List{"hole"}, 5, 10, "67890")));
  CHECK(is_refused(push(List{"large"}, 0, (1 << 20) + 1, "x")));
  CHECK(is_refused(push(List{"large"}, 0, 4, "12345")));
  const std::string mebibyte(1 << 20, 'x');
  int taken = 0;
  for (int i = 0; i < 6; ++i) taken += push(List{"many", std::to_string(i)}, 0, 1 << 20, mebibyte) == Value(true) ? 1 : 0;
  CHECK(taken == 3);
  for (int i = 0; i < 300; ++i) push(List{"open", std::to_string(i)}, 0, 10, "x");

  std::set<std::string> there, kept;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(siege.path("root/var/cache/halite/master/minions")))
    if (!entry.is_directory()) there.insert(entry.path().string());
  const auto incoming = std::count_if(there.begin(), there.end(), [](const auto& path) { return path.find("/m1/incoming/") != std::string::npos; });
  CHECK(incoming <= 4);
  const std::string beneath = siege.path("root/var/cache/halite/master/minions/m1/");
  CHECK(std::all_of(there.begin(), there.end(), [&](const auto& path) { return path.starts_with(beneath); }));
  for (const auto& path : there)
    if (path.starts_with(own)) kept.insert(path.substr(own.size()));
  CHECK(kept == std::set<std::string>{"logs/app", "many/0", "many/1", "many/2"});
}

TEST_CASE("R28 R48 names in the mine are names: no path, no SQL") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"mine/*"});
  std::vector<std::string> names = paths();
  for (const char* name : {"x'; DROP TABLE keys; --", "x\\", "%", "_", "\"; ATTACH '/tmp/x' AS y; --"}) names.emplace_back(name);
  for (const auto& name : names) {
    siege.attacker().ask_as(siege.m1(), "_mine", {{"id", "m1"}, {"data", Map{{name, 1}}}});
    siege.attacker().ask_as(siege.m1(), "_mine_get", {{"id", "m1"}, {"tgt", name}, {"fun", name}});
    siege.attacker().ask_as(siege.m1(), "_mine_delete", {{"id", "m1"}, {"fun", name}});
    if (is_valid_utf8(name)) siege.run("jobs.list_jobs", {name, name, name});
  }
  for (const auto& value : odd_values()) siege.attacker().ask_as(siege.m1(), "_mine", {{"id", "m1"}, {"data", value}});
  siege.attacker().ask_as(siege.m1(), "_mine_flush", {{"id", "m1"}});
  CHECK(siege.has_key("m2", "accepted"));
}

TEST_CASE("R30 R45 a minion names no external pillar") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  for (const char* ext : {"libvirt", "git", "cmd_json", "file_tree"})
    for (const char* url : {"ext::sh -c id", "-u./x", "--upload-pack=id", "ssh://-oProxyCommand=id/x", "file:///etc", "fd::3", "touch x"})
      siege.attacker().ask_as(siege.m1(), "_pillar", {{"id", "m1"}, {"grains", Map{{"id", "m1"}}}, {"saltenv", "base"}, {"ver", "2"}, {"ext", Map{{ext, List{url}}}},
                                                     {"pillar_override", Map{{"ext_pillar", List{Map{{ext, url}}}}}}});
}

TEST_CASE("R31 a job id is twenty digits and never a file") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/job/*/ret/m1", "20*"});
  std::vector<Value> ids = odd_values();
  for (const auto& path : paths()) ids.emplace_back(path);
  for (const char* id : {"/proc/self/fd/0", "../outside/fifo", "2026010100000000000a", "202601010000000000000"}) ids.emplace_back(id);
  for (const auto& id : ids) {
    siege.attacker().ask_as(siege.m1(), "pub_ret", {{"id", "m1"}, {"jid", id}});
    siege.attacker().ask_as(siege.m1(), "_return", {{"id", "m1"}, {"jid", id}, {"return", true}, {"fun", "test.ping"}, {"fun_args", List{}}, {"retcode", 0}, {"success", true}});
    if (const auto* text = id.if_string(); text && *text != "") CHECK_THROWS_AS(siege.run("jobs.lookup_jid", {*text}), Error);
  }
}
