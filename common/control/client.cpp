#include "common/control/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace halite::control {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw Error(ErrorKind::invalid, "the socket path {} is longer than the {} bytes a socket may have", path, sizeof address.sun_path - 1);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

std::string user_behind_sudo() {
  const char* user = std::getenv("SUDO_USER");
  return ::geteuid() == 0 && user && std::string_view(user) != "root" ? user : "";
}

[[noreturn]] void fail_to_connect(int error_number, const std::string& path) {
  if (error_number == ENOENT || error_number == ECONNREFUSED)
    throw Error(ErrorKind::unavailable, "no master listens on {}; is halite-master running on this machine?", path);
  if (error_number == EACCES || error_number == EPERM)
    throw Error(ErrorKind::denied, "this user may not talk to the master at {}; try as root, or as a user it names", path);
  throw system_error(error_number, fmt::format("connecting to the master at {}", path));
}

}  // namespace

Client::Client(const std::string& socket_path) : path_(socket_path), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_) throw system_error(errno, "making a socket");
  const sockaddr_un address = address_of(path_);
  while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    if (errno != EINTR) fail_to_connect(errno, path_);
}

void Client::send(std::string command, Map arguments) {
  const std::string frame = encode(Request{std::move(command), std::move(arguments), user_behind_sudo()});
  for (std::size_t at = 0; at < frame.size();) {
    const ssize_t sent = ::send(socket_.get(), frame.data() + at, frame.size() - at, MSG_NOSIGNAL);
    if (sent > 0) at += static_cast<std::size_t>(sent);
    // A master that turns us away says why before it closes: that reply is still to be read.
    else if (errno == EPIPE || errno == ECONNRESET) return;
    else if (errno != EINTR) throw system_error(errno, fmt::format("talking to the master at {}", path_));
  }
}

// Reads until that many bytes are there; false when the deadline comes first.
bool Client::fill(std::size_t wanted_bytes, std::optional<Clock::time_point> deadline) {
  constexpr std::size_t block_bytes = std::size_t{64} << 10;
  while (buffer_.size() < wanted_bytes) {
    int wait_ms = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      wait_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
    }
    pollfd waiting{socket_.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, wait_ms);
    if (ready == 0) return false;
    if (ready < 0 && errno != EINTR) throw system_error(errno, fmt::format("waiting for the master at {}", path_));
    if (ready < 0) continue;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + block_bytes);
    const ssize_t got = ::recv(socket_.get(), buffer_.data() + before, block_bytes, 0);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0 || (got < 0 && errno == ECONNRESET))
      throw Error(ErrorKind::unavailable, "the master at {} closed the connection before it had answered", path_);
    if (got < 0 && errno != EINTR) throw system_error(errno, fmt::format("reading from the master at {}", path_));
  }
  return true;
}

std::optional<Reply> Client::next(std::chrono::milliseconds limit) {
  std::optional<Clock::time_point> deadline;
  if (limit.count() >= 0) deadline = Clock::now() + limit;
  if (!fill(header_size_bytes, deadline)) return std::nullopt;
  const std::size_t size = header_size_bytes + body_size(buffer_, reply_limit_bytes);
  if (!fill(size, deadline)) return std::nullopt;
  Reply reply = decode_reply(std::string_view(buffer_).substr(header_size_bytes, size - header_size_bytes));
  buffer_.erase(0, size);
  return reply;
}

Value Client::call(std::string command, Map arguments, const std::function<void(const Value&)>& on_event,
                   std::chrono::milliseconds limit) {
  const std::string name = command;
  send(std::move(command), std::move(arguments));
  for (;;) {
    const auto reply = next(limit);
    if (!reply) throw Error(ErrorKind::timeout, "the master at {} did not answer '{}' within {} ms", path_, name, limit.count());
    if (const auto* result = std::get_if<Result>(&*reply)) return result->value;
    if (const auto* failure = std::get_if<Failure>(&*reply)) throw failure->error;
    if (on_event) on_event(std::get<Event>(*reply).value);
  }
}

}  // namespace halite::control
