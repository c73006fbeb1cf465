// A whole master in this process, over real sockets: minions enrol, run jobs, get pillar and files; strangers get nothing.
#include "master/master.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "common/base/error.h"
#include "common/wire/file_client.h"
#include "common/wire/messages/job.h"
#include "common/wire/messages/key.h"
#include "tests/master/support/fleet.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
namespace fs = std::filesystem;

namespace {

Map ping(const std::string& target) { return {{"fun", "test.ping"}, {"tgt", target}}; }

}  // namespace

TEST_CASE("A minion enrols, is accepted by its fingerprint, and answers test.ping", "[e2e]") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0, fleet.master->fingerprint());
  CHECK(minion.enrol() == wire::AuthOutcome::pending);
  CHECK_THROWS_WITH(fleet.call("key.accept", {{"match", List{"web1"}}, {"fingerprint", "aa:bb"}}), Catch::Contains("not aa:bb"));
  CHECK(minion.enrol() == wire::AuthOutcome::pending);
  fleet.call("key.accept", {{"match", List{"web1"}}, {"fingerprint", some_key(0).public_key().fingerprint()}});
  CHECK(minion.enrol() == wire::AuthOutcome::accepted);
  minion.work();

  std::vector<Value> events;
  const auto summary = wire::decode_message<wire::JobSummary>(fleet.call("job.publish", ping("*"), &events), "summary");
  CHECK(summary.outcomes == std::map<std::string, std::string>{{"web1", "ok"}});
  REQUIRE(events.size() == 2);
  CHECK(*events[0].find("kind") == Value("started"));
  CHECK(*events[1].find("kind") == Value("return"));
  CHECK(*events[1].find("result")->find("return") == Value(true));
  CHECK(fleet.run("jobs.lookup_jid", {summary.jid}) == Value(Map{{"web1", true}}));
  CHECK(fleet.run("manage.up") == Value(List{"web1"}));
}

TEST_CASE("A minion that is not there is named, and the caller is not kept waiting for ever", "[e2e]") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  const auto summary = wire::decode_message<wire::JobSummary>(fleet.call("job.publish", ping("web1")), "summary");
  CHECK(summary.outcomes == std::map<std::string, std::string>{{"web1", "not connected"}});
}

TEST_CASE("A minion gets its own pillar and the files of the tree, and nothing else", "[e2e]") {
  Place place;
  place.write("pillar/top.sls", "base:\n  '*':\n    - common\n");
  place.write("pillar/common.sls", "who: {{ grains['id'] }}\n");
  place.write("srv/motd", "hello\n");
  place.write("secret", "secret\n");
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  minion.enrol();
  const Map pillar = await(fleet.loop, minion.connection.request_pillar({{"grains", Map{{"id", "web1"}}}, {"saltenv", "base"}, {"ver", "2"}}));
  CHECK(pillar == Map{{"who", "web1"}});

  wire::FileClient files(minion.connection);
  std::string content;
  const auto size = await(fleet.loop, files.fetch("motd", "base", [&](std::string_view part) { content += part; }));
  CHECK(size == std::uint64_t{6});
  CHECK(content == "hello\n");
  CHECK_FALSE(await(fleet.loop, files.fetch("../secret", "base", [](std::string_view) {})));
  CHECK_FALSE(await(fleet.loop, files.hash("../secret", "base")));
}

TEST_CASE("What a minion may not do is refused, and the master goes on", "[e2e]") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  minion.enrol();
  const Value refusal = Map{};
  for (const char* command : {"job.publish", "key.accept", "runner.run", "publish", "runner", "wheel", "mk_token", "_prep_auth_info",
                              "minion_pub", "minion_runner", "_file_recv", "_syndic_return", "no such command", ""})
    CHECK(minion.ask(command, {{"fun", "cmd.run"}, {"arg", List{"id"}}, {"tgt", "*"}, {"path", List{"..", "x"}}}) == refusal);
  CHECK(minion.ask("_return", {{"jid", "20260101000000000000"}, {"return", true}}) == refusal);
  for (const char* tag : {"salt/job/20260101000000000000/new", "salt/key", "salt/minion/web2/start", "salt/job/20260101000000000000/ret/web2",
                          "salt/run/1/ret", "20260101000000000000", ""})
    CHECK(minion.ask("_minion_event", {{"tag", tag}, {"data", "x"}}) == refusal);
  CHECK(minion.ask("_minion_event", {{"tag", "salt/minion/web1/start"}, {"data", "up"}}) == Value());
  CHECK(minion.ask("_mine", {{"data", Map{{"../../x", 1}}}}) == Value(true));
  CHECK_FALSE(fs::exists(place.path / "x"));
  // The mine's target searches no pillar by patterns and asks no other server, however it is written.
  for (const Value& target : {Value("I@token:*"), Value("I;@token;*"), Value("web1 or J@a:b"), Value(List{"I@token:*"}),
                              Value(List{"web1", "or", "R@%all"}), Value("( R@%all )")})
    CHECK(minion.ask("_mine_get", {{"tgt", target}, {"tgt_type", "compound"}, {"fun", "../../x"}}) == refusal);
  CHECK(minion.ask("_mine_get", {{"tgt", "%all"}, {"tgt_type", "range"}, {"fun", "../../x"}}) == refusal);
  CHECK(minion.ask("_mine_get", {{"tgt", "web*"}, {"tgt_type", "compound"}, {"fun", "../../x"}}) == Value(Map{{"web1", 1}}));
}

TEST_CASE("What a minion pushes is kept where file_recv is on, under the name that its session proves", "[e2e]") {
  Place place;
  auto settings = place.settings();
  settings.file_recv = true;
  Fleet fleet(place, settings);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  minion.enrol();
  const auto push = [&](List path, std::int64_t at, const std::string& data) {
    return minion.ask("_file_recv", {{"path", std::move(path)}, {"loc", at}, {"size", 8}, {"data", Bytes{data}}});
  };
  CHECK(push({"etc", "motd"}, 0, "wel\xff") == Value(true));
  CHECK(push({"etc", "motd"}, 4, "come") == Value(true));
  std::ifstream in(place.path / "cache/minions/web1/files/etc/motd");
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "wel\xff" "come");
  CHECK(push({"..", "motd"}, 0, "welcome!") == Value(false));
  CHECK_FALSE(fs::exists(place.path / "cache/minions/web1/motd"));
}

TEST_CASE("A minion whose key is deleted is cut off at once, and another key does not get in", "[e2e]") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  minion.enrol();
  Minion thief(fleet, "web1", 1);
  CHECK(thief.enrol() == wire::AuthOutcome::rejected);
  fleet.call("key.delete", {{"match", List{"web1"}}, {"states", List{"accepted"}}});
  wire::RequestOptions quick;
  quick.timeout = std::chrono::seconds(5);
  quick.tries = 1;
  CHECK_THROWS_AS(await(fleet.loop, minion.connection.request("_file_envs", {}, quick)), Error);
}

TEST_CASE("A second master on the same directories is refused in one line", "[e2e]") {
  Place place;
  Fleet fleet(place);
  wire::Loop loop;
  CHECK_THROWS_WITH(Master(loop, *fleet.host, fleet.settings), Catch::Contains("another master runs on"));
}

TEST_CASE("A port in use is refused in one line that names it", "[e2e]") {
  Place place, other;
  Fleet fleet(place);
  MasterSettings settings = other.settings();
  settings.publish_port = fleet.master->publish_port();
  prepare_directories(*fleet.host, settings, std::nullopt);
  wire::Loop loop;
  CHECK_THROWS_WITH(Master(loop, *fleet.host, settings), Catch::Contains(std::to_string(settings.publish_port)));
}

TEST_CASE("The master's key is made once, for its owner only, and a key that others can read is refused", "[e2e]") {
  Place place;
  std::string fingerprint;
  {
    Fleet fleet(place);
    fingerprint = fleet.master->fingerprint();
  }
  const fs::path key = place.path / "pki/master.pem";
  CHECK(fs::status(key).permissions() == fs::perms::owner_read);
  {
    Fleet fleet(place);
    CHECK(fleet.master->fingerprint() == fingerprint);
  }
  fs::permissions(key, fs::perms::owner_read | fs::perms::others_read);
  CHECK_THROWS_WITH(Fleet(place), Catch::Contains("master.pem") && Catch::Contains("chmod"));
}
