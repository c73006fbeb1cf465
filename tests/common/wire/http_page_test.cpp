#include "common/wire/http_page.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"

namespace halite::wire {
namespace {

struct World {
  explicit World(HttpPageOptions options = {.address = "127.0.0.1:0", .path = "/metrics", .content_type = "text/plain; version=0.0.4"})
      : page(loop, std::move(options), [this] {
          if (fails) throw Error(ErrorKind::internal, "as planned");
          return fmt::format("asked {}\n", ++asked);
        }) {
    page.start();
  }

  UniqueFd connect() const {
    const std::string address = page.address();
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(*parse_int(address.substr(address.rfind(':') + 1))));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0);
    return fd;
  }
  // Sends, and gives what comes until the other end closes.
  std::string tell(const std::string& text) {
    std::string answer;
    const UniqueFd fd = connect();
    std::thread peer([&] {
      [[maybe_unused]] const auto sent = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
      char buffer[4096];
      for (ssize_t got; (got = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;) answer.append(buffer, static_cast<std::size_t>(got));
      loop.stop();
    });
    loop.run_for(std::chrono::seconds(10));
    peer.join();
    return answer;
  }
  std::string get(const std::string& target, const std::string& method = "GET") {
    return tell(method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  Loop loop;
  int asked = 0;
  bool fails = false;
  HttpPage page;
};

TEST_CASE("the page is read over HTTP, and made anew each time") {
  World world;
  const std::string answer = world.get("/metrics");
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK\r\n") && Catch::Contains("Content-Type: text/plain; version=0.0.4\r\n") &&
                         Catch::EndsWith("\r\n\r\nasked 1\n"));
  CHECK_THAT(world.get("/metrics?name=x"), Catch::EndsWith("asked 2\n"));
  CHECK_THAT(world.tell("GET /metrics HTTP/1.0\r\n\r\n"), Catch::EndsWith("asked 3\n"));
}

TEST_CASE("a connection serves several requests") {
  World world;
  const std::string answer = world.tell("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK_THAT(answer, Catch::Contains("asked 1\n") && Catch::EndsWith("asked 2\n"));
}

TEST_CASE("another path is 404, another method 405, HEAD has no body") {
  World world;
  CHECK_THAT(world.get("/"), Catch::StartsWith("HTTP/1.1 404"));
  CHECK_THAT(world.get("/metrics/../x"), Catch::StartsWith("HTTP/1.1 404"));
  CHECK_THAT(world.get("/metrics", "DELETE"), Catch::StartsWith("HTTP/1.1 405"));
  CHECK(world.asked == 0);
  CHECK_THAT(world.get("/metrics", "HEAD"), Catch::StartsWith("HTTP/1.1 200") && Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("what is no request is cut off") {
  World world;
  CHECK(world.tell(std::string("\0\xff\r\n\r\n", 6)).empty());
  CHECK(world.tell("GET /metrics HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n").empty());
  CHECK_THAT(world.tell("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"),
             Catch::StartsWith("HTTP/1.1 405") && Catch::Contains("Connection: close"));
  CHECK(world.asked == 0);
  CHECK_THAT(world.get("/metrics"), Catch::EndsWith("asked 1\n"));
}

TEST_CASE("who holds all connections and says nothing keeps nobody from the page") {
  World world({.address = "127.0.0.1:0", .path = "/metrics", .connection_limit = 4});
  std::vector<UniqueFd> idle;
  for (int i = 0; i < 4; ++i) idle.push_back(world.connect());
  world.loop.run_for(std::chrono::milliseconds(20));
  CHECK_THAT(world.get("/metrics"), Catch::EndsWith("asked 1\n"));
  char byte = 0;
  CHECK(::recv(idle[0].get(), &byte, 1, MSG_DONTWAIT) == 0);
  CHECK(::recv(idle[1].get(), &byte, 1, MSG_DONTWAIT) == -1);
}

TEST_CASE("a page that can't be made is no page, and costs no place") {
  World world({.address = "127.0.0.1:0", .path = "/metrics", .connection_limit = 1});
  world.fails = true;
  for (int i = 0; i < 3; ++i) CHECK(world.get("/metrics").empty());
  world.fails = false;
  CHECK_THAT(world.get("/metrics"), Catch::EndsWith("asked 1\n"));
}

TEST_CASE("who is silent is cut off, and there is a limit of connections") {
  World world({.address = "127.0.0.1:0", .path = "/metrics", .connection_limit = 2, .step_limit = std::chrono::milliseconds(50)});
  const UniqueFd first = world.connect(), second = world.connect(), third = world.connect();
  world.loop.run_for(std::chrono::milliseconds(20));
  char byte = 0;
  CHECK(::recv(first.get(), &byte, 1, 0) == 0);  // the one silent the longest
  world.loop.run_for(std::chrono::milliseconds(100));
  CHECK(::recv(second.get(), &byte, 1, 0) == 0);
  CHECK(::recv(third.get(), &byte, 1, 0) == 0);
  CHECK_THAT(world.get("/metrics"), Catch::EndsWith("asked 1\n"));
}

TEST_CASE("a bad address is told") {
  Loop loop;
  for (const char* bad : {"", "9106", "localhost:9106", "127.0.0.1:", "127.0.0.1:70000", "::1:9106", "[::1:9106"})
    CHECK_THROWS_WITH(HttpPage(loop, {.address = bad, .path = "/"}, [] { return ""; }), Catch::Contains("is not IP:PORT"));
  HttpPage taken(loop, {.address = "127.0.0.1:0", .path = "/"}, [] { return ""; });
  CHECK_THROWS_WITH(HttpPage(loop, {.address = taken.address(), .path = "/"}, [] { return ""; }), Catch::Contains("can't listen on 127.0.0.1:"));
  CHECK_THAT(HttpPage(loop, {.address = "[::1]:0", .path = "/"}, [] { return ""; }).address(), Catch::StartsWith("[::1]:"));
}

}  // namespace
}  // namespace halite::wire
