#include <catch2/catch.hpp>

#include <zmq.h>

#include <thread>

#include "common/base/error.h"
#include "common/wire/socket.h"

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

Task<void> echo(Socket* router, Loop* loop) {
  (void)loop;
  for (;;) {
    Received request = co_await router->receive();
    request.frames.back() = "echo " + request.frames.back();
    router->send(request.frames);
  }
}

Task<void> ask(Socket* dealer, std::vector<std::string>* answers, Loop* loop) {
  const std::vector<std::string> question{"", "hello"};
  CHECK(dealer->send(question));
  auto answer = co_await dealer->receive_for(5s);
  answers->push_back(answer ? answer->frames.back() : "nothing");
  const auto silence = co_await dealer->receive_for(1ms);
  answers->push_back(silence ? "something" : "silence");
  loop->stop();
}

Task<void> count(Socket* router, int* received, int wanted, Loop* loop) {
  while (*received < wanted) {
    co_await router->receive();
    ++*received;
  }
  loop->stop();
}

// Sends on the same socket that another task receives from: the case in which a signal can get lost.
Task<void> disturb(Socket* router, const int* received, int wanted) {
  const std::vector<std::string> to_nobody{"nobody", "", "x"};
  while (*received < wanted) {
    router->send(to_nobody);
    co_await sleep_for(0ms);
  }
}

}  // namespace

TEST_CASE("a dealer asks a router over TCP, and the router knows the peer's address") {
  Loop loop;
  SocketContext context;
  Socket router(loop, context, SocketKind::router, {});
  Socket dealer(loop, context, SocketKind::dealer, {});
  const std::string address = router.bind("tcp://127.0.0.1:0");
  CHECK(address.starts_with("tcp://127.0.0.1:"));
  dealer.connect(address);
  std::vector<std::string> answers;
  loop.spawn("echo", echo(&router, &loop));
  loop.spawn("ask", ask(&dealer, &answers, &loop));
  loop.run_for(10s);
  CHECK(answers == std::vector<std::string>{"echo hello", "silence"});
}

TEST_CASE("no message gets stuck while another task sends on the receiver's socket") {
  constexpr int wanted = 20000;
  Loop loop;
  SocketContext context;
  Socket router(loop, context, SocketKind::router, {.receive_limit = 100000});
  const std::string address = router.bind("tcp://127.0.0.1:0");
  int received = 0;
  std::thread sender([&] {
    void* socket = zmq_socket(context.handle(), ZMQ_DEALER);
    zmq_connect(socket, address.c_str());
    for (int i = 0; i < wanted; ++i) zmq_send(socket, "m", 1, 0);
    zmq_close(socket);
  });
  loop.spawn("count", count(&router, &received, wanted, &loop));
  loop.spawn("disturb", disturb(&router, &received, wanted));
  loop.run_for(20s);
  sender.join();
  CHECK(received == wanted);
}

TEST_CASE("a port in use, a bad address and a closed socket are told apart") {
  Loop loop;
  SocketContext context;
  Socket first(loop, context, SocketKind::router, {});
  Socket second(loop, context, SocketKind::router, {});
  const std::string address = first.bind("tcp://127.0.0.1:0");
  CHECK_THROWS_WITH(second.bind(address), Catch::Contains(address) && Catch::Contains("another program listens there"));
  CHECK_THROWS_AS(second.bind("carrier-pigeon://x"), Error);
  std::string outcome;
  const auto receive = [](Socket* socket, std::string* into) -> Task<void> {
    try {
      co_await socket->receive();
    } catch (const Error& error) {
      *into = error.message();
    }
  };
  loop.spawn("receive", receive(&first, &outcome));
  loop.post([&] { first.close(); });
  loop.run_for(5s);
  CHECK(outcome == "the socket was closed");
  CHECK_FALSE(first.send({"x"}));
}

TEST_CASE("a frame above the limit cuts its sender off and nobody else") {
  Loop loop;
  SocketContext context;
  Socket router(loop, context, SocketKind::router, {.size_limit_bytes = 1000});
  const std::string address = router.bind("tcp://127.0.0.1:0");
  Socket rude(loop, context, SocketKind::dealer, {}), polite(loop, context, SocketKind::dealer, {});
  rude.connect(address);
  polite.connect(address);
  rude.send({"", std::string(5000, 'x')});
  std::vector<std::string> answers;
  loop.spawn("echo", echo(&router, &loop));
  loop.spawn("ask", ask(&polite, &answers, &loop));
  loop.run_for(10s);
  CHECK(answers.at(0) == "echo hello");
}

}  // namespace halite::wire
