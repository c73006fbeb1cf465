#include "common/wire/master_connection.h"

#include <chrono>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/envelope.h"
#include "common/wire/master_session.h"
#include "common/wire/pillar_reply.h"
#include "common/wire/publication.h"
#include "common/wire/request_channel.h"

namespace halite::wire {
struct MasterConnection::Impl {
  Impl(Loop& loop, SocketContext& sockets, Workers& workers, MasterOptions options, crypto::PrivateKey key, PinStore& pin)
      : session(loop, sockets, workers, std::move(options), std::move(key), pin),
        channel(loop, sockets, session.address(session.options().request_port), session.request_socket_options()) {}

  using Self = std::shared_ptr<Impl>;
  // What came back for one question: nothing when the master did not take it as authentic.
  template <class T>
  struct Exchange {
    std::optional<T> reply;
    std::string refusal;  // the master's words
    std::uint64_t generation = 0;
  };

  static Task<AuthOutcome> authenticate(Self self);
  static Task<void> connect(Self self, bool retry_rejected);
  static Task<std::string> converse(Self self, const Map& load, const std::string& nonce, const RequestOptions& options);
  static Task<Value> request(Self self, std::string command, Map load, RequestOptions options);
  static Task<Map> request_pillar(Self self, Map load, RequestOptions options);
  static Task<Exchange<Value>> exchange(Self self, Map load, RequestOptions options);
  static Task<Exchange<Map>> exchange_pillar(Self self, Map load, RequestOptions options);
  static Task<void> listen(Self self, std::function<void(Map)> handler);
  static Task<void> listen_at(Self self, int port, std::function<void(Map)> handler);
  static Task<std::optional<Map>> open_publication(Self self, PublicationReader& reader, std::string payload);
  Socket subscribed_socket(int port);

  MasterSession session;
  RequestChannel channel;
  std::optional<Socket> subscriber;
};

Task<AuthOutcome> MasterConnection::Impl::authenticate(Self self) {
  const AuthAnswer answer = co_await self->session.authenticate();
  co_return answer.outcome;
}

Task<void> MasterConnection::Impl::connect(Self self, bool retry_rejected) { co_await self->session.connect(retry_rejected); }

// Sends the load until an answer comes, sealed anew each time. Gives the payload of the answer.
Task<std::string> MasterConnection::Impl::converse(Self self, const Map& load, const std::string& nonce, const RequestOptions& options) {
  auto& session = self->session;
  if (!session.is_authenticated()) co_await session.renew(session.generation());
  RequestSeal seal;
  seal.level = session.level();
  seal.id = session.options().id;
  std::string token = co_await session.token();
  seal.token = std::move(token);
  seal.nonce = nonce;
  seal.time_s = session.time_s();
  seal.algorithms = session.options().algorithms;
  std::string payload = seal_request(session.request_key(), load, seal);
  auto answer = co_await self->channel.ask(std::move(payload), options.timeout);
  if (answer) co_return std::move(*answer);
  const std::string reason = co_await session.explain_silence();
  throw Error(ErrorKind::timeout, "the master '{}' did not answer: {}", session.options().host, reason);
}

Task<MasterConnection::Impl::Exchange<Value>> MasterConnection::Impl::exchange(Self self, Map load, RequestOptions options) {
  Exchange<Value> result;
  const std::string nonce = crypto::random_nonce();
  const std::string payload = co_await converse(self, load, nonce, options);
  result.generation = self->session.generation();
  result.reply = open_reply(self->session.request_key(), payload, nonce);
  if (!result.reply) result.refusal = error_text_of(payload);
  co_return result;
}

Task<MasterConnection::Impl::Exchange<Map>> MasterConnection::Impl::exchange_pillar(Self self, Map load, RequestOptions options) {
  Exchange<Map> result;
  const std::string nonce = crypto::random_nonce();
  std::string payload = co_await converse(self, load, nonce, options);
  auto& session = self->session;
  result.generation = session.generation();
  // At level 2 the master is told no algorithms, so it uses Salt's first ones.
  const Algorithms algorithms = session.level() >= level_session_key ? session.options().algorithms : Algorithms{};
  result.refusal = error_text_of(payload);
  auto open = [payload = std::move(payload), key = session.key(), master = session.master_key(), nonce, algorithms] {
    return open_pillar_reply(payload, key, master, nonce, algorithms);
  };
  result.reply = co_await session.workers().run(std::move(open));
  co_return result;
}

namespace {

// Runs one exchange as often as the options allow, with one new authentication in between when the master asks for it.
template <class T, class Make>
Task<T> insist(MasterSession& session, RequestOptions options, std::string what, Make make_exchange) {
  bool has_renewed = false;
  for (int left = std::max(options.tries, 1);;) {
    std::optional<Error> silence;
    try {
      auto exchange = co_await make_exchange();
      if (exchange.reply) co_return std::move(*exchange.reply);
      if (has_renewed)
        throw Error(ErrorKind::unavailable, "the master '{}' refuses '{}' ({})", session.options().host, what,
                    exchange.refusal.empty() ? "its reply does not open" : escape_control(exchange.refusal));
      has_renewed = true;
      co_await session.renew(exchange.generation);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::timeout) throw;
      silence = error;
    }
    if (silence && --left <= 0) throw *silence;
  }
}

}  // namespace

Task<Value> MasterConnection::Impl::request(Self self, std::string command, Map load, RequestOptions options) {
  load.set("cmd", command);
  auto ask = [self, load, options] { return exchange(self, load, options); };
  co_return co_await insist<Value>(self->session, options, command, std::move(ask));
}

Task<Map> MasterConnection::Impl::request_pillar(Self self, Map load, RequestOptions options) {
  load.set("cmd", "_pillar");
  std::string name = "_pillar";
  auto ask = [self, load, options] { return exchange_pillar(self, load, options); };
  co_return co_await insist<Map>(self->session, options, std::move(name), std::move(ask));
}

Socket MasterConnection::Impl::subscribed_socket(int port) {
  const MasterOptions& options = session.options();
  const auto milliseconds = [](Duration duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); };
  SocketOptions settings = session.request_socket_options();
  settings.receive_limit = 1000;
  // Publications may be rare: without a sign of life a connection that a router forgot would be mourned too late. And a
  // firewall that comes while we are connected takes the master's packets for strange ones until we have sent one.
  settings.heartbeat = std::chrono::seconds(15);
  // libzmq adds some part of the first wait to each, so that minions which lost the master together come one by one.
  settings.reconnect_min = options.reconnect_min + std::chrono::milliseconds(crypto::random_between(0, milliseconds(options.reconnect_spread)));
  settings.reconnect_max = options.reconnect_max + options.reconnect_spread;
  Socket socket(session.loop(), session.sockets(), SocketKind::subscriber, settings);
  if (options.zmq_filtering) {
    socket.subscribe(std::string(broadcast_topic));
    socket.subscribe(topic_of(options.id));
  } else {
    socket.subscribe("");
    // Says who is there, to a master that looks; it changes nothing of what is received.
    socket.subscribe(topic_of(options.id));
  }
  socket.connect(session.address(port));
  return socket;
}

// The load when it is genuine and new; else nothing, and a line in the log.
Task<std::optional<Map>> MasterConnection::Impl::open_publication(Self self, PublicationReader& reader, std::string payload) {
  auto& session = self->session;
  reader.use(session.shared());
  const std::uint64_t generation = session.generation();
  OpenedPublication opened = reader.open(payload);
  if (!opened.load && opened.fault == PublicationFault::other_key) {
    co_await session.renew(generation);
    reader.use(session.shared());
    opened = reader.open(payload);
  }
  if (!opened.load) log::warning("dropped a publication: {}", to_string(opened.fault));
  co_return std::move(opened.load);
}

// Returns when the master names another port.
Task<void> MasterConnection::Impl::listen_at(Self self, int port, std::function<void(Map)> handler) {
  auto& session = self->session;
  PublicationReader reader(session.shared(), session.master_key(), session.options().require_publication_signature);
  self->subscriber.emplace(self->subscribed_socket(port));
  const std::size_t frames = session.options().zmq_filtering ? 2 : 1;
  while (session.publish_port() == port) {
    Received received = co_await self->subscriber->receive();
    if (received.frames.size() != frames) {
      log::warning("dropped a publication of {} frames; zmq_filtering must be the same on master and minion", received.frames.size());
      continue;
    }
    try {
      auto load = co_await open_publication(self, reader, std::move(received.frames.back()));
      if (load) handler(std::move(*load));
    } catch (const Error& error) {
      // A master that became doubtful ends the listening; one that is away does not.
      if (error.kind() == ErrorKind::denied) throw;
      log::warning("a publication was lost: {}", error.what());
    }
  }
}

Task<void> MasterConnection::Impl::listen(Self self, std::function<void(Map)> handler) {
  if (!self->session.is_authenticated()) throw Error(ErrorKind::unavailable, "there is no accepted session with the master to listen in");
  while (!self->session.is_closed()) co_await listen_at(self, self->session.publish_port(), handler);
  throw Error(ErrorKind::unavailable, "the connection to the master was closed");
}

MasterConnection::MasterConnection(Loop& loop, SocketContext& sockets, Workers& workers, MasterOptions options, crypto::PrivateKey key,
                                   PinStore& pin)
    : impl_(std::make_shared<Impl>(loop, sockets, workers, std::move(options), std::move(key), pin)) {}
MasterConnection::~MasterConnection() { close(); }

Task<AuthOutcome> MasterConnection::authenticate() { return Impl::authenticate(impl_); }
Task<void> MasterConnection::connect(bool retry_rejected) { return Impl::connect(impl_, retry_rejected); }
bool MasterConnection::is_authenticated() const { return impl_->session.is_authenticated(); }
Task<Value> MasterConnection::request(std::string command, Map load, RequestOptions options) {
  return Impl::request(impl_, std::move(command), std::move(load), options);
}
Task<Map> MasterConnection::request_pillar(Map load, RequestOptions options) { return Impl::request_pillar(impl_, std::move(load), options); }
Task<void> MasterConnection::listen(std::function<void(Map load)> handler) { return Impl::listen(impl_, std::move(handler)); }
const MasterOptions& MasterConnection::options() const { return impl_->session.options(); }
int MasterConnection::level() const { return impl_->session.level(); }

void MasterConnection::close() {
  impl_->session.close();
  impl_->channel.close();
  if (impl_->subscriber) impl_->subscriber->close();
}

}  // namespace halite::wire
