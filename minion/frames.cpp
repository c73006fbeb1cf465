#include "minion/frames.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "common/base/error.h"
#include "common/data/msgpack.h"

namespace halite::minion {
namespace {

constexpr std::uint32_t size_limit_bytes = std::uint32_t{1} << 30;

void send_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw Error(ErrorKind::unavailable, "the other process is gone: {}", errno_text(errno));
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

// The number of bytes read; less than `size` at the end.
std::size_t receive_all(int fd, char* data, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    const auto count = ::recv(fd, data + got, size - got, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  return got;
}

}  // namespace

void send_frame(int fd, const Map& message) {
  const std::string body = to_msgpack(message, MsgpackText::modern);
  if (body.size() > size_limit_bytes) throw Error(ErrorKind::invalid, "a message of {} bytes is too large", body.size());
  const auto size = static_cast<std::uint32_t>(body.size());
  send_all(fd, reinterpret_cast<const char*>(&size), sizeof size);
  send_all(fd, body.data(), body.size());
}

std::optional<Map> receive_frame(int fd) {
  std::uint32_t size = 0;
  if (receive_all(fd, reinterpret_cast<char*>(&size), sizeof size) != sizeof size) return std::nullopt;
  if (size > size_limit_bytes) throw Error(ErrorKind::invalid, "a message of {} bytes is too large", size);
  std::string body(size, '\0');
  if (receive_all(fd, body.data(), size) != size) return std::nullopt;
  return from_msgpack(body).as_map("a message between processes");
}

}  // namespace halite::minion
