#include "common/wire/publisher.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/wire/publication.h"

namespace halite::wire {
namespace {

// A subscription is all that a subscriber may send.
constexpr std::int64_t subscription_limit_bytes = 4096;
constexpr std::size_t topics_limit = 200'000;
constexpr std::size_t topic_size = 40;  // SHA-1 in hexadecimal
// A host that lost its power is noticed within a minute.
constexpr std::chrono::seconds heartbeat{30};

bool is_minion_topic(std::string_view topic) {
  return topic.size() == topic_size && topic.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void note_subscription(Listeners& listeners, const Received& message) {
  const std::string_view frame = message.frames[0];
  if (message.frames.size() != 1 || frame.empty() || !is_minion_topic(frame.substr(1))) return;
  if (listeners.topics.size() >= topics_limit) listeners.is_overrun = true;
  if (listeners.is_overrun) return;
  Listeners::Standing& standing = listeners.topics[std::string(frame.substr(1))];
  if (frame[0] == 1) ++standing.connections;
  else if (standing.connections > 0) --standing.connections;
  const auto now = std::chrono::steady_clock::now();
  if (standing.connections == 2 && frame[0] == 1) listeners.shared_topics[std::string(frame.substr(1))] = now;
  if (standing.connections < 2) listeners.shared_topics.erase(std::string(frame.substr(1)));
  const bool is_there = standing.connections > 0;
  if (is_there != standing.is_there) is_there ? ++listeners.topics_there : --listeners.topics_there;
  standing = {is_there, now, standing.connections};
}

void note_connection(Listeners& listeners, const Received& message) {
  const PeerChange change = peer_change(message);
  if (change.is_there) listeners.connections.insert(change.connection);
  else listeners.connections.erase(change.connection);
}

SocketOptions socket_options(const PublisherOptions& options) {
  SocketOptions result;
  result.send_limit = options.send_limit;
  result.size_limit_bytes = subscription_limit_bytes;
  result.backlog = options.backlog;
  result.ipv6 = options.ipv6;
  result.heartbeat = heartbeat;
  return result;
}

}  // namespace

struct Publisher::Impl {
  Impl(Loop& loop, SocketContext& sockets, Workers& workers, crypto::PrivateKey key, SharedKey& shared, PublisherOptions given)
      : rsa_workers(workers),
        master_key(std::move(key)),
        shared_key(shared),
        options(std::move(given)),
        socket(loop, sockets, SocketKind::publisher, socket_options(options)),
        peers(socket.watch_peers(loop, sockets)),
        address(socket.bind(options.address)),
        turn_changed(loop) {}

  static Task<void> publish(std::shared_ptr<Impl> self, Map load, std::vector<std::string> ids);
  static Task<void> read(std::shared_ptr<Impl> self, Socket Impl::*socket, void (*note)(Listeners&, const Received&));
  static Task<std::string> make(std::shared_ptr<Impl> self, Map load);
  void send(const std::string& payload, const std::vector<std::string>& ids);

  Workers& rsa_workers;
  crypto::PrivateKey master_key;
  SharedKey& shared_key;
  PublisherOptions options;
  Socket socket;
  Socket peers;
  std::string address;
  Listeners listeners;
  bool is_closed = false;
  WaitPoint turn_changed;
  std::uint64_t next_turn = 0, turn = 0;  // serials must leave in order, whatever the workers do
};

// Signs again when the shared key changed meanwhile: the minions may already have the new one.
Task<std::string> Publisher::Impl::make(std::shared_ptr<Impl> self, Map load) {
  for (;;) {
    const std::uint64_t epoch = self->shared_key.epoch();
    load.set("serial", self->shared_key.next_serial());
    auto seal = [load, shared = self->shared_key.current(), master = self->master_key, hash = self->options.signature] {
      return make_publication(load, shared, master, hash);
    };
    std::string payload = co_await self->rsa_workers.run(std::move(seal));
    if (self->shared_key.epoch() == epoch) co_return payload;
  }
}

Task<void> Publisher::Impl::publish(std::shared_ptr<Impl> self, Map load, std::vector<std::string> ids) {
  const std::uint64_t mine = self->next_turn++;
  while (self->turn != mine) co_await self->turn_changed.wait(std::chrono::seconds(10));
  std::exception_ptr failure;
  try {
    const std::string payload = co_await make(self, std::move(load));
    self->send(payload, ids);
  } catch (...) {
    failure = std::current_exception();
  }
  ++self->turn;
  self->turn_changed.notify_all();
  if (failure) std::rethrow_exception(failure);
}

Task<void> Publisher::Impl::read(std::shared_ptr<Impl> self, Socket Impl::*socket, void (*note)(Listeners&, const Received&)) {
  try {
    for (;;) note(self->listeners, co_await ((*self).*socket).receive());
  } catch (const Error&) {
    if (!self->is_closed) throw;
  }
}

void Publisher::Impl::send(const std::string& payload, const std::vector<std::string>& ids) {
  if (!options.zmq_filtering) {
    socket.send({payload});
    return;
  }
  if (ids.empty()) socket.send({std::string(broadcast_topic), payload});
  for (const auto& id : ids) socket.send({topic_of(id), payload});
}

Publisher::Publisher(Loop& loop, SocketContext& sockets, Workers& rsa_workers, crypto::PrivateKey master_key,
                     SharedKey& shared_key, PublisherOptions options)
    : impl_(std::make_shared<Impl>(loop, sockets, rsa_workers, std::move(master_key), shared_key, std::move(options))) {
  loop.spawn("the subscriptions", Impl::read(impl_, &Impl::socket, note_subscription));
  loop.spawn("the listeners", Impl::read(impl_, &Impl::peers, note_connection));
}
Publisher::~Publisher() { close(); }

Task<void> Publisher::publish(Map load, std::vector<std::string> ids) { return Impl::publish(impl_, std::move(load), std::move(ids)); }
const std::string& Publisher::address() const { return impl_->address; }
int Publisher::port() const { return static_cast<int>(parse_int(address().substr(address().rfind(':') + 1)).value_or(0)); }
const Listeners& Publisher::listeners() const { return impl_->listeners; }

void Publisher::close() {
  impl_->is_closed = true;
  impl_->socket.close();
  impl_->peers.close();
}

}  // namespace halite::wire
