#include "common/wire/request_channel.h"

#include "common/base/error.h"

namespace halite::wire {
namespace {

constexpr std::size_t connections_max = 4, idle_connections_max = 1;
constexpr std::size_t answer_frames = 2;  // empty delimiter, payload
// A router on the way may have forgotten a connection that was silent for longer, and what is sent on it is lost.
constexpr auto idle_time_max = std::chrono::seconds(20);

struct IdleSocket {
  Socket socket;
  std::chrono::steady_clock::time_point since;
};

}  // namespace

struct RequestChannel::Impl {
  Impl(Loop& on_loop, SocketContext& context, std::string to, SocketOptions given)
      : loop(on_loop), sockets(context), address(std::move(to)), options(std::move(given)), freed(on_loop) {}

  static Task<std::optional<std::string>> ask(std::shared_ptr<Impl> self, std::string payload, Duration limit);
  Socket take();

  Loop& loop;
  SocketContext& sockets;
  std::string address;
  SocketOptions options;
  WaitPoint freed;
  std::vector<IdleSocket> idle;
  std::size_t in_use = 0;
  bool is_closed = false;
};

// A new connection looks the master's name up again.
Socket RequestChannel::Impl::take() {
  std::erase_if(idle, [now = std::chrono::steady_clock::now()](const IdleSocket& one) { return now - one.since > idle_time_max; });
  if (!idle.empty()) {
    Socket socket = std::move(idle.back().socket);
    idle.pop_back();
    return socket;
  }
  Socket socket(loop, sockets, SocketKind::dealer, options);
  socket.connect(address);
  return socket;
}

Task<std::optional<std::string>> RequestChannel::Impl::ask(std::shared_ptr<Impl> self, std::string payload, Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const auto left = [deadline] { return deadline - std::chrono::steady_clock::now(); };
  while (self->in_use >= connections_max && left() > Duration::zero()) co_await self->freed.wait(left());
  if (self->is_closed) throw Error(ErrorKind::unavailable, "the connection to the master was closed");
  if (self->in_use >= connections_max) co_return std::nullopt;
  ++self->in_use;
  std::optional<std::string> answer;
  {
    Socket socket = self->take();
    const std::vector<std::string> frames{std::string(), std::move(payload)};
    if (socket.send(frames)) {
      auto received = co_await socket.receive_for(left());
      if (received && received->frames.size() == answer_frames) answer = std::move(received->frames.back());
    }
    if (answer && self->idle.size() < idle_connections_max && !self->is_closed) self->idle.push_back({std::move(socket), std::chrono::steady_clock::now()});
  }
  --self->in_use;
  self->freed.notify_all();
  co_return answer;
}

RequestChannel::RequestChannel(Loop& loop, SocketContext& sockets, std::string address, SocketOptions options)
    : impl_(std::make_shared<Impl>(loop, sockets, std::move(address), std::move(options))) {}

Task<std::optional<std::string>> RequestChannel::ask(std::string payload, Duration limit) {
  return Impl::ask(impl_, std::move(payload), limit);
}

void RequestChannel::close() {
  impl_->is_closed = true;
  impl_->idle.clear();
  impl_->freed.notify_all();
}

}  // namespace halite::wire
