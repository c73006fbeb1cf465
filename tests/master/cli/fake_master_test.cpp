#include "tests/master/cli/fake_master.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include <catch2/catch.hpp>

namespace halite {

FakeMaster::FakeMaster(Script script) : script_(std::move(script)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory_.path() + "/" + std::string(control::socket_name);
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener_.get(), 8) == 0);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  stop_read_ = UniqueFd(ends[0]);
  stop_write_ = UniqueFd(ends[1]);
  thread_ = std::thread([this] { serve(); });
}

FakeMaster::~FakeMaster() {
  stop_write_.reset();
  thread_.join();
}

MasterSettings FakeMaster::settings() const {
  MasterSettings settings;
  settings.sock_dir = directory_.path();
  return settings;
}

void FakeMaster::serve() {
  UniqueFd connection;
  std::string buffer;
  for (;;) {
    pollfd waiting[2] = {{stop_read_.get(), POLLIN, 0}, {connection ? connection.get() : listener_.get(), POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 || waiting[0].revents != 0) return;
    if (!connection) {
      connection = UniqueFd(::accept(listener_.get(), nullptr, nullptr));
      buffer.clear();
    } else if (!answer(connection.get(), buffer)) {
      connection.reset();
    }
  }
}

// False when the tool has gone.
bool FakeMaster::answer(int connection, std::string& buffer) {
  char block[65536];
  const ssize_t got = ::recv(connection, block, sizeof block, 0);
  if (got <= 0) return false;
  buffer.append(block, static_cast<std::size_t>(got));
  if (buffer.size() < control::header_size_bytes) return true;
  const std::size_t size = control::header_size_bytes + control::body_size(buffer, control::request_limit_bytes);
  if (buffer.size() < size) return true;
  requests.push_back(control::decode_request(buffer.substr(control::header_size_bytes, size - control::header_size_bytes)));
  buffer.erase(0, size);
  for (const auto& reply : script_(requests.back())) {
    const std::string frame = control::encode(reply);
    if (::send(connection, frame.data(), frame.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frame.size())) return false;
  }
  return true;
}

ToolRun run_tool(ToolCommand command, const CommandLine& table, const FakeMaster& master, const std::vector<std::string>& words,
                 std::optional<std::string> answer, const std::function<void(MasterSettings&)>& change) {
  ToolRun run;
  cli::Screen screen;
  screen.out = [&](std::string_view text) { run.out += text; };
  screen.err = [&](std::string_view text) { run.err += text; };
  screen.ask = [&](std::string_view question) {
    run.out += question;
    return answer;
  };
  screen.read_all = [&] { return answer.value_or(""); };
  MasterSettings settings = master.settings();
  if (change) change(settings);
  run.code = command(screen, settings, parse_options(table, words));
  return run;
}

}  // namespace halite
