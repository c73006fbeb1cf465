#include "common/wire/publisher.h"

#include <algorithm>
#include <functional>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/wire/publication.h"

namespace halite::wire {
namespace {

// A subscription is all that a subscriber may send: its topics take 4 KiB at most, as much as a socket does.
constexpr std::size_t subscription_limit_bytes = 512, subscriptions_limit = 64, topics_limit_bytes = 4096;
constexpr std::size_t topics_limit = 200'000;
constexpr std::size_t topic_size = 40;  // SHA-1 in hexadecimal
// A host that lost its power is noticed within a minute, and firewalls on the way see traffic.
constexpr std::chrono::seconds heartbeat{25};
constexpr int keepalive_idle_s = 60;  // for peers that know no heartbeat

using Topics = std::vector<std::string>;  // of one subscriber

constexpr auto to_all = [](const Topics&) { return true; };

bool is_minion_topic(std::string_view topic) {
  return topic.size() == topic_size && topic.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void note_topic(Listeners& listeners, const std::string& topic, bool is_coming) {
  // Those that nobody listens to any more say least: a stranger may have named them.
  if (listeners.topics.size() >= topics_limit) std::erase_if(listeners.topics, [](const auto& entry) { return !entry.second.is_there; });
  if (listeners.topics.size() >= topics_limit) listeners.is_overrun = true;
  if (listeners.is_overrun) return;
  ++listeners.changes;
  Listeners::Standing& standing = listeners.topics[topic];
  if (is_coming) ++standing.connections;
  else if (standing.connections > 0) --standing.connections;
  const auto now = std::chrono::steady_clock::now();
  if (standing.connections == 2 && is_coming) listeners.shared_topics[topic] = now;
  if (standing.connections < 2) listeners.shared_topics.erase(topic);
  const bool is_there = standing.connections > 0;
  if (is_there != standing.is_there) is_there ? ++listeners.topics_there : --listeners.topics_there;
  standing = {is_there, now, standing.connections};
}

ZmtpServerOptions server_options(const PublisherOptions& options) {
  ZmtpServerOptions result;
  result.role = ZmtpRole::publisher;
  result.send_limit = static_cast<std::size_t>(options.send_limit);
  result.frame_limit_bytes = subscription_limit_bytes;
  result.backlog = options.backlog;
  result.connection_limit = options.connection_limit;
  result.ipv6 = options.ipv6;
  result.heartbeat = heartbeat;
  result.keepalive_idle_s = keepalive_idle_s;
  return result;
}

}  // namespace

struct Publisher::Impl {
  Impl(Loop& loop, Workers& workers, crypto::PrivateKey key, SharedKey& shared, PublisherOptions given)
      : rsa_workers(workers),
        master_key(std::move(key)),
        shared_key(shared),
        options(std::move(given)),
        server(loop, server_options(options), options.address,
               {.came = [this](ZmtpServer::Peer peer) { come(peer); },
                .left = [this](ZmtpServer::Peer peer) { leave(peer); },
                .message = [this](ZmtpServer::Peer peer, ZmtpServer::Message message) { note_subscription(peer, message); }}),
        turn_changed(loop) {}

  static Task<void> publish(std::shared_ptr<Impl> self, Map load, std::vector<std::string> ids);
  static Task<std::string> make(std::shared_ptr<Impl> self, Map load);
  void send(const std::string& payload, const std::vector<std::string>& ids);
  void send_message(const std::vector<std::string_view>& frames, const std::function<bool(const Topics&)>& may_have_it);
  void come(ZmtpServer::Peer peer);
  void leave(ZmtpServer::Peer peer);
  void note_subscription(ZmtpServer::Peer peer, const ZmtpServer::Message& message);

  Workers& rsa_workers;
  crypto::PrivateKey master_key;
  SharedKey& shared_key;
  PublisherOptions options;
  ZmtpServer server;
  std::map<ZmtpServer::Peer, Topics> subscriptions;  // of everyone who is there
  Listeners listeners;
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

void Publisher::Impl::come(ZmtpServer::Peer peer) {
  subscriptions[peer] = {};
  ++listeners.connections;
}

void Publisher::Impl::leave(ZmtpServer::Peer peer) {
  for (const auto& topic : subscriptions[peer])
    if (is_minion_topic(topic)) note_topic(listeners, topic, false);
  subscriptions.erase(peer);
  --listeners.connections;
}

// The same topic may be subscribed to several times, and counts once.
void Publisher::Impl::note_subscription(ZmtpServer::Peer peer, const ZmtpServer::Message& message) {
  const std::string& frame = message.frames[0];
  if (message.frames.size() != 1 || frame.empty() || static_cast<unsigned char>(frame[0]) > 1) return server.drop(peer);
  Topics& topics = subscriptions[peer];
  const std::string topic = frame.substr(1);
  const auto known = std::find(topics.begin(), topics.end(), topic);
  const bool is_coming = frame[0] == 1;
  if (is_coming == (known != topics.end())) return;
  std::size_t bytes = topic.size();
  for (const auto& other : topics) bytes += other.size();
  if (!is_coming) topics.erase(known);
  else if (topics.size() >= subscriptions_limit || bytes > topics_limit_bytes) return server.drop(peer);
  else topics.push_back(topic);
  if (is_minion_topic(topic)) note_topic(listeners, topic, is_coming);
}

void Publisher::Impl::send(const std::string& payload, const std::vector<std::string>& ids) {
  if (options.zmq_filtering) {
    if (ids.empty()) send_message({broadcast_topic, payload}, to_all);
    for (const auto& id : ids) send_message({topic_of(id), payload}, to_all);
    return;
  }
  if (ids.empty() || ids.size() >= subscriptions.size()) return send_message({payload}, to_all);
  // A connection that has said which minion it is gets no job of others: with ten thousand of them, a job for one costs one message,
  // and nobody else sees it. Who has said nothing, as Salt's minions do, gets all of them and decides by itself.
  std::set<std::string> meant;
  for (const auto& id : ids) meant.insert(topic_of(id));
  send_message({payload}, [&meant](const Topics& topics) {
    const auto is_meant = [&meant](const std::string& topic) { return meant.contains(topic); };
    return std::none_of(topics.begin(), topics.end(), is_minion_topic) || std::any_of(topics.begin(), topics.end(), is_meant);
  });
}

// To those who subscribe to a beginning of the first frame, one copy for all of them, as far as `may_have_it` says so of what
// they subscribe to.
void Publisher::Impl::send_message(const std::vector<std::string_view>& frames, const std::function<bool(const Topics&)>& may_have_it) {
  const auto bytes = std::make_shared<const std::string>(zmtp_message(frames));
  const auto wants = [&](const std::string& topic) { return frames[0].starts_with(topic); };
  std::vector<ZmtpServer::Peer> peers;
  for (const auto& [peer, topics] : subscriptions)
    if (std::any_of(topics.begin(), topics.end(), wants) && may_have_it(topics)) peers.push_back(peer);
  for (const auto peer : peers) server.send(peer, bytes);
}

Publisher::Publisher(Loop& loop, Workers& rsa_workers, crypto::PrivateKey master_key, SharedKey& shared_key, PublisherOptions options)
    : impl_(std::make_shared<Impl>(loop, rsa_workers, std::move(master_key), shared_key, std::move(options))) {
  impl_->server.start();
}
Publisher::~Publisher() { close(); }

Task<void> Publisher::publish(Map load, std::vector<std::string> ids) { return Impl::publish(impl_, std::move(load), std::move(ids)); }
const std::string& Publisher::address() const { return impl_->server.address(); }
const ZmtpServer& Publisher::connections() const { return impl_->server; }
int Publisher::port() const { return static_cast<int>(parse_int(address().substr(address().rfind(':') + 1)).value_or(0)); }
const Listeners& Publisher::listeners() const { return impl_->listeners; }

void Publisher::close() { impl_->server.close(); }

}  // namespace halite::wire
