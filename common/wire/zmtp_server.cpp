#include "common/wire/zmtp_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <initializer_list>
#include <list>
#include <new>
#include <thread>
#include <unordered_map>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/loop_impl.h"
#include "common/wire/peer_address.h"

namespace halite::wire {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Time = std::chrono::steady_clock::time_point;

constexpr std::string_view no_memory = "no memory left";  // that request is lost, and its sender asks again
constexpr std::size_t frames_limit = 8;                      // of one message
constexpr std::size_t read_size_bytes = 64u << 10;
constexpr std::size_t large_bytes = 1u << 20;
constexpr std::size_t writes_at_once = 16;
constexpr std::size_t copied_bytes = 16u << 10;  // a smaller payload is copied behind its header rather than sent by itself
constexpr std::size_t opening_limit_bytes = 4096;  // of a frame before READY

void set_option(int descriptor, int level, int name, int value) { ::setsockopt(descriptor, level, name, &value, sizeof value); }

void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

// True for as long as it lives.
class Flagged {
 public:
  explicit Flagged(bool& flag) : flag_(flag) { flag_ = true; }
  ~Flagged() { flag_ = false; }
  Flagged(const Flagged&) = delete;

 private:
  bool& flag_;
};

struct Connection {
  Connection(ZmtpServer::Peer own_id, Tcp::socket own_socket, std::size_t frame_limit_bytes)
      : id(own_id),
        socket(std::move(own_socket)),
        input(frame_limit_bytes),
        came_at(std::chrono::steady_clock::now()),
        heard_at(came_at),
        sent_at(came_at),
        began_at(came_at) {}

  std::size_t partial_bytes() const { return input.buffered() + frames_bytes; }

  const ZmtpServer::Peer id;
  Tcp::socket socket;
  std::string address, origin;
  ZmtpInput input;
  std::vector<std::string> frames;  // of a message whose last frame has not come
  std::size_t frames_bytes = 0;
  std::list<std::shared_ptr<const std::string>> queue;
  std::size_t queued_bytes = 0, sent_of_first = 0;
  std::size_t unanswered = 0;
  Time came_at, heard_at;
  Time sent_at;   // when something of the queue last left, or began to wait
  Time began_at;  // of the message that has arrived in part
  bool is_ready = false, is_gone = false, is_pinged = false, awaits_input = false, awaits_room = false;
};
using Held = std::shared_ptr<Connection>;

}  // namespace

struct ZmtpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(Loop& on_loop, ZmtpServerOptions given, Handlers given_handlers)
      : loop(on_loop),
        options(given),
        handlers(std::move(given_handlers)),
        opening(std::make_shared<const std::string>(zmtp_opening(options.role))),
        acceptor(context_of(loop)),
        sweeper(context_of(loop)),
        buffer(read_size_bytes, '\0') {}

  void listen(const std::string& wanted);
  static Task<void> accept_all(std::shared_ptr<Impl> self);
  static Task<void> sweep_always(std::shared_ptr<Impl> self);
  void welcome(Tcp::socket socket);
  bool has_place_for(const std::string& origin);
  void await_input(const Held& held);
  void read(const Held& held);
  void take_all(const Held& held);
  void take(const Held& held, const ZmtpFrame& frame);
  void take_command(const Held& held, const ZmtpCommand& command);
  void deliver(const Held& held, std::vector<std::string> frames);
  bool queue(const Held& held, std::initializer_list<std::shared_ptr<const std::string>> parts);
  void flush(const Held& held);
  bool flush_some(const Held& held);
  void sweep();
  void resume(const Held& held);
  void cut_off(const Held& held, std::string_view why);
  void drop(const Held& held);
  bool is_congested(const Connection& of) const;
  void count_partial(const Held& held, std::size_t before);
  Held oldest_large_partial() const;

  Loop& loop;
  const ZmtpServerOptions options;
  Handlers handlers;
  const std::shared_ptr<const std::string> opening;
  Tcp::acceptor acceptor;
  asio::steady_timer sweeper;
  std::string buffer;  // for everybody's reading
  std::string address;
  std::unordered_map<Peer, Held> peers;
  std::unordered_map<std::string, std::size_t> origins;  // of the connections, and how many each has
  Peer next = 1;
  std::size_t partial_bytes = 0;
  ZmtpCounters counters;
  bool is_paused = false, is_closed = false, is_accepting = false;
};

void ZmtpServer::Impl::listen(const std::string& wanted) {
  const Tcp::endpoint endpoint = endpoint_to_listen_on(wanted);
  boost::system::error_code error;
  acceptor.open(endpoint.protocol());
  close_on_exec(acceptor.native_handle());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(!options.ipv6));
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(options.backlog, error);
  if (error) {
    const std::string_view hint = error == boost::system::errc::address_in_use ? "; another program listens there" : "";
    const auto kind = error == boost::system::errc::permission_denied ? ErrorKind::denied : ErrorKind::unavailable;
    throw Error(kind, "can't listen on {}: {}{}", wanted, error.message(), hint);
  }
  const auto real = acceptor.local_endpoint();
  const std::string host = real.address().to_string();
  address = fmt::format("tcp://{}:{}", real.address().is_v6() ? "[" + host + "]" : host, real.port());
}

Task<void> ZmtpServer::Impl::accept_all(std::shared_ptr<Impl> self) {
  const Flagged accepting(self->is_accepting);
  bool is_told = false;
  while (!self->is_closed) {
    Tcp::socket socket(context_of(self->loop));
    const auto error = co_await accept_next(self->acceptor, socket);
    if (self->is_closed) co_return;
    if (!error) {
      is_told = false;
      try {
        self->welcome(std::move(socket));
      } catch (const std::bad_alloc&) {
        log::error("{}: there is {} for one more connection", self->address, no_memory);
      }
    } else if (error != boost::system::errc::connection_aborted) {
      // No descriptors left, most often: some may be free soon.
      if (!is_told) log::error("{}: can't take a connection: {} ({} are open)", self->address, error.message(), self->peers.size());
      is_told = true;
      co_await sleep_for(std::chrono::milliseconds(200));
    }
  }
}

void ZmtpServer::Impl::welcome(Tcp::socket socket) {
  boost::system::error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const std::string origin = origin_of(remote.address());
  if (!has_place_for(origin)) return;  // closed by its destructor
  const int descriptor = socket.native_handle();
  close_on_exec(descriptor);
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, options.keepalive_idle_s);
  const auto held = std::make_shared<Connection>(next++, std::move(socket), std::min(options.frame_limit_bytes, opening_limit_bytes));
  held->address = address_text(remote.address());
  held->origin = origin;
  peers.emplace(held->id, held);
  ++origins[origin];
  ++counters.accepted;
  queue(held, {opening});
  await_input(held);
}

bool ZmtpServer::Impl::has_place_for(const std::string& origin) {
  if (options.connection_limit == 0 || peers.size() < options.connection_limit) return true;
  const auto has_fewer = [](const auto& one, const auto& other) { return one.second < other.second; };
  const auto most = std::max_element(origins.begin(), origins.end(), has_fewer);
  const auto own = origins.find(origin);
  if (most == origins.end() || most->second <= (own == origins.end() ? 0 : own->second) + 1) {
    ++counters.turned_away;
    return false;
  }
  Held youngest;
  for (const auto& [id, held] : peers)
    if (held->origin == most->first && (!youngest || id > youngest->id)) youngest = held;
  cut_off(youngest, "its address has the most connections, and another needs a place");
  return true;
}

// A router's peer that takes no replies, or has many requests open, is not listened to until it has caught up.
bool ZmtpServer::Impl::is_congested(const Connection& of) const {
  return options.role == ZmtpRole::router && (of.unanswered >= options.unanswered_limit || of.queue.size() >= options.unanswered_limit || of.queued_bytes >= options.send_limit_bytes);
}

void ZmtpServer::Impl::await_input(const Held& held) {
  if (held->awaits_input || held->is_gone || is_paused || is_congested(*held)) return;
  held->socket.async_wait(Tcp::socket::wait_read, [self = shared_from_this(), held](const boost::system::error_code& error) {
    held->awaits_input = false;
    if (!error && !held->is_gone && !self->is_paused) self->read(held);
  });
  held->awaits_input = true;  // not when that found no memory: the sweep tries again
}

void ZmtpServer::Impl::read(const Held& held) {
  const ssize_t got = ::recv(held->socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got == 0) return drop(held);
  if (got < 0 && errno != EAGAIN && errno != EINTR) return drop(held);
  if (got > 0) {
    held->heard_at = std::chrono::steady_clock::now();
    held->is_pinged = false;
    const std::size_t before = held->input.buffered();
    if (held->partial_bytes() == 0) held->began_at = held->heard_at;
    try {
      held->input.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
      count_partial(held, before);
      take_all(held);
    } catch (const std::bad_alloc&) {
      cut_off(held, no_memory);
    }
  }
  await_input(held);
}

void ZmtpServer::Impl::count_partial(const Held& held, std::size_t before) {
  partial_bytes += held->input.buffered();
  partial_bytes -= before;
  while (partial_bytes > options.partial_limit_bytes) {
    const Held oldest = oldest_large_partial();
    if (!oldest) return;
    cut_off(oldest, "too much has arrived in part, and this has been on its way the longest");
  }
}

Held ZmtpServer::Impl::oldest_large_partial() const {
  Held oldest;
  for (const auto& [id, held] : peers)
    if (held->partial_bytes() > large_bytes && (!oldest || held->began_at < oldest->began_at)) oldest = held;
  return oldest;
}

void ZmtpServer::Impl::take_all(const Held& held) {
  try {
    while (!held->is_gone && !is_paused && !is_congested(*held)) {
      const std::size_t before = held->input.buffered();
      const auto frame = held->input.next();
      partial_bytes -= before - held->input.buffered();
      if (!frame) break;
      take(held, *frame);
    }
    if (!held->is_gone) held->input.trim();
  } catch (const Error& error) {
    cut_off(held, error.what());
  } catch (const std::bad_alloc&) {
    cut_off(held, no_memory);
  }
}

void ZmtpServer::Impl::take(const Held& held, const ZmtpFrame& frame) {
  if (frame.is_command) return take_command(held, zmtp_command(frame.body));
  if (!held->is_ready) throw Error(ErrorKind::invalid, "a message comes before READY");
  // Frames beyond the limit are dropped, so that the next message starts clean.
  if (held->frames.size() < frames_limit) {
    held->frames_bytes += frame.body.size();
    partial_bytes += frame.body.size();
    if (held->frames_bytes > options.frame_limit_bytes) throw Error(ErrorKind::invalid, "a message has more than {} bytes", options.frame_limit_bytes);
    held->frames.emplace_back(frame.body);
  }
  if (frame.has_more) return;
  partial_bytes -= std::exchange(held->frames_bytes, 0);
  held->began_at = held->heard_at;
  deliver(held, std::exchange(held->frames, {}));
}

void ZmtpServer::Impl::take_command(const Held& held, const ZmtpCommand& command) {
  if (!held->is_ready) {
    if (command.name != "READY") throw Error(ErrorKind::invalid, "a command '{}' comes before READY", escape_control(command.name));
    const std::string type = zmtp_socket_type(command.data);
    if (!zmtp_fits(options.role, type)) throw Error(ErrorKind::invalid, "a socket of type '{}' has no business here", escape_control(type));
    held->is_ready = true;
    held->input.set_frame_limit(options.frame_limit_bytes);
    handlers.came(held->id);
  } else if (command.name == "PING") {
    queue(held, {std::make_shared<const std::string>(zmtp_pong(command.data))});
  } else if (options.role == ZmtpRole::publisher && (command.name == "SUBSCRIBE" || command.name == "CANCEL")) {
    deliver(held, {std::string(1, command.name == "SUBSCRIBE" ? '\1' : '\0') + std::string(command.data)});
  } else if (command.name != "PONG") {
    throw Error(ErrorKind::invalid, "there is no command '{}' here", escape_control(command.name));
  }
}

void ZmtpServer::Impl::deliver(const Held& held, std::vector<std::string> frames) {
  if (options.role == ZmtpRole::router) ++held->unanswered;
  handlers.message(held->id, {std::move(frames), held->address});
}

// Parts of one message; false when it is dropped. The connection may be gone afterwards.
bool ZmtpServer::Impl::queue(const Held& held, std::initializer_list<std::shared_ptr<const std::string>> parts) {
  if (held->queue.size() >= options.send_limit) {
    ++counters.dropped;
    return false;
  }
  if (held->queue.empty()) held->sent_at = std::chrono::steady_clock::now();
  for (const auto& bytes : parts) {
    held->queued_bytes += bytes->size();
    held->queue.push_back(bytes);
  }
  if (!held->awaits_room) flush(held);
  return true;
}

void ZmtpServer::Impl::flush(const Held& held) {
  const bool was_congested = is_congested(*held);
  while (!held->queue.empty() && flush_some(held)) {
  }
  if (held->is_gone) return;
  if (!held->queue.empty()) {
    held->socket.async_wait(Tcp::socket::wait_write, [self = shared_from_this(), held](const boost::system::error_code& error) {
      held->awaits_room = false;
      if (!error && !held->is_gone) self->flush(held);
    });
    held->awaits_room = true;
  }
  if (was_congested && !is_congested(*held)) resume(held);
}

// In a turn of the loop of its own: we may be inside the taking of another message.
void ZmtpServer::Impl::resume(const Held& held) {
  loop.post([self = shared_from_this(), held] {
    if (held->is_gone) return;
    self->take_all(held);
    self->await_input(held);
  });
}

// False when there is no more room, or nobody there.
bool ZmtpServer::Impl::flush_some(const Held& held) {
  std::array<iovec, writes_at_once> parts;
  std::size_t count = 0;
  for (const auto& bytes : held->queue) {
    if (count == parts.size()) break;
    const std::size_t skip = count == 0 ? held->sent_of_first : 0;
    parts[count++] = {const_cast<char*>(bytes->data()) + skip, bytes->size() - skip};
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(held->socket.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno == EINTR) return true;
  if (sent < 0 && errno == EAGAIN) return false;
  if (sent < 0) {
    drop(held);
    return false;
  }
  held->sent_at = std::chrono::steady_clock::now();
  held->queued_bytes -= static_cast<std::size_t>(sent);
  held->sent_of_first += static_cast<std::size_t>(sent);
  while (!held->queue.empty() && held->sent_of_first >= held->queue.front()->size()) {
    held->sent_of_first -= held->queue.front()->size();
    held->queue.pop_front();
  }
  return true;
}

Task<void> ZmtpServer::Impl::sweep_always(std::shared_ptr<Impl> self) {
  while (!self->is_closed) {
    self->sweeper.expires_after(self->options.sweep_interval);
    boost::system::error_code error;
    try {
      co_await self->sweeper.async_wait(asio::redirect_error(asio::use_awaitable, error));
      if (!self->is_closed) self->sweep();
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // nothing else could go on either
    }
  }
}

void ZmtpServer::Impl::sweep() {
  // It ended for want of memory.
  if (!is_accepting) loop.spawn("connections", accept_all(shared_from_this()));
  const Time now = std::chrono::steady_clock::now();
  std::vector<Held> silent, slow, late, quiet, stuck, unheard;
  for (const auto& [id, held] : peers) {
    const bool can_be_asked = options.heartbeat > Duration::zero() && held->is_ready && held->input.peer_minor() >= 1;
    if (!held->is_ready && now - held->came_at > options.handshake_limit) late.push_back(held);
    else if (!held->queue.empty() && now - held->sent_at > options.stall_limit) slow.push_back(held);
    else if (held->partial_bytes() > 0 && held->awaits_input && now - held->heard_at > options.stall_limit) stuck.push_back(held);
    else if (can_be_asked && now - held->heard_at > 2 * options.heartbeat) silent.push_back(held);
    else if (can_be_asked && !held->is_pinged && now - held->heard_at > options.heartbeat) quiet.push_back(held);
  }
  // Those whose waiting found no memory.
  for (const auto& [id, held] : peers)
    if (!held->awaits_input && !is_paused && !is_congested(*held)) unheard.push_back(held);
  for (const auto& held : unheard) resume(held);
  for (const auto& held : stuck) cut_off(held, "it stops in the middle of a message");
  for (const auto& held : late) cut_off(held, "it does not say what it is");
  for (const auto& held : slow) cut_off(held, "it takes nothing of what waits for it");
  for (const auto& held : silent) cut_off(held, "it is silent");
  const auto ping = std::make_shared<const std::string>(zmtp_ping());
  for (const auto& held : quiet) {
    held->is_pinged = true;
    if (held->queue.empty()) queue(held, {ping});
  }
}

void ZmtpServer::Impl::cut_off(const Held& held, std::string_view why) {
  if (held->is_gone) return;
  log::info("{}: {} is cut off: {}", address, held->address, why);
  ++counters.cut_off;
  drop(held);
}

void ZmtpServer::Impl::drop(const Held& held) {
  if (std::exchange(held->is_gone, true)) return;
  partial_bytes -= held->partial_bytes();
  if (const auto origin = origins.find(held->origin); origin != origins.end() && --origin->second == 0) origins.erase(origin);
  boost::system::error_code ignored;
  held->socket.close(ignored);
  held->queue.clear();
  peers.erase(held->id);
  if (held->is_ready && !is_closed) handlers.left(held->id);
}

ZmtpServer::ZmtpServer(Loop& loop, ZmtpServerOptions options, std::string address, Handlers handlers)
    : impl_(std::make_shared<Impl>(loop, options, std::move(handlers))) {
  impl_->listen(address);
}
ZmtpServer::~ZmtpServer() { close(); }

void ZmtpServer::start() {
  impl_->loop.spawn("connections", Impl::accept_all(impl_));
  impl_->loop.spawn("silent connections", Impl::sweep_always(impl_));
}

void ZmtpServer::close() {
  impl_->is_closed = true;
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->sweeper.cancel();
  const auto peers = impl_->peers;
  for (const auto& [id, held] : peers) impl_->drop(held);
}

const std::string& ZmtpServer::address() const { return impl_->address; }

bool ZmtpServer::send(Peer peer, std::shared_ptr<const std::string> bytes) {
  const auto found = impl_->peers.find(peer);
  if (found == impl_->peers.end()) return false;
  const Held held = found->second;
  return impl_->queue(held, {std::move(bytes)});
}

bool ZmtpServer::reply(Peer peer, std::string payload) {
  const auto found = impl_->peers.find(peer);
  if (found == impl_->peers.end()) return false;
  const Held held = found->second;
  const bool was_congested = impl_->is_congested(*held);
  if (held->unanswered > 0) --held->unanswered;
  bool is_sent = false;
  if (payload.size() < copied_bytes) {
    is_sent = impl_->queue(held, {std::make_shared<const std::string>(zmtp_request(payload))});
  } else {
    const auto head = std::make_shared<const std::string>(zmtp_request_head(payload.size()));
    is_sent = impl_->queue(held, {head, std::make_shared<const std::string>(std::move(payload))});
  }
  if (was_congested) impl_->resume(held);
  return is_sent;
}

void ZmtpServer::drop(Peer peer) {
  const auto found = impl_->peers.find(peer);
  if (found == impl_->peers.end()) return;
  const Held held = found->second;
  impl_->drop(held);
}

void ZmtpServer::pause() { impl_->is_paused = true; }

void ZmtpServer::go_on() {
  if (!std::exchange(impl_->is_paused, false)) return;
  // Should there be no memory for that, the sweep finds whom nobody listens to.
  try {
    impl_->loop.post([impl = impl_] {
      const auto peers = impl->peers;
      for (const auto& [id, held] : peers) {
        if (held->is_gone || impl->is_paused) continue;
        impl->take_all(held);
        impl->await_input(held);
      }
    });
  } catch (const std::bad_alloc&) {
  }
}

std::size_t ZmtpServer::connections() const { return impl_->peers.size(); }
const ZmtpCounters& ZmtpServer::counters() const { return impl_->counters; }

}  // namespace halite::wire
