// Who is let in: Salt's order of checks, and nothing is told before it is stored.
#include "master/keys/keyring.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
using wire::Admission;

namespace {

// Made once: a key takes a tenth of a second.
const crypto::PublicKey& key_a() {
  static const auto key = crypto::PrivateKey::generate(2048).public_key();
  return key;
}
const crypto::PublicKey& key_b() {
  static const auto key = crypto::PrivateKey::generate(2048).public_key();
  return key;
}

struct World {
  explicit World(KeyringOptions the_options = {}) : options(std::move(the_options)) { await(loop, keyring.load()); }

  wire::AdmissionRequest offer(const std::string& id, const crypto::PublicKey& key) { return {id, key, {}, 3, "192.0.2.1", {}}; }
  Admission ask(const std::string& id, const crypto::PublicKey& key) { return await(loop, keyring.authorize(offer(id, key))); }
  KeyRecord only(const std::string& id, KeyState state) {
    const auto keys = keyring.find({id}, {state});
    REQUIRE(keys.size() == 1);
    return keys.front();
  }
  void accept(const std::string& id) { await(loop, keyring.accept(only(id, KeyState::pending), Actor{"root", 0})); }

  KeyringOptions options;
  wire::Loop loop;
  FakeHost host;
  wire::Workers workers{loop, {.name = "test", .threads = 1}};
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  EventBus events{loop, host};
  int revocations = 0;
  Keyring keyring{{loop, workers, *store, host, events, [this] { ++revocations; }}, options};
};

KeyringOptions options_with(bool KeyringOptions::*flag) {
  KeyringOptions options;
  options.*flag = true;
  return options;
}

}  // namespace

TEST_CASE("An unknown key waits for an operator, who lets it in") {
  World world;
  CHECK(world.ask("web1", key_a()) == Admission::pending);
  CHECK(world.ask("web1", key_a()) == Admission::pending);
  CHECK_FALSE(world.keyring.accepted_key("web1"));
  world.accept("web1");
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  CHECK(world.keyring.accepted_key("web1") == key_a());
  CHECK(world.revocations == 0);
}

TEST_CASE("Another key for a waiting or accepted minion is denied, and theirs stays") {
  World world;
  world.ask("web1", key_a());
  CHECK(world.ask("web1", key_b()) == Admission::denied);
  CHECK(world.only("web1", KeyState::pending).pem == key_a().pem());
  world.accept("web1");
  CHECK(world.ask("web1", key_b()) == Admission::denied);
  CHECK(world.only("web1", KeyState::denied).pem == key_b().pem());
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
}

TEST_CASE("Of many denied keys the first is on record, and the newest after a minute") {
  World world;
  world.ask("web1", key_a());
  world.ask("web1", key_b());
  const auto third = crypto::PrivateKey::generate(2048).public_key();
  CHECK(world.ask("web1", third) == Admission::denied);
  CHECK(world.only("web1", KeyState::denied).pem == key_b().pem());
  world.host.clock += std::chrono::minutes(1);
  CHECK(world.ask("web1", third) == Admission::denied);
  CHECK(world.only("web1", KeyState::denied).pem == third.pem());
}

TEST_CASE("A rejected minion stays out until its key is deleted") {
  World world;
  world.ask("web1", key_a());
  await(world.loop, world.keyring.reject(world.only("web1", KeyState::pending), Actor{"root", 0}));
  CHECK(world.ask("web1", key_a()) == Admission::rejected);
  await(world.loop, world.keyring.remove(world.only("web1", KeyState::rejected), Actor{"root", 0}));
  CHECK(world.ask("web1", key_a()) == Admission::pending);
}

TEST_CASE("An operator who decides about a key that was swapped meanwhile is told so") {
  World world;
  world.ask("web1", key_a());
  KeyRecord seen = world.only("web1", KeyState::pending);
  await(world.loop, world.keyring.remove(seen, Actor{"root", 0}));
  world.ask("web1", key_b());
  CHECK_THROWS_WITH(await(world.loop, world.keyring.accept(seen, Actor{"root", 0})), Catch::Contains("no longer the one you saw"));
  CHECK_FALSE(world.keyring.is_accepted("web1"));
}

TEST_CASE("Deleting an accepted key ends its session and what it knows at once") {
  World world;
  world.ask("web1", key_a());
  world.accept("web1");
  const auto session = await(world.loop, world.keyring.issue_session_key("web1"));
  CHECK(world.keyring.session_key("web1") == session);
  await(world.loop, world.keyring.remove(world.only("web1", KeyState::accepted), Actor{"root", 0}));
  CHECK(world.revocations == 1);
  CHECK_FALSE(world.keyring.session_key("web1"));
  CHECK_FALSE(world.keyring.accepted_key("web1"));
  CHECK_THROWS_AS(await(world.loop, world.keyring.issue_session_key("web1")), Error);
}

TEST_CASE("A new host under a deleted id gets none of the old one's session") {
  World world;
  world.ask("web1", key_a());
  world.accept("web1");
  const auto old_session = await(world.loop, world.keyring.issue_session_key("web1"));
  await(world.loop, world.keyring.remove(world.only("web1", KeyState::accepted), Actor{"root", 0}));
  world.ask("web1", key_b());
  world.accept("web1");
  CHECK_FALSE(world.keyring.session_key("web1"));
  CHECK_FALSE(await(world.loop, world.keyring.issue_session_key("web1")) == old_session);
}

TEST_CASE("A session key is given again until it is old") {
  World world;
  world.ask("web1", key_a());
  world.accept("web1");
  const auto first = await(world.loop, world.keyring.issue_session_key("web1"));
  CHECK(await(world.loop, world.keyring.issue_session_key("web1")) == first);
  world.host.clock += std::chrono::hours(25);
  CHECK_FALSE(await(world.loop, world.keyring.issue_session_key("web1")) == first);
}

TEST_CASE("Keys, sessions and levels survive the master") {
  World world;
  world.ask("web1", key_a());
  world.accept("web1");
  const auto session = await(world.loop, world.keyring.issue_session_key("web1"));
  world.keyring.raise_level_floor("web1", 3);
  await(world.loop, world.store->keys());
  Keyring again({world.loop, world.workers, *world.store, world.host, world.events, [] {}}, {});
  await(world.loop, again.load());
  CHECK(again.accepted_key("web1") == key_a());
  CHECK(again.session_key("web1") == session);
  CHECK(again.level_floor("web1") == 3);
}

TEST_CASE("A level only rises") {
  World world;
  world.ask("web1", key_a());
  world.accept("web1");
  world.keyring.raise_level_floor("web1", 3);
  world.keyring.raise_level_floor("web1", 2);
  CHECK(world.keyring.level_floor("web1") == 3);
}

TEST_CASE("Ids that are no ids are refused before anything is stored") {
  World world;
  for (const char* id : {"", ".", "..", "a/b", "../../etc/passwd", "a\\b", "a\nb", "\x1b[2J"})
    CHECK_THROWS_AS(world.ask(id, key_a()), Error);
  CHECK(world.keyring.find({}, {KeyState::pending, KeyState::accepted, KeyState::rejected, KeyState::denied}).empty());
}

TEST_CASE("auto_accept lets unknown minions in, but no other key for a known one") {
  World world(options_with(&KeyringOptions::auto_accept));
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  CHECK(world.ask("web1", key_b()) == Admission::denied);
}

TEST_CASE("open_mode takes every key, and the one before loses its session") {
  World world(options_with(&KeyringOptions::open_mode));
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  await(world.loop, world.keyring.issue_session_key("web1"));
  CHECK(world.ask("web1", key_b()) == Admission::accepted);
  CHECK(world.keyring.accepted_key("web1") == key_b());
  CHECK_FALSE(world.keyring.session_key("web1"));
  CHECK(world.revocations == 1);
}

TEST_CASE("Strangers can't fill the store with keys") {
  KeyringOptions options;
  options.waiting_limit = 2;
  World world(options);
  CHECK(world.ask("a", key_a()) == Admission::pending);
  CHECK(world.ask("b", key_a()) == Admission::pending);
  CHECK(world.ask("c", key_a()) == Admission::full);
  CHECK(world.keyring.find({"c"}, {KeyState::pending}).empty());
  world.accept("a");
  CHECK(world.ask("c", key_a()) == Admission::pending);
}

TEST_CASE("max_minions keeps further ones out, not those at work") {
  KeyringOptions options;
  options.auto_accept = true;
  options.max_minions = 1;
  World world(options);
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  CHECK(world.ask("web2", key_a()) == Admission::full);
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
}

TEST_CASE("Two offers of one id at the same time store one key") {
  World world;
  Admission first = Admission::full;
  const auto ask = [](World& w, const crypto::PublicKey& key, Admission& result) -> Task<void> {
    result = co_await w.keyring.authorize(w.offer("web1", key));
  };
  world.loop.spawn("first", ask(world, key_a(), first));
  CHECK(world.ask("web1", key_b()) == Admission::denied);
  CHECK(first == Admission::pending);
  CHECK(world.only("web1", KeyState::pending).pem == key_a().pem());
}

TEST_CASE("An id that differs from a known one by case alone does not come on record") {
  World world;
  world.ask("web1", key_a());
  CHECK(world.ask("WEB1", key_b()) == Admission::denied);
  world.accept("web1");
  CHECK(world.ask("Web1", key_a()) == Admission::denied);
  CHECK(world.keyring.find({}, {KeyState::pending, KeyState::denied}).empty());
  await(world.loop, world.keyring.remove(world.only("web1", KeyState::accepted), Actor{"root", 0}));
  CHECK(world.ask("WEB1", key_b()) == Admission::pending);
}

TEST_CASE("Decisions are told on the event bus") {
  World world;
  Subscription listener(world.events, [](const std::string&) { return true; });
  world.ask("web1", key_a());
  world.accept("web1");
  const auto asked = await(world.loop, listener.next(std::chrono::seconds(1)));
  REQUIRE(asked);
  CHECK(asked->tag == "salt/auth");
  CHECK(asked->data.at("act") == Value("pend"));
  const auto decided = await(world.loop, listener.next(std::chrono::seconds(1)));
  REQUIRE(decided);
  CHECK(decided->tag == "salt/key");
  CHECK(decided->data.at("act") == Value("accept"));
}

TEST_CASE("The keys of a Salt master are taken over with what it decided, and replace nothing") {
  World world;
  const auto take = [&](const std::string& id, KeyState state, const crypto::PublicKey& key) {
    return await(world.loop, world.keyring.import({id, state, key.pem(), "", 0}, Actor{"root", 0}));
  };
  CHECK(take("web1", KeyState::accepted, key_a()));
  CHECK(take("web2", KeyState::rejected, key_a()));
  CHECK(take("web3", KeyState::pending, key_a()));
  CHECK(take("web1", KeyState::denied, key_b()));
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  CHECK(world.ask("web1", key_b()) == Admission::denied);
  CHECK(world.ask("web2", key_a()) == Admission::rejected);
  CHECK(world.ask("web3", key_a()) == Admission::pending);
  CHECK_FALSE(take("web1", KeyState::accepted, key_a()));
  CHECK_THROWS_WITH(take("web1", KeyState::accepted, key_b()), Catch::Contains("another accepted key is on record"));
  CHECK_THROWS_WITH(take("web3", KeyState::accepted, key_a()), Catch::Contains("on record as pending"));
  CHECK(world.ask("web1", key_a()) == Admission::accepted);
  CHECK_THROWS_AS(take("../web4", KeyState::accepted, key_a()), Error);
  CHECK_THROWS_AS(await(world.loop, world.keyring.import({"web4", KeyState::accepted, "no key", "", 0}, Actor{"root", 0})), Error);
  CHECK(world.revocations == 0);
}
