// Who sits between master and minion, with the keys of another accepted minion (R11, R12, R62, U10).
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "common/data/msgpack.h"
#include "common/wire/publication.h"
#include "tests/hostile/master/siege.h"
#include "tests/master/support/await.h"

using namespace halite;
using namespace halite::hostile;
using test::await;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

Task<void> send_all(wire::Socket& socket, std::vector<std::string> payloads) {
  for (const auto& payload : payloads) {
    const std::vector<std::string> frame{payload};
    socket.send(frame);
    co_await wire::sleep_for(20ms);
  }
  co_await wire::sleep_for(500ms);
}

// Hears what the master really says, as m1 does.
Task<std::string> hear(wire::Loop& loop, wire::SocketContext& sockets, int port, Siege& siege, const Pass& m1, const std::string& command) {
  wire::Socket listener(loop, sockets, wire::SocketKind::subscriber, {});
  listener.connect("tcp://127.0.0.1:" + std::to_string(port));
  listener.subscribe("");
  co_await wire::sleep_for(300ms);
  siege.call("job.publish", {{"fun", "cmd.run"}, {"arg", List{command}}, {"tgt", "rogue-target"}, {"tgt_type", "glob"}, {"wait", false}});
  for (;;) {
    const auto received = co_await listener.receive();
    wire::PublicationReader reader(m1.shared, m1.master, true);
    const auto opened = reader.open(received.frames.back());
    if (opened.load && opened.load->at("fun") == Value("cmd.run")) co_return received.frames.back();
  }
}

}  // namespace

TEST_CASE("R11 R12 R62 U10 a minion obeys what its master signed, once, and nothing else") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/auth", "salt/key", "20*", "salt/job/*", "minion_start", "salt/minion/rogue-target/*", "minion/*", "key"});
  const auto enrolled = siege.attacker().enrol("m1", siege.m1().key);  // the shared key may be a new one
  REQUIRE(enrolled);
  const Pass& m1 = *enrolled;
  wire::Loop loop;
  wire::SocketContext sockets;
  wire::Socket rogue(loop, sockets, wire::SocketKind::publisher, {});
  const std::string address = rogue.bind("tcp://127.0.0.1:0");
  siege.start_minion("rogue-target", std::stoi(address.substr(address.rfind(':') + 1)));
  siege.write("marks/none", "");
  const std::string mark = siege.path("marks/ran-");
  const auto job = [&](const std::string& name, const std::string& jid) {
    return Map{{"fun", "cmd.run"}, {"arg", List{"touch " + mark + name}}, {"tgt", "*"}, {"tgt_type", "glob"}, {"ret", ""}, {"jid", jid}, {"user", "root"}, {"serial", 1'000'000}};
  };
  const auto ran = [&](const std::string& name) { return fs::exists(mark + name); };
  const auto real = await(loop, hear(loop, sockets, siege.publish_port(), siege, m1, "touch " + mark + "real-$$"));

  const auto sealed = [&](const Map& load) { return wire::seal_value(m1.shared, load); };
  const Map genuine = from_msgpack(real).as_map();
  std::vector<std::string> forged;
  forged.push_back(to_msgpack(Map{{"enc", "clear"}, {"load", job("clear", "20260101000000000001")}}));
  forged.push_back(to_msgpack(Map{{"load", job("no-enc", "20260101000000000002")}}));
  forged.push_back(to_msgpack(Map{{"enc", "AES"}, {"load", sealed(job("upper", "20260101000000000003"))}}));
  forged.push_back(to_msgpack(Map{{"enc", 1}, {"load", sealed(job("number", "20260101000000000004"))}}));
  forged.push_back(to_msgpack(Map{{"enc", "aes"}, {"load", sealed(job("unsigned", "20260101000000000005"))}}));
  forged.push_back(wire::make_publication(job("by-m1", "20260101000000000006"), m1.shared, m1.key, crypto::RsaHash::sha1));
  forged.push_back(to_msgpack(Map{{"enc", "aes"}, {"load", sealed(job("moved", "20260101000000000007"))}, {"sig", genuine.at("sig")}}));
  forged.push_back(to_msgpack(Map{{"enc", "aes"}, {"load", genuine.at("load")}}));  // genuine, its signature gone
  // The minion hears us at all: what the master really said runs.
  const auto is_heard = [&] {
    await(loop, send_all(rogue, {real}));
    return std::any_of(fs::directory_iterator(siege.path("marks")), fs::directory_iterator(), [](const auto& entry) {
      return entry.path().filename().string().starts_with("ran-real-");
    });
  };
  bool heard = false;
  for (int i = 0; i < 20 && !heard; ++i) heard = is_heard();
  REQUIRE(heard);
  await(loop, send_all(rogue, forged));
  for (const char* name : {"clear", "no-enc", "upper", "number", "unsigned", "by-m1", "moved"}) {
    INFO(name);
    CHECK_FALSE(ran(name));
  }
  // Again and again, and after the minion was started anew: it ran once (each run has a process of its own, named by $$).
  await(loop, send_all(rogue, {real, real, real}));
  siege.restart_minion("rogue-target");
  for (int i = 0; i < 4; ++i) await(loop, send_all(rogue, {real}));
  const auto times = std::count_if(fs::directory_iterator(siege.path("marks")), fs::directory_iterator(), [](const auto& entry) {
    return entry.path().filename().string().starts_with("ran-real-");
  });
  CHECK(times == 1);
  siege.call("key.delete", {{"match", List{"rogue-target"}}});
}
