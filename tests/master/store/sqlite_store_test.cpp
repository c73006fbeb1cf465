// The store: what is put in comes out, on disk too, and one bad write does not hurt its neighbours.
#include "master/store/sqlite_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/error.h"
#include "master/store/sqlite.h"
#include "tests/master/support/await.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

struct Folder {
  TempDirectory directory;
  std::string file() const { return directory / "master.db"; }
};

JobRecord job(const std::string& jid) {
  return {jid, "root", {{"fun", "test.ping"}, {"tgt", "*"}}, {"db1", "web1"}, {}, false};
}

ReturnRecord returned(const std::string& id, const std::string& outcome, std::optional<Map> load) {
  return {"20260101000000000001", id, outcome, std::move(load), "git:pillar@1", "git:states@2", 1'767'225'600};
}

}  // namespace

TEST_CASE("A key is in one state, and a denied one stands beside it") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_key({"web1", KeyState::pending, "PEM A", "192.0.2.1", 5}, {}, {}));
  await(loop, store->put_key({"web1", KeyState::denied, "PEM B", "192.0.2.9", 6}, {}, {}));
  await(loop, store->put_key({"web1", KeyState::accepted, "PEM A", "192.0.2.1", 5}, {KeyState::pending}, {}));
  const auto keys = await(loop, store->keys());
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].state == KeyState::accepted);
  CHECK(keys[0].pem == "PEM A");
  CHECK(keys[1].state == KeyState::denied);
  CHECK(keys[1].peer_address == "192.0.2.9");
}

TEST_CASE("Forgetting an accepted key forgets all that is known of the minion") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_key({"web1", KeyState::accepted, "PEM", "", 0}, {}, {}));
  await(loop, store->put_session({"web1", 3, "session key", 9}));
  await(loop, store->put_facts({"web1", {{"os", "Debian"}}, {{"password", "x"}}, "r1"}));
  await(loop, store->put_mine("web1", {{"network.ip_addrs", List{"192.0.2.1"}}}, false));
  await(loop, store->remove_key("web1", KeyState::accepted, {}));
  CHECK(await(loop, store->keys()).empty());
  CHECK(await(loop, store->sessions()).empty());
  CHECK_FALSE(await(loop, store->facts("web1")));
  CHECK(await(loop, store->mine("network.ip_addrs", {"web1"})).empty());
}

TEST_CASE("Forgetting a denied key leaves the accepted minion alone") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_key({"web1", KeyState::accepted, "PEM", "", 0}, {}, {}));
  await(loop, store->put_key({"web1", KeyState::denied, "OTHER", "", 0}, {}, {}));
  await(loop, store->put_session({"web1", 3, "session key", 9}));
  await(loop, store->remove_key("web1", KeyState::denied, {}));
  CHECK(await(loop, store->keys()).size() == 1);
  CHECK(await(loop, store->sessions()).size() == 1);
}

TEST_CASE("A return counts once, and replaces an outcome that had none") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_job(job("20260101000000000001"), {}));
  CHECK(await(loop, store->put_return(returned("web1", "not connected", std::nullopt))));
  CHECK(await(loop, store->put_return(returned("web1", "ok", Map{{"return", true}}))));
  CHECK_FALSE(await(loop, store->put_return(returned("web1", "failed", Map{{"return", false}}))));
  CHECK_FALSE(await(loop, store->put_return(returned("web1", "interrupted", std::nullopt))));
  const auto returns = await(loop, store->returns("20260101000000000001"));
  REQUIRE(returns.size() == 1);
  CHECK(returns[0].outcome == "ok");
  CHECK(returns[0].load->at("return") == Value(true));
  CHECK(returns[0].pillar_commit == "git:pillar@1");
}

TEST_CASE("A job id is taken once") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_job(job("20260101000000000001"), {}));
  CHECK_THROWS_WITH(await(loop, store->put_job(job("20260101000000000001"), {})), Catch::Contains("20260101000000000001"));
}

TEST_CASE("A write that fails does not take its group with it") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_job(job("20260101000000000001"), {}));
  // Both are waiting at the same time, so they are tried in one transaction.
  std::string error;
  const auto refused = [](Store& store, std::string& text) -> Task<void> {
    try {
      co_await store.put_job(job("20260101000000000001"), {});
    } catch (const Error& caught) {
      text = caught.message();
    }
  };
  loop.spawn("the bad one", refused(*store, error));
  await(loop, store->put_job(job("20260101000000000002"), {}));
  await(loop, wire::sleep_for(std::chrono::milliseconds(0)));
  CHECK_THAT(error, Catch::Contains("already"));
  CHECK(await(loop, store->jobs({})).size() == 2);
}

TEST_CASE("Jobs are found by function, target and user, the newest ones") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  for (int i = 1; i <= 5; ++i) await(loop, store->put_job(job("2026010100000000000" + std::to_string(i)), {}));
  JobFilter filter;
  filter.limit = 2;
  const auto newest = await(loop, store->jobs(filter));
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].jid == "20260101000000000004");
  filter.fun = "cmd.*";
  CHECK(await(loop, store->jobs(filter)).empty());
  filter.fun = "test.*";
  filter.target = "web*";
  CHECK(await(loop, store->jobs(filter)).empty());
}

TEST_CASE("Only finished jobs grow old") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  await(loop, store->put_job(job("20260101000000000001"), {}));
  await(loop, store->put_job(job("20260101000000000002"), {}));
  await(loop, store->finish_job("20260101000000000001"));
  CHECK(await(loop, store->remove_some_jobs_before("20270101000000000000", 1 << 20)) == 1);
  CHECK(await(loop, store->jobs({})).size() == 1);
}

TEST_CASE("What was acknowledged is there after the store is opened again, in a file for its owner only") {
  const Folder folder;
  {
    wire::Loop loop;
    const auto store = make_sqlite_store(loop, folder.file());
    await(loop, store->put_session({"web1", 3, "session key", 9}));
  }
  struct stat status {};
  REQUIRE(::stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, folder.file());
  const auto sessions = await(loop, store->sessions());
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].key == "session key");
}

TEST_CASE("A store of a newer Halite is not touched") {
  const Folder folder;
  {
    Database database(folder.file());
    database.set_user_version(1000);
  }
  wire::Loop loop;
  CHECK_THROWS_WITH(make_sqlite_store(loop, folder.file()), Catch::Contains("newer Halite"));
}

TEST_CASE("A file that is no store is an error that names it") {
  const Folder folder;
  std::ofstream(folder.file()) << "this is not a database, and it is long enough to be looked at";
  wire::Loop loop;
  CHECK_THROWS_WITH(make_sqlite_store(loop, folder.file()), Catch::Contains(folder.file()));
}

TEST_CASE("Texts that look like SQL are texts") {
  wire::Loop loop;
  const auto store = make_sqlite_store(loop, ":memory:");
  const std::string name = "x'); DROP TABLE keys; --";
  await(loop, store->put_mine(name, {{name, name}}, false));
  CHECK(await(loop, store->mine(name, {name})) == Map{{name, name}});
  CHECK(await(loop, store->keys()).empty());
}
