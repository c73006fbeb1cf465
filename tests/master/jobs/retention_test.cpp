#include "master/jobs/retention.h"

#include <catch2/catch.hpp>

#include "master/jobs/job_id.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
using std::chrono::hours;

namespace {

struct World {
  wire::Loop loop;
  FakeHost host;
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");

  // With a return of that size. Gives its id.
  std::string job_of(hours age, std::size_t bytes = 10, bool is_finished = true) {
    const std::string jid = job_id_at(host.now() - age);
    await(loop, store->put_job({jid, "root", {{"fun", "test.ping"}, {"tgt", "*"}}, {"web1"}, {}, is_finished}, {}));
    ReturnRecord record;
    record.jid = jid;
    record.id = "web1";
    record.outcome = "ok";
    record.load = Map{{"return", std::string(bytes, 'x')}};
    await(loop, store->put_return(record));
    return jid;
  }
  std::vector<std::string> kept() {
    std::vector<std::string> ids;
    for (const auto& job : await(loop, store->jobs({}))) ids.push_back(job.jid);
    return ids;
  }
  void forget(JobRetention keep) { await(loop, forget_old_jobs(*store, host, keep)); }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("jobs older than their time are forgotten with their returns, running ones never") {
  World world;
  const auto old = world.job_of(hours(30)), running = world.job_of(hours(29), 10, false), young = world.job_of(hours(1));
  world.forget({hours(24), 0});
  CHECK(world.kept() == Ids{running, young});
  CHECK(await(world.loop, world.store->returns(old)).empty());
  world.forget({});
  CHECK(world.kept().size() == 2);
}

TEST_CASE("when they take too much room the oldest are forgotten before their time") {
  World world;
  Ids ids;
  for (int age = 8; age > 0; --age) ids.push_back(world.job_of(hours(age), 1 << 20));
  world.forget({hours(24), 64 << 20});
  CHECK(world.kept() == ids);
  world.forget({hours(24), 5 << 20});
  const Ids kept = world.kept();
  REQUIRE(kept.size() == 4);
  CHECK(kept == Ids(ids.end() - 4, ids.end()));
  CHECK(await(world.loop, world.store->bytes_in_use()) < std::uint64_t{5} << 20);
}

TEST_CASE("many old jobs are forgotten in one go, however many rows they have") {
  World world;
  for (int i = 1; i <= 2'500; ++i) world.job_of(hours(100 + i));
  world.forget({hours(24), 0});
  CHECK(world.kept().empty());
}
