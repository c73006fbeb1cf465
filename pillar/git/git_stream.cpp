// TCP for libgit2 with a deadline.
#include "pillar/git/git_stream.h"

#include <fcntl.h>
#include <git2.h>
#include <git2/sys/stream.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

#include "common/base/error.h"
#include "common/base/unique_fd.h"

namespace halite::pillar {
namespace {

using Clock = std::chrono::steady_clock;

thread_local Clock::time_point deadline_of_thread = Clock::time_point::max();

struct Stream : git_stream {
  std::string host, port;
  UniqueFd socket;
};

int fail(const std::string& text) {
  git_error_set_str(GIT_ERROR_NET, text.c_str());
  return -1;
}

// False when the deadline passes first.
bool wait_for(int fd, short events) {
  for (;;) {
    int timeout_ms = -1;
    if (deadline_of_thread != Clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_of_thread - Clock::now()).count();
      if (left <= 0) return false;
      timeout_ms = static_cast<int>(std::min<std::int64_t>(left, 3'600'000));
    }
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, timeout_ms);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

struct AddressFree {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

UniqueFd connect_to(const addrinfo& address) {
  UniqueFd fd(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return {};
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS || !wait_for(fd.get(), POLLOUT)) return {};
  int result = 0;
  socklen_t size = sizeof result;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &result, &size) != 0 || result != 0) {
    errno = result;
    return {};
  }
  return fd;
}

int stream_connect(git_stream* base) {
  auto& stream = *static_cast<Stream*>(base);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int result = ::getaddrinfo(stream.host.c_str(), stream.port.c_str(), &hints, &list); result != 0)
    return fail("no address for '" + stream.host + "': " + ::gai_strerror(result));
  const std::unique_ptr<addrinfo, AddressFree> held(list);
  for (const auto* at = list; at; at = at->ai_next) {
    errno = ETIMEDOUT;
    if (stream.socket = connect_to(*at); stream.socket) return 0;
  }
  return fail("no connection to " + stream.host + ":" + stream.port + ": " + errno_text(errno));
}

template <class Call>
ssize_t transfer(Stream& stream, short events, const char* doing, Call call) {
  for (;;) {
    const auto done = call();
    if (done >= 0) return done;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
      return fail(std::string(doing) + " " + stream.host + ": " + errno_text(errno));
    if (!wait_for(stream.socket.get(), events)) return fail(stream.host + " took too long to answer");
  }
}

ssize_t stream_read(git_stream* base, void* data, size_t size) {
  auto& stream = *static_cast<Stream*>(base);
  return transfer(stream, POLLIN, "reading from", [&] { return ::recv(stream.socket.get(), data, size, 0); });
}

ssize_t stream_write(git_stream* base, const char* data, size_t size, int) {
  auto& stream = *static_cast<Stream*>(base);
  return transfer(stream, POLLOUT, "writing to", [&] { return ::send(stream.socket.get(), data, size, MSG_NOSIGNAL); });
}

int stream_close(git_stream* base) {
  static_cast<Stream*>(base)->socket.reset();
  return 0;
}

void stream_free(git_stream* base) {
  delete static_cast<Stream*>(base);
}

int make_stream(git_stream** out, const char* host, const char* port) {
  auto stream = std::make_unique<Stream>();
  stream->version = GIT_STREAM_VERSION;
  stream->host = host;
  stream->port = port;
  stream->connect = stream_connect;
  stream->read = stream_read;
  stream->write = stream_write;
  stream->close = stream_close;
  stream->free = stream_free;
  *out = stream.release();
  return 0;
}

}  // namespace

StreamDeadline::StreamDeadline(Clock::time_point deadline) {
  deadline_of_thread = deadline;
}
StreamDeadline::~StreamDeadline() {
  deadline_of_thread = Clock::time_point::max();
}
bool StreamDeadline::passed() const {
  return Clock::now() >= deadline_of_thread;
}

void register_stream() {
  git_stream_registration registration{};
  registration.version = GIT_STREAM_VERSION;
  registration.init = make_stream;
  git_stream_register(GIT_STREAM_STANDARD, &registration);
}

}  // namespace halite::pillar
