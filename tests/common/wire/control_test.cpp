#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "common/control/client.h"
#include "common/wire/control_server.h"

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/halite-control-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

Task<Value> answer(Caller caller, std::string command, Map arguments, ControlEvents& events) {
  if (command == "who") co_return Map{{"uid", static_cast<std::int64_t>(caller.uid)}, {"pid", caller.pid}, {"user", caller.user},
                                     {"behind", caller.behind}};
  if (command == "echo") co_return arguments;
  if (command == "count") {
    for (int i = 1; i <= 3; ++i) {
      Value event = i;
      co_await events.send(std::move(event));
    }
    co_return "done";
  }
  Error error(ErrorKind::not_found, "no command '{}'", command);
  error.add_frame("looking at the table");
  throw error;
}

// A server on its own thread, as the master has it.
class Served {
 public:
  explicit Served(ControlServerOptions options) : server_(loop_, std::move(options), answer) {
    server_.start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Served() {
    loop_.post([this] { server_.close(); });
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }

 private:
  Loop loop_;
  ControlServer server_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a tool's request is answered, and the kernel says who asked") {
  Folder folder;
  const Served served({.path = folder.file("control.sock")});
  control::Client client(folder.file("control.sock"));
  const Value who = client.call("who", {});
  CHECK(*who.find("uid") == Value(static_cast<std::int64_t>(::getuid())));
  CHECK(*who.find("pid") == Value(::getpid()));
  const Map arguments{{"text", "grüße"}, {"list", List{1, 2.5, true}}, {"nothing", Value()}};
  CHECK(client.call("echo", arguments) == Value(arguments));
  const Map large{{"blob", std::string(3 << 20, 'x')}};
  CHECK(client.call("echo", large) == Value(large));
}

TEST_CASE("events come before the result, in order") {
  Folder folder;
  const Served served({.path = folder.file("control.sock")});
  control::Client client(folder.file("control.sock"));
  List events;
  CHECK(client.call("count", {}, [&](const Value& event) { events.push_back(event); }) == Value("done"));
  CHECK(events == List{1, 2, 3});
}

TEST_CASE("an error travels with its kind, message and frames") {
  Folder folder;
  const Served served({.path = folder.file("control.sock")});
  control::Client client(folder.file("control.sock"));
  try {
    client.call("nonsense", {});
    FAIL("no error came");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK(error.message() == "no command 'nonsense'");
    CHECK(error.frames() == std::vector<std::string>{"looking at the table"});
  }
  CHECK(client.call("echo", {}) == Value(Map{}));  // the connection is still good
}

TEST_CASE("the socket is the owner's alone, and a second master is refused") {
  Folder folder;
  const std::string path = folder.file("control.sock");
  {
    const Served served({.path = path});
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    Loop loop;
    CHECK_THROWS_WITH(ControlServer(loop, {.path = path}, answer), Catch::Contains("another master"));
  }
  CHECK_THROWS_WITH(control::Client(path), Catch::Contains("is halite-master running"));
}

TEST_CASE("a socket file left by a killed master is replaced") {
  Folder folder;
  const std::string path = folder.file("control.sock");
  {
    Loop loop;
    ControlServer stale(loop, {.path = path}, answer);
    ::rename(path.c_str(), folder.file("kept").c_str());
  }
  ::rename(folder.file("kept").c_str(), path.c_str());
  const Served served({.path = path});
  CHECK(control::Client(path).call("echo", {}) == Value(Map{}));
}

TEST_CASE("who became root by sudo is named; others can't name anybody") {
  Folder folder;
  const Served served({.path = folder.file("control.sock")});
  control::Client client(folder.file("control.sock"));
  ::setenv("SUDO_USER", "alice", 1);
  CHECK(*client.call("who", {}).find("behind") == Value(::geteuid() == 0 ? "alice" : ""));
  ::setenv("SUDO_USER", "al\x1b[2Jice", 1);
  CHECK(*client.call("who", {}).find("behind") == Value(""));
  ::unsetenv("SUDO_USER");
  CHECK(*client.call("who", {}).find("behind") == Value(""));
}

TEST_CASE("callers beyond the limit are told so") {
  Folder folder;
  const Served served({.path = folder.file("control.sock"), .connection_limit = 1});
  control::Client first(folder.file("control.sock"));
  CHECK(first.call("echo", {}) == Value(Map{}));
  control::Client second(folder.file("control.sock"));
  CHECK_THROWS_WITH(second.call("echo", {}), Catch::Contains("already serves 1"));
}

TEST_CASE("a caller that does not finish its request is cut off; nonsense is answered and cut off") {
  Folder folder;
  const Served served({.path = folder.file("control.sock"), .request_limit = 20ms});
  control::Client slow(folder.file("control.sock"));
  const std::string half("\0\0\0\x10" "half", 8);
  REQUIRE(::send(slow.descriptor(), half.data(), half.size(), 0) == 8);
  CHECK_THROWS_WITH(slow.next(5s), Catch::Contains("closed the connection"));
  for (const std::string& nonsense : {std::string("\xff\xff\xff\xff", 4), std::string("\0\0\0\1\xc1", 5), std::string("\0\0\0\1\x80", 5)}) {
    control::Client rude(folder.file("control.sock"));
    REQUIRE(::send(rude.descriptor(), nonsense.data(), nonsense.size(), 0) > 0);
    const auto reply = rude.next(5s);
    REQUIRE(reply);
    CHECK(std::get<control::Failure>(*reply).error.kind() != ErrorKind::internal);
    CHECK_THROWS_AS(rude.next(5s), Error);
  }
}

TEST_CASE("a wait with a limit ends without a reply") {
  Folder folder;
  const Served served({.path = folder.file("control.sock")});
  control::Client client(folder.file("control.sock"));
  CHECK_FALSE(client.next(5ms));
}

}  // namespace halite::wire
