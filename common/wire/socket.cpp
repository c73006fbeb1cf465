#include "common/wire/socket.h"

#include <zmq.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <set>

#include "common/base/error.h"
#include "common/wire/loop_impl.h"

namespace halite::wire {
namespace {

namespace asio = boost::asio;

constexpr std::size_t frames_limit = 8;
constexpr std::size_t address_limit_bytes = 512;

int zmq_kind(SocketKind kind) {
  switch (kind) {
    case SocketKind::router: return ZMQ_ROUTER;
    case SocketKind::publisher: return ZMQ_XPUB;
    case SocketKind::dealer: return ZMQ_DEALER;
    case SocketKind::subscriber: return ZMQ_SUB;
  }
  return ZMQ_ROUTER;
}

int milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

[[noreturn]] void fail(int error_number, std::string_view doing, std::string_view address) {
  const auto kind = error_number == EACCES ? ErrorKind::denied
                    : error_number == EINVAL || error_number == EPROTONOSUPPORT || error_number == ENODEV ? ErrorKind::invalid
                                                                                                          : ErrorKind::unavailable;
  const std::string_view hint = error_number == EADDRINUSE ? "; another program listens there" : "";
  throw Error(kind, "can't {} {}: {}{}", doing, address, zmq_strerror(error_number), hint);
}

// One libzmq message with an owner.
class Message {
 public:
  Message() { zmq_msg_init(&message_); }
  ~Message() { zmq_msg_close(&message_); }
  Message(const Message&) = delete;
  zmq_msg_t* get() { return &message_; }
  std::string text() { return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)}; }
  bool has_more() const { return zmq_msg_more(&message_) != 0; }
  std::string peer_address() {
    const char* address = zmq_msg_gets(&message_, "Peer-Address");
    return address ? address : "";
  }

 private:
  mutable zmq_msg_t message_;
};

}  // namespace

// Shared with the sockets, for one may outlive its context in a coroutine that is never resumed.
struct SocketContext::OpenSockets {
  std::set<Socket::Impl*> sockets;
};

SocketContext::SocketContext() : handle_(zmq_ctx_new()), open_(std::make_shared<OpenSockets>()) {
  if (!handle_) throw Error(ErrorKind::internal, "libzmq gives no context: {}", zmq_strerror(zmq_errno()));
  zmq_ctx_set(handle_, ZMQ_IO_THREADS, 1);
}

struct Socket::Impl {
  Impl(Loop& loop, SocketContext& context, int zmq_type);
  Impl(Loop& loop, SocketContext& context, SocketKind kind, const SocketOptions& options);
  ~Impl() { close(); }

  template <class T>
  void set(int option, T value) {
    if (zmq_setsockopt(handle, option, &value, sizeof value) != 0)
      throw Error(ErrorKind::internal, "libzmq refuses option {}: {}", option, zmq_strerror(zmq_errno()));
  }
  void close();
  bool try_receive(Received& into);
  Task<bool> receive_until(std::shared_ptr<Impl> self, Received& into, std::optional<std::chrono::steady_clock::time_point> deadline);
  void wake_receiver() { changed.notify_all(); }
  void watch_descriptor(const std::shared_ptr<Impl>& self);

  std::shared_ptr<SocketContext::OpenSockets> open;
  void* handle = nullptr;
  asio::posix::stream_descriptor descriptor;
  WaitPoint changed;
  bool is_watched = false;
};

SocketContext::~SocketContext() {
  const auto sockets = open_->sockets;
  for (Socket::Impl* socket : sockets) socket->close();
  zmq_ctx_term(handle_);
}

Socket::Impl::Impl(Loop& loop, SocketContext& context, int zmq_type)
    : open(context.open_), handle(zmq_socket(context.handle(), zmq_type)), descriptor(context_of(loop)), changed(loop) {
  if (!handle) throw Error(ErrorKind::unavailable, "libzmq gives no socket: {}", zmq_strerror(zmq_errno()));
  int fd = -1;
  std::size_t size = sizeof fd;
  zmq_getsockopt(handle, ZMQ_FD, &fd, &size);
  descriptor.assign(fd);
  open->sockets.insert(this);
}

Socket::Impl::Impl(Loop& loop, SocketContext& context, SocketKind kind, const SocketOptions& options)
    : Impl(loop, context, zmq_kind(kind)) {
  set(ZMQ_LINGER, milliseconds(options.linger));
  set(ZMQ_SNDHWM, options.send_limit);
  set(ZMQ_RCVHWM, options.receive_limit);
  set(ZMQ_MAXMSGSIZE, options.size_limit_bytes);
  set(ZMQ_BACKLOG, options.backlog);
  set(ZMQ_RECONNECT_IVL, milliseconds(options.reconnect_min));
  set(ZMQ_RECONNECT_IVL_MAX, milliseconds(options.reconnect_max));
  set(ZMQ_IPV6, options.ipv6 ? 1 : 0);
  if (options.keepalive_idle_s > 0) {
    set(ZMQ_TCP_KEEPALIVE, 1);
    set(ZMQ_TCP_KEEPALIVE_IDLE, options.keepalive_idle_s);
  }
  if (options.heartbeat > Duration::zero()) {
    set(ZMQ_HEARTBEAT_IVL, milliseconds(options.heartbeat));
    set(ZMQ_HEARTBEAT_TIMEOUT, milliseconds(options.heartbeat));
  }
}

void Socket::Impl::close() {
  if (!handle) return;
  // The descriptor is libzmq's to close.
  descriptor.cancel();
  descriptor.release();
  zmq_close(handle);
  handle = nullptr;
  open->sockets.erase(this);
  wake_receiver();
}

// Reads one whole message without waiting. Frames beyond the limit are read and dropped, so that the next message starts clean.
bool Socket::Impl::try_receive(Received& into) {
  into.frames.clear();
  for (;;) {
    Message message;
    if (zmq_msg_recv(message.get(), handle, ZMQ_DONTWAIT) < 0) {
      if (zmq_errno() == EINTR) continue;
      if (zmq_errno() == EAGAIN) return false;
      fail(zmq_errno(), "receive from", "a socket");
    }
    if (into.frames.size() < frames_limit) into.frames.push_back(message.text());
    if (!message.has_more()) {
      into.peer_address = message.peer_address();
      return true;
    }
  }
}

// One readiness wait at a time; each wakes whoever receives. The callback holds the socket's inside alive.
void Socket::Impl::watch_descriptor(const std::shared_ptr<Impl>& self) {
  if (is_watched) return;
  is_watched = true;
  descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [self](const boost::system::error_code&) {
    self->is_watched = false;
    self->wake_receiver();
  });
}

Task<bool> Socket::Impl::receive_until(std::shared_ptr<Impl> self, Received& into,
                                       std::optional<std::chrono::steady_clock::time_point> deadline) {
  for (;;) {
    if (!self->handle) throw Error(ErrorKind::unavailable, "the socket was closed");
    // Trying comes before waiting: the descriptor only tells of changes since the events were last read.
    if (self->try_receive(into)) co_return true;
    Duration limit = std::chrono::hours(1);
    if (deadline) limit = *deadline - std::chrono::steady_clock::now();
    if (limit <= Duration::zero()) co_return false;
    self->watch_descriptor(self);
    co_await self->changed.wait(limit);
  }
}

Socket::Socket(Loop& loop, SocketContext& context, SocketKind kind, const SocketOptions& options)
    : impl_(std::make_shared<Impl>(loop, context, kind, options)) {}
Socket::~Socket() {
  if (impl_) impl_->close();
}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&& other) noexcept {
  if (impl_ && impl_ != other.impl_) impl_->close();
  impl_ = std::move(other.impl_);
  return *this;
}

std::string Socket::bind(const std::string& address) {
  const std::string wanted = address.ends_with(":0") ? address.substr(0, address.size() - 1) + "*" : address;
  if (zmq_bind(impl_->handle, wanted.c_str()) != 0) fail(zmq_errno(), "listen on", address);
  std::string real(address_limit_bytes, '\0');
  std::size_t size = real.size();
  zmq_getsockopt(impl_->handle, ZMQ_LAST_ENDPOINT, real.data(), &size);
  real.resize(size > 0 ? size - 1 : 0);
  return real;
}

void Socket::connect(const std::string& address) {
  if (zmq_connect(impl_->handle, address.c_str()) != 0) fail(zmq_errno(), "connect to", address);
}

void Socket::subscribe(const std::string& topic) {
  if (zmq_setsockopt(impl_->handle, ZMQ_SUBSCRIBE, topic.data(), topic.size()) != 0) fail(zmq_errno(), "subscribe to", topic);
}

Task<Received> Socket::receive() {
  auto impl = impl_;
  Received received;
  while (!co_await impl->receive_until(impl, received, std::nullopt)) {
  }
  co_return received;
}

Task<std::optional<Received>> Socket::receive_for(Duration limit) {
  auto impl = impl_;
  Received received;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  if (!co_await impl->receive_until(impl, received, deadline)) co_return std::nullopt;
  co_return received;
}

bool Socket::send(const std::vector<std::string>& frames) {
  if (!impl_->handle) return false;
  bool is_sent = true;
  for (std::size_t i = 0; i < frames.size() && is_sent; ++i) {
    const int flags = ZMQ_DONTWAIT | (i + 1 < frames.size() ? ZMQ_SNDMORE : 0);
    int result = 0;
    do result = zmq_send(impl_->handle, frames[i].data(), frames[i].size(), flags);
    while (result < 0 && zmq_errno() == EINTR);
    is_sent = result >= 0;
  }
  // Sending may have used up the descriptor's signal for a message that came in meanwhile.
  impl_->wake_receiver();
  return is_sent;
}

void Socket::close() { impl_->close(); }

}  // namespace halite::wire
