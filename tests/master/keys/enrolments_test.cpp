// One-time tokens: who comes with one is let in once, and everyone else waits as ever.
#include "master/keys/enrolments.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/keys/keyring.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
using wire::Admission;

namespace {

// Made once: a key takes a tenth of a second.
const crypto::PublicKey& good_key() {
  static const auto key = crypto::PrivateKey::generate(2048).public_key();
  return key;
}
const crypto::PublicKey& other_key() {
  static const auto key = crypto::PrivateKey::generate(2048).public_key();
  return key;
}

const Actor alice{"sudo_alice", 0};

struct World {
  World() { await(loop, keyring.load()); }

  crypto::EnrolmentToken make(const std::string& pattern, std::int64_t valid_for_s = 3600) {
    return await(loop, keyring.enrolments().make(pattern, valid_for_s, alice));
  }
  Admission come(const std::string& id, const crypto::PublicKey& key, std::optional<crypto::EnrolmentProof> proof, const std::string& from = "192.0.2.1") {
    return await(loop, keyring.authorize({id, key, {}, 3, from, std::move(proof)}));
  }
  Admission come_with(const crypto::EnrolmentToken& token, const std::string& id, const crypto::PublicKey& key = good_key()) {
    return come(id, key, token.prove(id, key.fingerprint()));
  }
  std::vector<AuditRecord> refusals() {
    AuditFilter filter;
    filter.only_refused = true;
    return await(loop, store->audit(filter));
  }

  wire::Loop loop;
  FakeHost host;
  wire::Workers workers{loop, {.name = "test", .threads = 1}};
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  EventBus events{loop, host};
  Keyring keyring{{loop, workers, *store, host, events, [] {}}, {}};
};

}  // namespace

TEST_CASE("a minion with a token is accepted at once, and it stands on record by whom") {
  World world;
  const auto token = world.make("web*");
  CHECK(world.come_with(token, "web1") == Admission::accepted);
  CHECK(world.keyring.is_accepted("web1"));
  const auto audit = await(world.loop, world.store->audit({}));
  REQUIRE(audit.size() == 2);
  CHECK(audit[0].act == "token.make");
  CHECK(audit[0].who.user == "sudo_alice");
  CHECK(audit[1].act == "key.accept");
  CHECK(audit[1].who.user == "enrolment token " + crypto::enrolment_name(token.verifier()));
  CHECK(audit[1].on_whom == "web1");
  CHECK(world.keyring.enrolments().list().at(0).used_by == "web1");
}

TEST_CASE("a token lets one minion in, not two") {
  World world;
  const auto token = world.make("web*");
  CHECK(world.come_with(token, "web1") == Admission::accepted);
  CHECK(world.come_with(token, "web2") == Admission::pending);
  REQUIRE(world.refusals().size() == 1);
  CHECK(world.refusals()[0].detail == "'web1' has used it");
  CHECK(world.come_with(token, "web1") == Admission::accepted);  // known by its key now
}

TEST_CASE("two that come at the same moment with one token are not both let in") {
  World world;
  const auto token = world.make("web*");
  std::optional<Admission> one, two;
  const auto come = [&](std::string id, std::optional<Admission>& into) -> Task<void> {
    wire::AdmissionRequest request{id, good_key(), {}, 3, "192.0.2.1", token.prove(id, good_key().fingerprint())};
    into = co_await world.keyring.authorize(std::move(request));
  };
  world.loop.spawn("one", come("web1", one));
  await(world.loop, come("web2", two));
  for (int i = 0; i < 100 && !(one && two); ++i) await(world.loop, world.store->put_audit({}));
  REQUIRE((one && two));
  CHECK((*one == Admission::accepted) != (*two == Admission::accepted));
}

TEST_CASE("a token of the past, for others, revoked, or of nobody lets nobody in") {
  World world;
  const auto expired = world.make("web*", 60), for_others = world.make("db1"), revoked = world.make("web*");
  const auto record = await(world.loop, world.keyring.enrolments().revoke(crypto::enrolment_name(revoked.verifier()).substr(0, 8), alice));
  CHECK(record.verifier == to_hex(revoked.verifier()));
  world.host.sleep(std::chrono::seconds(60));
  CHECK(world.come_with(expired, "web1") == Admission::pending);
  CHECK(world.come_with(for_others, "web2") == Admission::pending);
  CHECK(world.come_with(revoked, "web3") == Admission::pending);
  CHECK(world.come_with(crypto::EnrolmentToken::generate(), "web4") == Admission::pending);
  CHECK(world.keyring.accepted_ids().empty());
  CHECK(world.refusals().size() == 4);
  CHECK_THROWS_WITH(await(world.loop, world.keyring.enrolments().revoke("0000", alice)), Catch::Contains("there is no token '0000'"));
}

TEST_CASE("a proof that was overheard is no use to another key or id") {
  World world;
  const auto token = world.make("web*");
  const auto overheard = token.prove("web1", good_key().fingerprint());
  CHECK(world.come("web1", other_key(), overheard) == Admission::pending);
  CHECK(world.come("web2", good_key(), overheard) == Admission::pending);
  // Who really has it wins over the key that waits under its name.
  CHECK(world.come("web1", good_key(), overheard) == Admission::accepted);
  CHECK(world.keyring.accepted_key("web1") == good_key());
  CHECK(world.come("web1", other_key(), token.prove("web1", other_key().fingerprint())) == Admission::denied);
}

TEST_CASE("what an operator rejected stays so, whatever token comes") {
  World world;
  world.come("web1", good_key(), std::nullopt);
  const auto waiting = world.keyring.find({"web1"}, {KeyState::pending});
  await(world.loop, world.keyring.reject(waiting.at(0), alice));
  CHECK(world.come_with(world.make("web1"), "web1") == Admission::rejected);
}

TEST_CASE("an address that guesses is not listened to for a minute, and others are") {
  World world;
  const auto token = world.make("web*");
  for (int i = 0; i < 30; ++i) world.come_with(crypto::EnrolmentToken::generate(), "guess");
  CHECK(world.come_with(token, "web1") == Admission::pending);
  CHECK(world.refusals().back().detail == "there were 30 false tokens from its address within a minute");
  CHECK(world.come("web2", good_key(), token.prove("web2", good_key().fingerprint()), "192.0.2.2") == Admission::accepted);
  world.host.sleep(std::chrono::minutes(1));
  CHECK(world.come_with(world.make("web*"), "web1") == Admission::accepted);
}

TEST_CASE("a minion that asks again and again is told of once") {
  World world;
  const auto token = world.make("db1");
  for (int i = 0; i < 5; ++i) CHECK(world.come_with(token, "web1") == Admission::pending);
  CHECK(world.refusals().size() == 1);
  world.host.sleep(std::chrono::hours(1));
  world.come_with(token, "web1");
  CHECK(world.refusals().size() == 2);
}

TEST_CASE("strangers with false tokens do not fill the record") {
  World world;
  const auto token = world.make("db1");
  for (int i = 0; i < 1100; ++i) {
    wire::AdmissionRequest request{"web" + std::to_string(i), good_key(), {}, 3, "192.0.2.1", token.prove("x", "y")};
    world.keyring.enrolments().refusal(request, "it is false");
  }
  wire::AdmissionRequest request{"web", good_key(), {}, 3, "192.0.2.1", token.prove("x", "y")};
  CHECK_FALSE(world.keyring.enrolments().refusal(request, "it is false"));
  world.host.sleep(std::chrono::hours(1));
  CHECK(world.keyring.enrolments().refusal(request, "it is false"));
}

TEST_CASE("tokens survive a restart, and the store holds none of them") {
  World world;
  const auto token = world.make("web*");
  Keyring again{{world.loop, world.workers, *world.store, world.host, world.events, [] {}}, {}};
  await(world.loop, again.load());
  const auto records = await(world.loop, world.store->tokens());
  REQUIRE(records.size() == 1);
  CHECK(records[0].verifier == to_hex(token.verifier()));
  CHECK(token.text().find(records[0].verifier) == std::string::npos);
  wire::AdmissionRequest request{"web1", good_key(), {}, 3, "192.0.2.1", token.prove("web1", good_key().fingerprint())};
  CHECK(await(world.loop, again.authorize(request)) == Admission::accepted);
}

TEST_CASE("a token for nobody, or for no time, is not made") {
  World world;
  CHECK_THROWS_WITH(world.make(""), Catch::Contains("for a minion id or a glob"));
  CHECK_THROWS_AS(world.make("../x"), Error);
  CHECK_THROWS_WITH(world.make("web */x"), Catch::Contains("fits no minion id"));
  CHECK_THROWS_WITH(world.make("web1", 0), Catch::Contains("not 0"));
  CHECK_THROWS_AS(world.make("web1", 366 * 86'400 + 1), Error);
}
