#include "common/wire/reachability.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "common/base/error.h"
#include "common/base/unique_fd.h"

namespace halite::wire {
namespace {

constexpr int connect_limit_ms = 1000;

// 0 when the connection stands, else an errno.
int try_connect(const addrinfo& address) {
  const UniqueFd socket(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!socket) return errno;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{socket.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, connect_limit_ms) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

std::string why_no_answer(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::string name = host;
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  const int result = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (result != 0) return fmt::format("the name '{}' does not resolve ({})", host, ::gai_strerror(result));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  int error = 0;
  for (const addrinfo* address = found; address; address = address->ai_next) {
    error = try_connect(*address);
    if (error == 0) return fmt::format("port {} is open, but nothing there answered as a master", port);
  }
  return fmt::format("connecting to port {} fails: {}", port, errno_text(error));
}

}  // namespace halite::wire
