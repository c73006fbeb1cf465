// Our listening end against libzmq's sockets, and against peers that keep no rules.
#include "common/wire/zmtp_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/wire/socket.h"

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

struct World {
  explicit World(ZmtpServerOptions options = {})
      : server(loop, options, "tcp://127.0.0.1:0",
               {.came = [this](ZmtpServer::Peer) { ++there; },
                .left = [this](ZmtpServer::Peer) { --there; },
                .message = [this](ZmtpServer::Peer peer, ZmtpServer::Message message) {
                  peers.push_back(peer);
                  messages.push_back(message.frames);
                  CHECK(message.address.starts_with("127.0.0."));
                  if (answers) server.reply(peer, "to " + message.frames.back());
                }}) {
    server.start();
  }

  void run_until(const std::function<bool()>& test) {
    for (int i = 0; i < 500 && !test(); ++i) loop.run_for(10ms);
    CHECK(test());
  }
  // From another address of this machine than 127.0.0.1, when one is given.
  UniqueFd connect(const char* from = nullptr) const {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(*parse_int(server.address().substr(server.address().rfind(':') + 1))));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const int small = 4096;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (from) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      REQUIRE(::inet_pton(AF_INET, from, &own.sin_addr) == 1);
      REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0);
    }
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0);
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return fd;
  }
  void tell(const UniqueFd& fd, const std::string& bytes) {
    std::size_t at = 0;
    for (int i = 0; i < 5'000 && at < bytes.size(); ++i) {
      const ssize_t sent = ::send(fd.get(), bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent > 0) at += static_cast<std::size_t>(sent);
      loop.run_for(1ms);
    }
    INFO("sent " << at << " of " << bytes.size());
    CHECK(at == bytes.size());
  }
  // What is there to read; "gone" behind it once the server has closed.
  std::string hear(const UniqueFd& fd) {
    loop.run_for(20ms);
    std::string text;
    char buffer[65536];
    ssize_t got = 0;
    while ((got = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0) text.append(buffer, static_cast<std::size_t>(got));
    return got == 0 || errno == ECONNRESET ? text + "gone" : text;
  }
  bool is_cut_off(const std::string& bytes) {
    const UniqueFd fd = connect();
    const auto before = server.counters().cut_off;
    tell(fd, bytes);
    return hear(fd).ends_with("gone") && server.counters().cut_off == before + 1;
  }

  Loop loop;
  bool answers = true;
  int there = 0;
  std::vector<ZmtpServer::Peer> peers;
  std::vector<std::vector<std::string>> messages;
  ZmtpServer server;
};

std::string opening() { return zmtp_opening(ZmtpRole::requester); }

Task<void> ask(Socket* dealer, std::string text, std::vector<std::string>* answers) {
  const std::vector<std::string> question{"", std::move(text)};
  dealer->send(question);
  const auto answer = co_await dealer->receive_for(5s);
  answers->push_back(answer ? answer->frames.back() : "nothing");
}

Task<void> hear_all(Socket* socket, std::vector<std::string>* heard) {
  for (;;) {
    const auto message = co_await socket->receive();
    heard->push_back(message.frames.back());
  }
}

}  // namespace

TEST_CASE("libzmq's dealers ask, and each gets its own answer, small and large") {
  World world;
  SocketContext context;
  Socket first(world.loop, context, SocketKind::dealer, {}), second(world.loop, context, SocketKind::dealer, {});
  std::vector<std::string> to_first, to_second;
  const std::string large(3'000'000, 'x');
  first.connect(world.server.address());
  second.connect(world.server.address());
  world.loop.spawn("first", ask(&first, "a", &to_first));
  world.loop.spawn("second", ask(&second, large, &to_second));
  world.run_until([&] { return to_first.size() + to_second.size() == 2; });
  CHECK(to_first == std::vector<std::string>{"to a"});
  CHECK((to_second == std::vector<std::string>{"to " + large}));
  CHECK(world.there == 2);
  first.close();
  world.run_until([&] { return world.there == 1; });
  CHECK(world.server.connections() == 1);
}

TEST_CASE("libzmq's subscribers are heard and served") {
  World world({.role = ZmtpRole::publisher});
  world.answers = false;
  SocketContext context;
  Socket subscriber(world.loop, context, SocketKind::subscriber, {});
  std::vector<std::string> heard;
  subscriber.connect(world.server.address());
  subscriber.subscribe("");
  world.run_until([&] { return !world.messages.empty(); });
  CHECK(world.messages == std::vector<std::vector<std::string>>{{"\1"}});
  world.loop.spawn("hearing", hear_all(&subscriber, &heard));
  const auto bytes = std::make_shared<const std::string>(zmtp_message({"a job"}));
  CHECK(world.server.send(world.peers[0], bytes));
  CHECK(world.server.send(world.peers[0], bytes));
  world.run_until([&] { return heard.size() == 2; });
  CHECK(heard == std::vector<std::string>{"a job", "a job"});
  subscriber.close();
  world.run_until([&] { return world.there == 0; });
  CHECK_FALSE(world.server.send(world.peers[0], bytes));
}

TEST_CASE("a peer that keeps no rules is cut off, and nobody else") {
  World world({.frame_limit_bytes = 10'000});
  const std::string greeting = opening().substr(0, 64);
  CHECK(world.is_cut_off("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(64, ' ')));
  CHECK(world.is_cut_off(std::string(64, '\0')));
  std::string curve = greeting;
  curve.replace(12, 5, "CURVE");
  CHECK(world.is_cut_off(curve));
  CHECK(world.is_cut_off(greeting + zmtp_request("before READY")));
  CHECK(world.is_cut_off(zmtp_opening(ZmtpRole::subscriber)));                               // no business at a router
  CHECK(world.is_cut_off(greeting + std::string("\x04\x08\x05READY\xff\xff", 10)));          // a property without an end
  CHECK(world.is_cut_off(greeting + std::string("\x04\x00", 2)));                            // a command without a name
  CHECK(world.is_cut_off(opening() + zmtp_subscription("", 1)));                             // no command of a requester
  CHECK(world.is_cut_off(opening() + zmtp_request(std::string(20'000, 'x'))));               // a frame over the limit
  CHECK(world.is_cut_off(opening() + std::string("\x02\xff\xff\xff\xff\xff\xff\xff\xff", 9)));  // of 2^64 bytes
  std::string parts;
  for (int i = 0; i < 5; ++i) parts += std::string("\x03\0\0\0\0\0\0\x0b\xb8", 9) + std::string(3000, 'x');
  CHECK(world.is_cut_off(opening() + parts));                                                // a message over the limit, in frames
  CHECK(world.messages.empty());
  const UniqueFd good = world.connect();
  world.tell(good, opening() + zmtp_request("hello"));
  CHECK(world.hear(good).ends_with("to hello"));
}

TEST_CASE("bytes may come one at a time, and many messages at once") {
  World world;
  const UniqueFd fd = world.connect();
  for (const char byte : opening() + zmtp_request("slow")) world.tell(fd, std::string(1, byte));
  CHECK(world.hear(fd).ends_with("to slow"));
  std::string many;
  for (int i = 0; i < 200; ++i) many += zmtp_request(std::to_string(i));
  world.tell(fd, many);
  CHECK(world.hear(fd).ends_with("to 199"));
  CHECK(world.messages.size() == 201);
  world.tell(fd, std::string("\x04\x07\x04PING\0\0", 9));
  CHECK_THAT(world.hear(fd), Catch::EndsWith(std::string("\x04PONG", 5)));
}

TEST_CASE("who takes no answers is read no further, and is cut off in the end; others go on") {
  World world({.stall_limit = 100ms, .sweep_interval = 10ms, .send_limit_bytes = 100'000, .unanswered_limit = 8});
  const UniqueFd deaf = world.connect(), good = world.connect();
  world.tell(deaf, opening());
  world.tell(good, opening());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += zmtp_request(std::string(60'000, 'x'));
  for (std::size_t at = 0; at < requests.size();) {  // until nothing is taken any more
    const ssize_t sent = ::send(deaf.get(), requests.data() + at, requests.size() - at, MSG_NOSIGNAL);
    if (sent > 0) at += static_cast<std::size_t>(sent);
    const auto before = world.messages.size();
    world.loop.run_for(20ms);
    if (sent <= 0 && world.messages.size() == before) break;
  }
  CHECK(world.messages.size() < 500);
  world.tell(good, zmtp_request("hello"));
  CHECK(world.hear(good).ends_with("to hello"));
  world.run_until([&] { return world.server.connections() == 1; });
  CHECK(world.server.counters().cut_off == 1);
}

TEST_CASE("requests without an answer are few for each peer; the others wait at their sender") {
  World world({.unanswered_limit = 3});
  world.answers = false;
  const UniqueFd fd = world.connect();
  std::string many = opening();
  for (int i = 0; i < 10; ++i) many += zmtp_request(std::to_string(i));
  world.tell(fd, many);
  world.loop.run_for(20ms);
  CHECK(world.messages.size() == 3);
  world.server.reply(world.peers[0], "done");
  world.loop.run_for(20ms);
  CHECK(world.messages.size() == 4);
}

TEST_CASE("a pause stops the reading of all, and nothing is lost") {
  World world;
  const UniqueFd fd = world.connect();
  world.tell(fd, opening());
  world.server.pause();
  world.tell(fd, zmtp_request("later"));
  world.loop.run_for(20ms);
  CHECK(world.messages.empty());
  world.server.go_on();
  CHECK(world.hear(fd).ends_with("to later"));
}

TEST_CASE("a slow subscriber loses messages beyond its limit, and costs nobody else anything") {
  World world({.role = ZmtpRole::publisher, .send_limit = 10});
  world.answers = false;
  const UniqueFd slow = world.connect();
  world.tell(slow, zmtp_opening(ZmtpRole::subscriber) + zmtp_subscription("", 1));
  REQUIRE(world.peers.size() == 1);
  const auto bytes = std::make_shared<const std::string>(zmtp_message({std::string(1'000'000, 'x')}));
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += world.server.send(world.peers[0], bytes);
  CHECK(taken < 50);
  CHECK(world.server.counters().dropped == static_cast<std::uint64_t>(100 - taken));
}

TEST_CASE("who says nothing is asked, and cut off when there is no answer") {
  World world({.handshake_limit = 50ms, .heartbeat = 150ms, .sweep_interval = 10ms});
  const UniqueFd stranger = world.connect(), dead = world.connect();
  world.tell(dead, opening());
  SocketContext context;
  Socket alive(world.loop, context, SocketKind::dealer, {});
  alive.connect(world.server.address());
  world.run_until([&] { return world.there == 2; });
  world.run_until([&] { return world.server.connections() == 2; });  // the stranger has gone
  world.run_until([&] { return world.server.connections() == 1; });  // libzmq answers by itself
  CHECK_THAT(world.hear(dead), Catch::Contains("PING") && Catch::EndsWith("gone"));
  CHECK(world.there == 1);
}

TEST_CASE("what arrives in part is limited for all together") {
  World world({.frame_limit_bytes = 8u << 20, .partial_limit_bytes = 4u << 20});
  const std::string part = opening() + std::string("\x02\0\0\0\0\0\x60\0\0", 9) + std::string(2'500'000, 'x');
  const UniqueFd first = world.connect(), second = world.connect();
  world.tell(first, part);
  CHECK(world.server.counters().cut_off == 0);
  world.tell(second, part);
  world.run_until([&] { return world.server.counters().cut_off == 1; });
  CHECK(world.server.connections() == 1);
  // The one that had held its part longer has gone: nobody keeps others out by a message that never ends.
  CHECK(world.hear(first).ends_with("gone"));
  CHECK_FALSE(world.hear(second).ends_with("gone"));
}

TEST_CASE("before READY and in a command only little is taken") {
  World world;
  const std::string long_frame("\x02\0\0\0\0\0\x10\0\0", 9), long_command("\x06\0\0\0\0\0\0\x20\0", 9);
  CHECK(world.is_cut_off(opening().substr(0, 64) + long_frame));  // at its header, not when it has come
  CHECK(world.is_cut_off(opening() + long_command));
}

TEST_CASE("who stops in the middle of a message is cut off, who says nothing is not") {
  World world({.stall_limit = 100ms, .sweep_interval = 10ms});
  const UniqueFd stuck = world.connect(), silent = world.connect();
  world.tell(silent, opening());
  world.tell(stuck, opening() + std::string("\x02\0\0\0\0\0\x10\0\0", 9) + "the beginning");
  CHECK(world.server.connections() == 2);
  world.run_until([&] { return world.server.connections() == 1; });
  CHECK(world.hear(stuck).ends_with("gone"));
}

TEST_CASE("one address can't take all the places") {
  World world({.connection_limit = 4});
  std::vector<UniqueFd> many;
  for (int i = 0; i < 6; ++i) many.push_back(world.connect("127.0.0.2"));
  world.run_until([&] { return world.server.counters().turned_away == 2; });
  CHECK(world.server.connections() == 4);
  const UniqueFd first = world.connect("127.0.0.3"), second = world.connect("127.0.0.4");
  for (const UniqueFd* fd : {&first, &second}) {
    world.tell(*fd, opening() + zmtp_request("hello"));
    CHECK(world.hear(*fd).ends_with("to hello"));
  }
  CHECK(world.server.connections() == 4);
  CHECK_FALSE(world.hear(many[0]).ends_with("gone"));  // the youngest went
  CHECK(world.hear(many[3]).ends_with("gone"));
  // Two of one address against one each of two others: nobody has to go for a second one.
  const UniqueFd third = world.connect("127.0.0.3");
  world.run_until([&] { return world.server.counters().turned_away == 3; });
}

TEST_CASE("a bad address and a taken port are told") {
  World world;
  Loop loop;
  const ZmtpServer::Handlers handlers{.message = [](ZmtpServer::Peer, ZmtpServer::Message) {}};
  for (const char* bad : {"", "127.0.0.1:4506", "tcp://", "tcp://127.0.0.1", "tcp://master:4506", "tcp://127.0.0.1:70000"})
    CHECK_THROWS_WITH(ZmtpServer(loop, {}, bad, handlers), Catch::Contains("is not tcp://IP:PORT"));
  CHECK_THROWS_WITH(ZmtpServer(loop, {}, world.server.address(), handlers), Catch::Contains("another program listens there"));
  CHECK_THAT(ZmtpServer(loop, {.ipv6 = true}, "tcp://[::]:0", handlers).address(), Catch::StartsWith("tcp://[::]:"));
}

}  // namespace halite::wire
