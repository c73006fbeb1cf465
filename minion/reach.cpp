#include "minion/reach.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"

namespace halite::minion {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Addresses look_up(const std::string& host, const std::string& port, bool is_udp, IpFamily family) {
  addrinfo hints{};
  hints.ai_family = family == IpFamily::v4 ? AF_INET : family == IpFamily::v6 ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = is_udp ? SOCK_DGRAM : SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) found = nullptr;
  return {found, [](addrinfo* list) {
            if (list) ::freeaddrinfo(list);
          }};
}

std::string text_of(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  if (::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return text.data();
}

bool is_ready(int fd, short events, std::chrono::milliseconds timeout) {
  pollfd waited{.fd = fd, .events = events, .revents = 0};
  return ::poll(&waited, 1, static_cast<int>(timeout.count())) == 1;
}

// Empty when it went well.
std::string try_tcp(int fd, const addrinfo& address, std::chrono::milliseconds timeout) {
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return {};
  if (errno != EINPROGRESS) return errno_text(errno);
  if (!is_ready(fd, POLLOUT, timeout)) return "timed out";
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::string() : errno_text(error);
}

std::string try_udp(int fd, const addrinfo& address, std::chrono::milliseconds timeout) {
  constexpr std::string_view question = "halite asks whether anyone is here";
  if (::connect(fd, address.ai_addr, address.ai_addrlen) != 0) return errno_text(errno);
  if (::send(fd, question.data(), question.size(), MSG_NOSIGNAL) < 0) return errno_text(errno);
  if (!is_ready(fd, POLLIN, timeout)) return "no answer came";
  std::array<char, 256> answer{};
  return ::recv(fd, answer.data(), answer.size(), 0) < 0 ? errno_text(errno) : std::string();
}

}  // namespace

Reached reach(const std::string& host, const std::string& port, bool is_udp, IpFamily family, std::chrono::milliseconds timeout) {
  const auto addresses = look_up(host, port, is_udp, family);
  if (!addresses) return {.is_reached = false, .address = {}, .why_not = "it has no address"};
  const addrinfo& first = *addresses;
  Reached reached{.is_reached = false, .address = text_of(first), .why_not = {}};
  const UniqueFd fd(::socket(first.ai_family, first.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, first.ai_protocol));
  reached.why_not = !fd ? errno_text(errno) : is_udp ? try_udp(fd.get(), first, timeout) : try_tcp(fd.get(), first, timeout);
  reached.is_reached = reached.why_not.empty();
  return reached;
}

void broadcast_datagram(const std::string& address, int port, std::string_view data) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) throw Error(ErrorKind::invalid, "'{}' is no IPv4 address", escape_control(address));
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0 ||
      ::sendto(fd.get(), data.data(), data.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
    throw Error(ErrorKind::unavailable, "sending to {}: {}", address, errno_text(errno));
}

}  // namespace halite::minion
