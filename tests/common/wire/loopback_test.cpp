// A master's and a minion's side of the protocol on real sockets of this machine.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/wire/envelope.h"
#include "common/wire/file_client.h"
#include "common/wire/master_connection.h"
#include "common/wire/publication.h"
#include "common/wire/publisher.h"
#include "common/wire/request_guard.h"
#include "common/wire/request_server.h"

namespace halite::wire {
namespace {

using namespace std::chrono_literals;
using crypto::PrivateKey;
using crypto::SessionKey;

const PrivateKey& test_key(int index) {
  static const PrivateKey keys[] = {PrivateKey::generate(2048), PrivateKey::generate(2048), PrivateKey::generate(2048)};
  return keys[index];
}

struct TestKeys final : KeyAuthority {
  Task<Admission> authorize(AdmissionRequest request) override {
    seen = request;
    if (admission == Admission::accepted) accepted.insert_or_assign(request.id, request.key);
    co_return admission;
  }
  std::optional<crypto::PublicKey> accepted_key(const std::string& id) override {
    const auto found = accepted.find(id);
    if (found == accepted.end()) return std::nullopt;
    return found->second;
  }
  std::optional<SessionKey> session_key(const std::string& id) override {
    const auto found = sessions.find(id);
    if (found == sessions.end()) return std::nullopt;
    return found->second;
  }
  Task<SessionKey> issue_session_key(const std::string& id) override {
    if (!sessions.contains(id)) sessions.emplace(id, SessionKey::generate());
    co_return sessions.at(id);
  }
  int level_floor(const std::string& id) override { return floors.contains(id) ? floors.at(id) : 0; }
  void raise_level_floor(const std::string& id, int level) override { floors[id] = level; }

  Admission admission = Admission::accepted;
  std::optional<AdmissionRequest> seen;
  std::map<std::string, crypto::PublicKey> accepted;
  std::map<std::string, SessionKey> sessions;
  std::map<std::string, int> floors;
};

struct TestPin final : PinStore {
  std::optional<std::string> public_pem() override { return pem; }
  void set_public_pem(const std::string& text) override { pem = text; }
  bool saw_session_keys() override { return saw; }
  void set_saw_session_keys() override { saw = true; }
  std::optional<std::string> pem;
  bool saw = false;
};

Task<Value> command(Principal principal, std::string name, Map load) {
  if (name == "echo") co_return load;
  if (name == "who") co_return principal.id + (principal.is_proven ? " proven" : " claimed");
  if (name == "crash") throw std::runtime_error("as planned");
  if (name == "_serve_file") {
    const std::string content(2500, 'c');
    const auto at = static_cast<std::size_t>(load.at("loc").as_int());
    Map reply;
    const bool is_there = load.at("path").as_string() == "there";
    reply.set("data", is_there ? content.substr(std::min(at, content.size()), 1000) : "");
    reply.set("dest", is_there ? "there" : "");
    co_return reply;
  }
  throw Error(ErrorKind::not_found, "no such command");
}

Task<Map> pillar(Principal principal, Map load) {
  if (load.contains("broken")) throw Error(ErrorKind::invalid, "secret text");
  Map result;
  result.set("for", principal.id);
  co_return result;
}

// Both sides on one loop.
struct Fleet {
  explicit Fleet(int master_key = 0, int minimum = 2) {
    RequestServerOptions options;
    options.address = "tcp://127.0.0.1:0";
    options.minimum_auth_version = minimum;
    publisher = std::make_unique<Publisher>(loop, workers, test_key(master_key), shared, PublisherOptions{.address = "tcp://127.0.0.1:0"});
    RequestServerParts parts{loop, workers, keys, shared, test_key(master_key), std::nullopt};
    server = std::make_unique<RequestServer>(std::move(parts), options, RequestHandlers{command, pillar});
    server->set_publish_port(publisher->port());
    server->start();
  }
  MasterOptions minion_options() const {
    MasterOptions options;
    options.id = "web1";
    options.host = "127.0.0.1";
    const std::string address = server->address();
    options.request_port = std::stoi(address.substr(address.rfind(':') + 1));
    options.auth_timeout = 5s;
    options.reconnect_min = 10ms;
    options.reconnect_max = 10ms;
    return options;
  }
  // Runs the story to its end and gives the error that ended it, or an empty text.
  std::string run(Task<void> story) {
    std::string outcome = "it did not end";
    const auto tell = [](Task<void> told, std::string* into, Loop* on) -> Task<void> {
      try {
        co_await std::move(told);
        into->clear();
      } catch (const std::exception& error) {
        *into = error.what();
      }
      on->stop();
    };
    loop.spawn("story", tell(std::move(story), &outcome, &loop));
    loop.run_for(40s);
    return outcome;
  }

  Loop loop;
  SocketContext sockets;
  Workers workers{loop, {.name = "rsa"}};
  SharedKey shared;
  TestKeys keys;
  std::unique_ptr<Publisher> publisher;
  std::unique_ptr<RequestServer> server;
};

struct Minion {
  Minion(Fleet& fleet, MasterOptions options, int key = 1)
      : connection(fleet.loop, fleet.sockets, fleet.workers, std::move(options), test_key(key), pin) {}
  TestPin pin;
  MasterConnection connection;
};

}  // namespace

TEST_CASE("a minion authenticates, asks, gets its pillar and files", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto story = [](Minion* self) -> Task<void> {
    co_await self->connection.connect();
    CHECK(self->connection.level() == 3);
    Map load;
    load.set("text", "grüße");
    const Value echoed = co_await self->connection.request("echo", load);
    CHECK(*echoed.find("text") == Value("grüße"));
    CHECK(echoed.find("tok") == nullptr);
    CHECK(echoed.find("nonce") == nullptr);
    Map none;
    const Value who = co_await self->connection.request("who", none);
    CHECK(who == Value("web1 proven"));
    const Value crashed = co_await self->connection.request("crash", none);
    CHECK(crashed == Value(""));
    const Value unknown = co_await self->connection.request("nonsense", none);
    CHECK(unknown == Value(Map{}));
    const Map shown = co_await self->connection.request_pillar(none);
    CHECK(shown.at("for") == Value("web1"));
    FileClient files(self->connection);
    std::string content;
    const auto size = co_await files.fetch("there", "base", [&content](std::string_view part) { content += part; });
    CHECK(size == 2500);
    CHECK(content == std::string(2500, 'c'));
    const auto missing = co_await files.fetch("missing", "base", [](std::string_view) {});
    CHECK_FALSE(missing);
  };
  CHECK(fleet.run(story(&minion)) == "");
  CHECK(minion.pin.pem == test_key(0).public_key().pem());
  CHECK(minion.pin.saw);
  CHECK(fleet.keys.floors.at("web1") == 3);
}

TEST_CASE("after a rotation a publication makes the minion authenticate again, and the job is not lost", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  std::vector<std::string> jobs;
  const auto listen = [](Minion* self, std::vector<std::string>* into, Loop* loop) -> Task<void> {
    co_await self->connection.connect();
    co_await self->connection.listen([into, loop](Map load) {
      into->push_back(load.at("jid").as_string());
      CHECK_FALSE(load.contains("serial"));
      if (into->back() == "after") loop->stop();
    });
  };
  const auto publish = [](Fleet* self, std::vector<std::string>* seen) -> Task<void> {
    for (int i = 0; seen->empty() && i < 500; ++i) {
      Map load;
      load.set("jid", "before");
      co_await self->publisher->publish(load);
      co_await sleep_for(20ms);
    }
    self->shared.rotate(false);
    Map load;
    load.set("jid", "after");
    co_await self->publisher->publish(load);
  };
  fleet.loop.spawn("listen", listen(&minion, &jobs, &fleet.loop));
  fleet.loop.spawn("publish", publish(&fleet, &jobs));
  fleet.loop.run_for(30s);
  REQUIRE_FALSE(jobs.empty());
  CHECK(jobs.front() == "before");
  CHECK(jobs.back() == "after");
  CHECK(fleet.server->counters().auths == 2);
}

TEST_CASE("the publisher knows which minions listen, and that a stranger may be one", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto listen = [](Minion* self) -> Task<void> {
    co_await self->connection.connect();
    try {
      co_await self->connection.listen([](Map) {});
    } catch (const Error&) {  // closed below
    }
  };
  const auto story = [](Fleet* self, Minion* one) -> Task<void> {
    const Listeners& listeners = self->publisher->listeners();
    const std::string topic = topic_of("web1");
    const auto eventually = [](auto condition) -> Task<bool> {
      for (int i = 0; i < 500 && !condition(); ++i) co_await sleep_for(20ms);
      co_return condition();
    };
    const auto is_there = [&] { return listeners.topics.contains(topic) && listeners.topics.at(topic).is_there; };
    CHECK(co_await eventually(is_there));
    CHECK(listeners.connections == 1);
    CHECK(listeners.all_are_known());
    {
      Socket stranger(self->loop, self->sockets, SocketKind::subscriber, {});
      stranger.subscribe("");
      stranger.connect(self->publisher->address());
      const auto two = [&] { return listeners.connections == 2; };
      CHECK(co_await eventually(two));
      CHECK_FALSE(listeners.all_are_known());
    }
    CHECK(listeners.shared_topics.empty());
    {
      Socket twin(self->loop, self->sockets, SocketKind::subscriber, {});
      twin.subscribe(topic);
      twin.connect(self->publisher->address());
      const auto is_shared = [&] { return listeners.shared_topics.contains(topic); };
      CHECK(co_await eventually(is_shared));
    }
    const auto is_alone = [&] { return listeners.shared_topics.empty() && listeners.connections == 1; };
    CHECK(co_await eventually(is_alone));
    CHECK(is_there());
    one->connection.close();
    const auto all_gone = [&] { return !is_there() && listeners.connections == 0; };
    CHECK(co_await eventually(all_gone));
    CHECK(listeners.topics_there == 0);
  };
  fleet.loop.spawn("listen", listen(&minion));
  CHECK(fleet.run(story(&fleet, &minion)) == "");
}

TEST_CASE("a job for one goes to it and to those who have not said who they are", "[e2e]") {
  Fleet fleet;
  const auto story = [](Fleet* self) -> Task<void> {
    Socket web1(self->loop, self->sockets, SocketKind::subscriber, {}), db1(self->loop, self->sockets, SocketKind::subscriber, {}),
        stock(self->loop, self->sockets, SocketKind::subscriber, {});
    web1.subscribe(topic_of("web1"));
    db1.subscribe(topic_of("db1"));
    for (auto* socket : {&web1, &db1, &stock}) {
      socket->subscribe("");
      socket->connect(self->publisher->address());
    }
    const Listeners& listeners = self->publisher->listeners();
    for (int i = 0; i < 500 && (listeners.topics_there < 2 || listeners.connections < 3); ++i) co_await sleep_for(20ms);
    co_await sleep_for(100ms);  // the empty topic may be the second that arrives
    Map load;
    load.set("fun", "test.ping");
    std::vector<std::string> one{"web1"}, all;
    co_await self->publisher->publish(load, one);
    co_await self->publisher->publish(load, all);
    const auto count = [](Socket* socket) -> Task<std::size_t> {
      std::size_t received = 0;
      for (;;) {
        const auto message = co_await socket->receive_for(500ms);
        if (!message) co_return received;
        ++received;
      }
    };
    const std::size_t by_web1 = co_await count(&web1), by_stock = co_await count(&stock), by_db1 = co_await count(&db1);
    CHECK(by_web1 == 2);
    CHECK(by_stock == 2);
    CHECK(by_db1 == 1);
  };
  CHECK(fleet.run(story(&fleet)) == "");
}

TEST_CASE("a lost session makes the minion authenticate and ask again", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto story = [](Fleet* world, Minion* self) -> Task<void> {
    co_await self->connection.connect();
    world->keys.sessions.clear();
    Map none;
    const Value who = co_await self->connection.request("who", none);
    CHECK(who == Value("web1 proven"));
  };
  CHECK(fleet.run(story(&fleet, &minion)) == "");
  CHECK(fleet.server->counters().refusals[Refusal::unknown_minion] == 1);
}

TEST_CASE("a master with another key than the pinned one is refused, with both fingerprints", "[e2e]") {
  Fleet fleet(2);
  Minion minion(fleet, fleet.minion_options());
  minion.pin.pem = test_key(0).public_key().pem();
  CHECK_THAT(fleet.run(minion.connection.connect()), Catch::Contains(test_key(0).public_key().fingerprint()) &&
                                                         Catch::Contains(test_key(2).public_key().fingerprint()));
  CHECK_FALSE(minion.connection.is_authenticated());
}

TEST_CASE("master_finger decides at first contact", "[e2e]") {
  Fleet fleet;
  auto options = fleet.minion_options();
  options.finger = "aa:bb";
  Minion wrong(fleet, options);
  CHECK_THAT(fleet.run(wrong.connection.connect()), Catch::Contains("master_finger says aa:bb"));
  CHECK_FALSE(wrong.pin.pem);
  options.finger = test_key(0).public_key().fingerprint();
  Minion right(fleet, options);
  CHECK(fleet.run(right.connection.connect()) == "");
}

TEST_CASE("pending, rejected and full are told apart", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto outcome_of = [&](Admission admission) {
    fleet.keys.admission = admission;
    AuthOutcome outcome = AuthOutcome::accepted;
    const auto story = [](Minion* self, AuthOutcome* into) -> Task<void> { *into = co_await self->connection.authenticate(); };
    CHECK(fleet.run(story(&minion, &outcome)) == "");
    return outcome;
  };
  CHECK(outcome_of(Admission::pending) == AuthOutcome::pending);
  CHECK(outcome_of(Admission::rejected) == AuthOutcome::rejected);
  CHECK(outcome_of(Admission::denied) == AuthOutcome::rejected);
  CHECK(outcome_of(Admission::full) == AuthOutcome::full);
  CHECK_FALSE(minion.pin.pem);
}

TEST_CASE("a pillar that fails tells the minion nothing of the reason", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto story = [](Minion* self) -> Task<void> {
    co_await self->connection.connect();
    Map load;
    load.set("broken", true);
    co_await self->connection.request_pillar(load);
  };
  const std::string error = fleet.run(story(&minion));
  CHECK_THAT(error, Catch::Contains("refuses '_pillar'") && !Catch::Contains("secret text"));
}

TEST_CASE("whatever stranger's bytes come, the port answers each once and goes on", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  const auto map_bytes = [](Map map) { return to_msgpack(map); };
  const Map clear{{"cmd", "ping"}};
  const Map no_nonce{{"cmd", "_auth"}, {"id", "web1"}, {"pub", "x"}};
  const Map slash{{"cmd", "_auth"}, {"id", "../web1"}, {"pub", "x"}, {"nonce", "n"}};
  const Map newline{{"cmd", "_auth"}, {"id", "web\n1"}, {"pub", "x"}, {"nonce", "n"}};
  const Map bad_key{{"cmd", "_auth"}, {"id", "web1"}, {"pub", "x"}, {"nonce", "n"}};
  const Map bad_algorithm{{"cmd", "_auth"}, {"id", "web1"}, {"pub", "x"}, {"nonce", "n"}, {"enc_algo", "ROT13"}};
  const auto request = [&](const char* enc, Value load, int version) {
    return map_bytes(Map{{"enc", enc}, {"load", std::move(load)}, {"version", version}});
  };
  const std::vector<std::string> bodies{
      "", "\xc1", std::string(100000, '\x91'), "\xdf\xff\xff\xff\xff", to_msgpack(List{1}), map_bytes({}), map_bytes({{"enc", "aes"}}),
      request("aes", "", 2), request("aes", std::string(200, 'x'), 3), request("aes", clear, 3), request("clear", clear, 3),
      request("clear", clear, 1), request("clear", no_nonce, 3), request("clear", slash, 3), request("clear", newline, 3),
      request("clear", bad_key, 3), request("clear", Map{{"cmd", List{}}}, 2)};
  std::vector<std::string> answers;
  const auto send_all = [](Fleet* world, std::vector<std::string> all, std::vector<std::string>* into) -> Task<void> {
    for (const auto& body : all) {
      Socket socket(world->loop, world->sockets, SocketKind::dealer, {});
      socket.connect(world->server->address());
      const std::vector<std::string> frames{std::string(), body};
      socket.send(frames);
      const auto answer = co_await socket.receive_for(5s);
      into->push_back(answer ? answer->frames.back() : "no answer");
    }
  };
  CHECK(fleet.run(send_all(&fleet, bodies, &answers)) == "");
  CHECK(answers == std::vector<std::string>(bodies.size(), refusal_payload()));
  std::vector<std::string> unsigned_answer;
  CHECK(fleet.run(send_all(&fleet, {request("clear", bad_algorithm, 3)}, &unsigned_answer)) == "");
  CHECK(*from_msgpack(unsigned_answer.at(0)).find("load")->find("ret") == Value("bad enc algo"));
  CHECK(fleet.run(minion.connection.connect()) == "");
  const auto& counters = fleet.server->counters();
  CHECK(counters.replies == counters.requests);
  CHECK(counters.refusals[Refusal::bad_id] + counters.refusals[Refusal::malformed] > 0);
  CHECK(counters.refusals[Refusal::clear_command] == 2);
}

TEST_CASE("a large request is answered, and noise as large under a minion's name is refused", "[e2e]") {
  Fleet fleet;
  Minion minion(fleet, fleet.minion_options());
  std::string refusal;
  const auto story = [](Fleet* world, Minion* self, std::string* into) -> Task<void> {
    co_await self->connection.connect();
    Map load;
    load.set("text", std::string(1'000'000, 'x'));
    const Value echo = co_await self->connection.request("echo", load);
    CHECK(*echo.find("text") == load.at("text"));
    RequestEnvelope noise;
    noise.is_sealed = true;
    noise.version = level_session_key;
    noise.id = "web1";
    noise.sealed_load = std::string(1 << 20, 'x');
    Socket socket(world->loop, world->sockets, SocketKind::dealer, {});
    socket.connect(world->server->address());
    const std::vector<std::string> frames{std::string(), encode_request(noise)};
    socket.send(frames);
    const auto received = co_await socket.receive_for(5s);
    *into = received ? received->frames.back() : "no answer";
  };
  CHECK(fleet.run(story(&fleet, &minion, &refusal)) == "");
  CHECK(refusal == refusal_payload());
  CHECK(fleet.server->counters().refusals[Refusal::not_authentic] == 1);
}

TEST_CASE("what a worker unsealed is judged by the keys there are then") {
  TestKeys keys;
  SharedKey shared;
  RequestGuard guard(keys, shared, 300s);
  const SessionKey session = SessionKey::generate();
  keys.accepted.insert_or_assign("web1", test_key(1).public_key());
  keys.sessions.insert_or_assign("web1", session);
  const RequestSeal seal{.id = "web1", .token = test_key(1).sign_x931("salt"), .nonce = std::string(nonce_size, 'n'), .time_s = 1000, .algorithms = {}};
  const RequestEnvelope envelope = decode_request(seal_request(session, Map{{"cmd", "who"}}, seal));
  const auto unsealed = RequestGuard::unseal(guard.keys_for(envelope), envelope.sealed_load);
  REQUIRE(unsealed);
  CHECK(guard.judge(envelope, unsealed, 1000).is_proven);
  keys.sessions.insert_or_assign("web1", SessionKey::generate());
  CHECK_THROWS_AS(guard.judge(envelope, unsealed, 1000), Refused);
  keys.accepted.clear();
  CHECK_THROWS_AS(guard.judge(envelope, unsealed, 1000), Refused);
  RequestEnvelope old = envelope;
  old.version = level_shared_key;
  const RequestGuard::Unsealed shared_load{shared.current(), Map{{"cmd", "who"}, {"nonce", "n"}}};
  CHECK(guard.judge(old, shared_load, 1000).command == "who");
  shared.rotate(false);
  CHECK_THROWS_AS(guard.judge(old, shared_load, 1000), Refused);
}

TEST_CASE("minimum_auth_version 3 refuses an older minion", "[e2e]") {
  Fleet fleet(0, 3);
  const Map load{{"cmd", "_auth"}, {"id", "old"}, {"nonce", "n"}, {"pub", test_key(1).public_key().pem()}};
  RequestEnvelope envelope;
  envelope.version = 2;
  envelope.clear_load = load;
  std::string answer;
  const auto send = [](Fleet* world, std::string body, std::string* into) -> Task<void> {
    Socket socket(world->loop, world->sockets, SocketKind::dealer, {});
    socket.connect(world->server->address());
    const std::vector<std::string> frames{std::string(), body};
    socket.send(frames);
    const auto received = co_await socket.receive_for(5s);
    *into = received ? received->frames.back() : "no answer";
  };
  CHECK(fleet.run(send(&fleet, encode_request(envelope), &answer)) == "");
  CHECK(answer == refusal_payload());
  CHECK(fleet.server->counters().refusals[Refusal::level] == 1);
}

TEST_CASE("an absent master is explained", "[e2e]") {
  Fleet fleet;
  auto options = fleet.minion_options();
  options.request_port = 1;
  options.auth_timeout = 10ms;
  options.auth_tries = 1;
  Minion minion(fleet, options);
  const auto story = [](Minion* self) -> Task<void> { co_await self->connection.authenticate(); };
  CHECK_THAT(fleet.run(story(&minion)), Catch::Contains("port 1 fails") && Catch::Contains("refused"));
}

}  // namespace halite::wire
