#include "master/rights/audit_trail.h"

#include <catch2/catch.hpp>

#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

struct World {
  wire::Loop loop;
  FakeHost host;
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  AuditTrail trail{*store, host};

  void refuse(std::int64_t uid, const Map& arguments = {{"fun", "cmd.run"}, {"tgt", "*"}}) {
    await(loop, trail.note_refusal({"user" + std::to_string(uid), uid}, "job.publish", arguments, "no rule allows it"));
  }
  std::vector<AuditRecord> found(AuditFilter filter = {}) { return await(loop, store->audit(std::move(filter))); }
};

}  // namespace

TEST_CASE("A refusal is on record with what was asked and why not") {
  World world;
  world.refuse(1000);
  await(world.loop, world.trail.note({"root", 0}, "runner.run", "jobs.active"));
  REQUIRE(world.found().size() == 2);
  const auto refused = world.found({.user = "", .act = "", .only_refused = true, .limit = 10});
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].who.uid == 1000);
  CHECK(refused[0].act == "job.publish");
  CHECK(refused[0].what == "cmd.run");
  CHECK(refused[0].on_whom == "*");
  CHECK(refused[0].detail == "no rule allows it");
  CHECK_FALSE(refused[0].is_allowed);
}

TEST_CASE("A user without rights can't fill the record, nor hide another's refusal in it") {
  World world;
  for (int i = 0; i < 500; ++i) world.refuse(1000);
  world.refuse(1001);
  CHECK(world.found().size() == AuditTrail::refusals_a_minute + 2);
  CHECK(world.found().back().who.uid == 1001);
  CHECK(world.found({.user = "user1000", .act = "", .only_refused = true, .limit = 1})[0].detail ==
        "further refusals of this minute are not recorded");
  world.host.clock += std::chrono::minutes(2);
  world.refuse(1000);
  CHECK(world.found().size() == AuditTrail::refusals_a_minute + 3);
}

TEST_CASE("What a caller wrote can't write on the terminal that shows it, and is short") {
  World world;
  world.refuse(1000, {{"fun", "\x1b[2Jcmd.run\n"}, {"tgt", std::string(100'000, 'x')}});
  const auto record = world.found().at(0);
  CHECK(record.what.find('\x1b') == std::string::npos);
  CHECK(record.what.find('\n') == std::string::npos);
  CHECK(record.on_whom.size() < 100);
}

TEST_CASE("Old records go") {
  World world;
  world.refuse(1000);
  const auto at = world.found().at(0).at_s;
  CHECK(await(world.loop, world.store->remove_audit_before(at)) == 0);
  CHECK(await(world.loop, world.store->remove_audit_before(at + 1)) == 1);
  CHECK(world.found().empty());
}
