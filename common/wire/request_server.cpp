#include "common/wire/request_server.h"

#include <chrono>
#include <variant>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"
#include "common/wire/pillar_reply.h"
#include "common/wire/request_guard.h"

namespace halite::wire {
namespace {

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Counts a request of so many bytes for as long as it lives.
class InFlight {
 public:
  InFlight(RequestCounters& counters, std::size_t bytes) : counters_(counters), bytes_(bytes) {
    ++counters_.in_flight;
    counters_.bytes_in_flight += bytes_;
  }
  ~InFlight() {
    --counters_.in_flight;
    counters_.bytes_in_flight -= bytes_;
  }
  InFlight(const InFlight&) = delete;

 private:
  RequestCounters& counters_;
  const std::size_t bytes_;
};

// A reply with so much text in it is sealed by a worker: the loop has others to serve.
constexpr std::size_t sealed_elsewhere_bytes = 32 << 10;
constexpr std::size_t opened_elsewhere_bytes = 256 << 10;

std::size_t bytes_of(const ZmtpServer::Message& request) {
  std::size_t bytes = 0;
  for (const auto& frame : request.frames) bytes += frame.size();
  return bytes;
}

// The names a peer gave, or Salt's default when it gave none.
std::optional<Algorithms> algorithms_of(const std::string& encryption, const std::string& signature) {
  const auto first = encryption.empty() ? crypto::RsaHash::sha1 : encryption_from(encryption);
  const auto second = signature.empty() ? crypto::RsaHash::sha1 : signature_from(signature);
  if (!first || !second) return std::nullopt;
  return Algorithms{*first, *second};
}

// In clear text, so it says no more than that.
std::string pillar_failure() { return to_msgpack(Map{{"error", "the pillar could not be made; the master's log says why"}}); }

ZmtpServerOptions server_options(const RequestServerOptions& options) {
  ZmtpServerOptions result;
  result.role = ZmtpRole::router;
  result.frame_limit_bytes = options.size_limit_bytes;
  result.backlog = options.backlog;
  result.connection_limit = options.connection_limit;
  result.ipv6 = options.ipv6;
  return result;
}

}  // namespace

struct RequestServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(RequestServerParts given_parts, RequestServerOptions given_options, RequestHandlers given_handlers)
      : parts(std::move(given_parts)),
        options(std::move(given_options)),
        handlers(std::move(given_handlers)),
        server(parts.loop, server_options(options), options.address, {.message = [this](ZmtpServer::Peer peer, ZmtpServer::Message request) {
                 take(peer, std::move(request));
               }}),
        guard(parts.keys, parts.shared_key, options.request_ttl),
        auth_turns(parts.loop, options.auths) {}

  using Self = std::shared_ptr<Impl>;
  void take(ZmtpServer::Peer peer, ZmtpServer::Message request);
  static Task<void> handle(Self self, ZmtpServer::Peer peer, ZmtpServer::Message request);
  static Task<std::string> reply_to(Self self, ZmtpServer::Message request);
  static Task<std::string> answer(Self self, std::string payload, std::string peer_address);
  static Task<std::string> answer_auth(Self self, RequestEnvelope envelope, std::string peer_address);
  static Task<crypto::PublicKey> read_key(Self self, AuthCall call);
  static Task<std::string> accept_minion(Self self, AuthCall call, crypto::PublicKey key, Algorithms algorithms);
  static Task<OpenedRequest> open(Self self, RequestEnvelope envelope);
  static Task<std::string> answer_sealed(Self self, RequestEnvelope envelope, std::string peer_address);
  static Task<std::string> answer_pillar(Self self, OpenedRequest request, Principal principal, Algorithms algorithms);
  static Task<Value> run_command(Self self, std::string command, Principal principal, Map load);
  // More than that part of what may be in flight.
  bool is_fuller_than(double part) const {
    return static_cast<double>(counters.in_flight) >= part * static_cast<double>(options.requests_in_flight) ||
           static_cast<double>(counters.bytes_in_flight) >= part * static_cast<double>(options.bytes_in_flight);
  }
  std::string refuse(const Refused& refused, const std::string& peer_address);
  Value refuse_command(const std::string& command, const Principal& principal, const Error& error);

  RequestServerParts parts;
  RequestServerOptions options;
  RequestHandlers handlers;
  ZmtpServer server;
  RequestGuard guard;
  Turns auth_turns;
  RequestCounters counters;
  std::optional<std::uint64_t> signature_epoch;  // of the shared key that shared_signature is for
  std::string shared_signature;
};

void RequestServer::Impl::take(ZmtpServer::Peer peer, ZmtpServer::Message request) {
  ++counters.requests;
  // An empty delimiter and the payload. Without the delimiter there is no one who could take a reply.
  if (request.frames.size() < 2 || !request.frames[0].empty()) {
    counters.refusals.add(Refusal::malformed);
    server.drop(peer);
    return;
  }
  parts.loop.spawn("a request", handle(shared_from_this(), peer, std::move(request)));
  if (is_fuller_than(1)) server.pause();
}

// The only place that replies: once for each request, whatever happens. A peer for whose reply there is no memory is let go.
Task<void> RequestServer::Impl::handle(Self self, ZmtpServer::Peer peer, ZmtpServer::Message request) {
  try {
    std::string reply;
    {
      const InFlight counted(self->counters, bytes_of(request));
      const Timed timed(self->counters.answers);
      reply = co_await reply_to(self, std::move(request));
    }
    ++self->counters.replies;
    self->server.reply(peer, std::move(reply));
  } catch (const std::bad_alloc&) {
    self->server.drop(peer);
  }
  if (!self->is_fuller_than(0.75)) self->server.go_on();
}

Task<std::string> RequestServer::Impl::reply_to(Self self, ZmtpServer::Message request) {
  try {
    if (request.frames.size() != 2) throw Refused{Refusal::malformed, "it has more than one payload frame"};
    co_return co_await answer(self, std::move(request.frames[1]), request.address);
  } catch (const Refused& refused) {
    co_return self->refuse(refused, request.address);
  } catch (const Error& error) {
    co_return self->refuse({error.kind() == ErrorKind::unavailable ? Refusal::busy : Refusal::malformed, error.what()}, request.address);
  } catch (const std::exception& error) {
    log::error("a request failed: {}", error.what());
    co_return self->refuse({Refusal::handler, error.what()}, request.address);
  }
}

std::string RequestServer::Impl::refuse(const Refused& refused, const std::string& peer_address) {
  counters.refusals.add(refused.reason);
  log::info("refused a request from {} ({}): {}", peer_address, to_string(refused.reason), refused.detail);
  return refusal_payload();
}

Task<std::string> RequestServer::Impl::answer(Self self, std::string payload, std::string peer_address) {
  RequestEnvelope envelope = decode_request(payload);
  if (envelope.version < std::max(self->options.minimum_auth_version, level_shared_key))
    throw Refused{Refusal::level, fmt::format("it is of level {}; see minimum_auth_version", envelope.version)};
  if (envelope.is_sealed) {
    std::string().swap(payload);  // not held for as long as the handler takes
    co_return co_await answer_sealed(self, std::move(envelope), peer_address);
  }
  const std::string* command = raw_field(envelope.clear_load, "cmd");
  if (!command || *command != "_auth") throw Refused{Refusal::clear_command, "only _auth is taken in clear text"};
  if (payload.size() > self->options.auth_size_limit_bytes)
    throw Refused{Refusal::too_large, fmt::format("an _auth of {} bytes", payload.size())};
  co_return co_await answer_auth(self, std::move(envelope), peer_address);
}

Task<std::string> RequestServer::Impl::answer_auth(Self self, RequestEnvelope envelope, std::string peer_address) {
  ++self->counters.auths;
  const AuthCall call = decode_auth_call(envelope.clear_load);
  if (!call.encryption.empty() && !encryption_from(call.encryption)) {
    self->counters.refusals.add(Refusal::algorithm);
    co_return algorithm_refusal("enc");
  }
  const auto algorithms = algorithms_of(call.encryption, call.signature);
  if (!algorithms) {
    self->counters.refusals.add(Refusal::algorithm);
    co_return algorithm_refusal("sig");
  }
  if (self->parts.keys.level_floor(call.id) > envelope.version)
    throw Refused{Refusal::level, fmt::format("'{}' has spoken a higher level before", call.id)};
  auto known = self->parts.keys.accepted_key(call.id);
  if (known && known->pem() != crypto::clean_pem(call.public_pem)) known.reset();
  const auto turn = co_await self->auth_turns.take(known.has_value());
  if (!turn) throw Refused{Refusal::busy, "too many _auth at once"};
  if (!known) {
    crypto::PublicKey read = co_await read_key(self, call);
    known = std::move(read);
  }
  const crypto::PublicKey key = *known;
  AdmissionRequest question{call.id, key, call.autosign_grains, envelope.version, peer_address, call.enrolment};
  const Admission admission = co_await self->parts.keys.authorize(std::move(question));
  if (admission == Admission::accepted) co_return co_await accept_minion(self, call, key, *algorithms);
  auto refuse = [admission, nonce = call.nonce, master = self->parts.master_key, hash = algorithms->signature] {
    return auth_refusal(admission, nonce, master, hash);
  };
  co_return co_await self->parts.rsa_workers.run(std::move(refuse));
}

// By a worker: a stranger's key takes as long to read as a minion's, and the loop has others to serve.
Task<crypto::PublicKey> RequestServer::Impl::read_key(Self self, AuthCall call) {
  auto read = [pem = std::move(call.public_pem), id = std::move(call.id)]() -> std::variant<crypto::PublicKey, Refused> {
    try {
      return crypto::PublicKey::from_pem(pem, fmt::format("the key of '{}'", id));
    } catch (const Error& error) {
      return Refused{Refusal::public_key, error.what()};
    }
  };
  const auto result = co_await self->parts.rsa_workers.run(std::move(read));
  if (const auto* refused = std::get_if<Refused>(&result)) throw *refused;
  co_return std::get<crypto::PublicKey>(result);
}

Task<std::string> RequestServer::Impl::accept_minion(Self self, AuthCall call, crypto::PublicKey key, Algorithms algorithms) {
  auto& parts = self->parts;
  crypto::SessionKey session = co_await parts.keys.issue_session_key(call.id);
  const std::uint64_t epoch = parts.shared_key.epoch();
  const crypto::SessionKey shared = parts.shared_key.current();
  if (self->signature_epoch != epoch) {
    auto sign = [shared, master = parts.master_key] { return sign_shared_key(shared, master); };
    std::string signature = co_await parts.rsa_workers.run(std::move(sign));
    self->shared_signature = std::move(signature);
    self->signature_epoch = epoch;
  }
  AuthGrant grant{key, shared, std::move(session), self->shared_signature, parts.signing_key, self->options.publish_port,
                  unix_time_s()};
  // A slower signature of an older key may have come in between; then the minion has to ask again anyway.
  if (self->signature_epoch != epoch) throw Refused{Refusal::busy, "the shared key changed meanwhile"};
  auto accept = [call = std::move(call), grant = std::move(grant), master = parts.master_key, algorithms] {
    return auth_acceptance(call, grant, master, algorithms);
  };
  co_return co_await parts.rsa_workers.run(std::move(accept));
}

// A large one by a worker: anybody can send 64 MiB of noise under the name of a minion, and the loop would compute its mark.
Task<OpenedRequest> RequestServer::Impl::open(Self self, RequestEnvelope envelope) {
  if (envelope.sealed_load.size() < opened_elsewhere_bytes) co_return self->guard.open(envelope, unix_time_s());
  auto unseal = [keys = self->guard.keys_for(envelope), load = std::exchange(envelope.sealed_load, {})] { return RequestGuard::unseal(keys, load); };
  auto unsealed = co_await self->parts.rsa_workers.run(std::move(unseal));
  co_return self->guard.judge(envelope, std::move(unsealed), unix_time_s());
}

Task<std::string> RequestServer::Impl::answer_sealed(Self self, RequestEnvelope envelope, std::string peer_address) {
  const auto algorithms = algorithms_of(envelope.encryption, envelope.signature);
  if (!algorithms) throw Refused{Refusal::algorithm, "enc_algo or sig_algo is unknown"};
  OpenedRequest request = co_await open(self, std::move(envelope));
  Principal principal{request.id, request.level, request.is_proven, peer_address};
  if (request.command == "_pillar") co_return co_await answer_pillar(self, std::move(request), std::move(principal), *algorithms);
  Value value = Map{};
  if (request.lacks_token) {
    self->counters.refusals.add(Refusal::token);
    log::info("refused '{}' from {}: the command needs a token", escape_control(request.command), peer_address);
  } else {
    value = co_await run_command(self, request.command, std::move(principal), std::move(request.load));
  }
  if (approximate_size(value) < sealed_elsewhere_bytes) co_return seal_reply(request.key, value, request.nonce);
  auto seal = [key = std::move(request.key), value = std::make_shared<const Value>(std::move(value)), nonce = std::move(request.nonce)] {
    return seal_reply(key, *value, nonce);
  };
  co_return co_await self->parts.rsa_workers.run(std::move(seal));
}

// Salt's forms of a refusal ({}) and of a failure ("").
Value RequestServer::Impl::refuse_command(const std::string& command, const Principal& principal, const Error& error) {
  counters.refusals.add(Refusal::handler);
  const bool is_refusal =
      error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::invalid;
  const std::string line = fmt::format("the command '{}' of '{}' failed: {}", escape_control(command), escape_control(principal.id), error.what());
  if (is_refusal) log::info("{}", line);
  else log::warning("{}", line);
  return is_refusal ? Value(Map{}) : Value("");
}

Task<Value> RequestServer::Impl::run_command(Self self, std::string command, Principal principal, Map load) {
  std::optional<Error> failure;
  try {
    Task<Value> work = self->handlers.command(principal, command, std::move(load));
    auto value = co_await within<Value>(self->parts.loop, self->options.handler_limit, std::move(work));
    if (value) co_return std::move(*value);
    failure = Error(ErrorKind::timeout, "it took too long");
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(ErrorKind::internal, "{}", error.what());
  }
  co_return self->refuse_command(command, principal, *failure);
}

Task<std::string> RequestServer::Impl::answer_pillar(Self self, OpenedRequest request, Principal principal, Algorithms algorithms) {
  const auto key = self->parts.keys.accepted_key(request.id);
  if (!key) throw Refused{Refusal::unknown_minion, "a pillar for nobody"};
  std::optional<Error> failure;
  std::optional<Map> pillar;
  try {
    Task<Map> work = self->handlers.pillar(principal, std::move(request.load));
    pillar = co_await within<Map>(self->parts.loop, self->options.handler_limit, std::move(work));
    if (!pillar) failure = Error(ErrorKind::timeout, "it took too long");
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(ErrorKind::internal, "{}", error.what());
  }
  if (failure) {
    self->refuse_command("_pillar", principal, *failure);
    co_return pillar_failure();
  }
  auto seal = [pillar = std::move(*pillar), key = *key, master = self->parts.master_key, nonce = request.nonce, algorithms] {
    return make_pillar_reply(pillar, key, master, nonce, algorithms);
  };
  co_return co_await self->parts.rsa_workers.run(std::move(seal));
}

RequestServer::RequestServer(RequestServerParts parts, RequestServerOptions options, RequestHandlers handlers)
    : impl_(std::make_shared<Impl>(std::move(parts), std::move(options), std::move(handlers))) {}
RequestServer::~RequestServer() { close(); }

void RequestServer::start() { impl_->server.start(); }
void RequestServer::close() { impl_->server.close(); }

const std::string& RequestServer::address() const { return impl_->server.address(); }
void RequestServer::set_publish_port(int port) { impl_->options.publish_port = port; }
const RequestCounters& RequestServer::counters() const { return impl_->counters; }
const Turns& RequestServer::auth_turns() const { return impl_->auth_turns; }
const ZmtpServer& RequestServer::connections() const { return impl_->server; }

}  // namespace halite::wire
