#include "common/wire/publisher.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/wire/publication.h"

namespace halite::wire {
namespace {

// A subscription is all that a subscriber may send.
constexpr std::int64_t subscription_limit_bytes = 4096;

SocketOptions socket_options(const PublisherOptions& options) {
  SocketOptions result;
  result.send_limit = options.send_limit;
  result.size_limit_bytes = subscription_limit_bytes;
  result.backlog = options.backlog;
  result.ipv6 = options.ipv6;
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
        address(socket.bind(options.address)),
        turn_changed(loop) {}

  static Task<void> publish(std::shared_ptr<Impl> self, Map load, std::vector<std::string> ids);
  static Task<std::string> make(std::shared_ptr<Impl> self, Map load);
  void send(const std::string& payload, const std::vector<std::string>& ids);

  Workers& rsa_workers;
  crypto::PrivateKey master_key;
  SharedKey& shared_key;
  PublisherOptions options;
  Socket socket;
  std::string address;
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
    : impl_(std::make_shared<Impl>(loop, sockets, rsa_workers, std::move(master_key), shared_key, std::move(options))) {}
Publisher::~Publisher() { close(); }

Task<void> Publisher::publish(Map load, std::vector<std::string> ids) { return Impl::publish(impl_, std::move(load), std::move(ids)); }
const std::string& Publisher::address() const { return impl_->address; }
int Publisher::port() const { return static_cast<int>(parse_int(address().substr(address().rfind(':') + 1)).value_or(0)); }
void Publisher::close() { impl_->socket.close(); }

}  // namespace halite::wire
