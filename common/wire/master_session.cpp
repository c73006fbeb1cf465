#include "common/wire/master_session.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/reachability.h"

namespace halite::wire {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

Duration jitter(Duration low, Duration high) {
  return std::chrono::milliseconds(crypto::random_between(std::chrono::duration_cast<std::chrono::milliseconds>(low).count(),
                                                          std::chrono::duration_cast<std::chrono::milliseconds>(high).count()));
}

}  // namespace

struct MasterSession::Flight {
  explicit Flight(Loop& loop) : ended(loop) {}
  WaitPoint ended;
  std::optional<AuthAnswer> answer;
  std::exception_ptr error;
};

MasterSession::MasterSession(Loop& loop, SocketContext& sockets, Workers& workers, MasterOptions options, crypto::PrivateKey key,
                             PinStore& pin)
    : loop_(loop), sockets_(sockets), workers_(workers), options_(std::move(options)), key_(std::move(key)), pin_(pin) {}

std::string MasterSession::address(int port) const {
  const bool is_bare_ipv6 = options_.host.find(':') != std::string::npos && !options_.host.starts_with('[');
  return is_bare_ipv6 ? fmt::format("tcp://[{}]:{}", options_.host, port) : fmt::format("tcp://{}:{}", options_.host, port);
}

SocketOptions MasterSession::request_socket_options() const {
  SocketOptions result;
  result.send_limit = 8;
  result.receive_limit = 8;
  // Where something waits for an answer, soon; but a fleet's idle connections must not all come in one moment.
  result.reconnect_min = jitter(100ms, 1s);
  result.reconnect_max = 5s;
  result.keepalive_idle_s = options_.keepalive_idle_s;
  result.ipv6 = options_.ipv6 || options_.host.find(':') != std::string::npos;
  return result;
}

Task<std::string> MasterSession::explain_silence() const {
  return workers_.run([host = options_.host, port = options_.request_port] { return why_no_answer(host, port); });
}

// A minion with a wrong clock must stay within reach, if only to be given the right time.
std::int64_t MasterSession::time_s() const {
  using std::chrono::duration_cast;
  if (!master_time_) return duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return master_time_->told_s + duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - master_time_->at).count();
}

Task<std::string> MasterSession::token() {
  if (token_.empty()) {
    auto sign = [key = key_] { return key.sign_x931("salt"); };
    std::string made = co_await workers_.run(std::move(sign));
    token_ = std::move(made);
  }
  co_return token_;
}

MasterPolicy MasterSession::policy() const {
  MasterPolicy policy;
  if (const auto pem = pin_.public_pem()) policy.pinned = crypto::PublicKey::from_pem(*pem, "the master's key learnt earlier");
  policy.finger = options_.finger;
  policy.finger_type = options_.finger_type;
  policy.verify_signature = options_.verify_master_pubkey_sign;
  policy.always_verify_signature = options_.always_verify_signature;
  policy.signing_key = options_.signing_key;
  return policy;
}

Task<AuthAnswer> MasterSession::authenticate() {
  if (const auto joined = flight_) {
    while (!joined->answer && !joined->error) co_await joined->ended.wait(1min);
    if (joined->error) std::rethrow_exception(joined->error);
    co_return *joined->answer;
  }
  const auto flight = flight_ = std::make_shared<Flight>(loop_);
  try {
    flight->answer = co_await converse();
  } catch (...) {
    flight->error = std::current_exception();
  }
  flight_.reset();
  flight->ended.notify_all();
  if (flight->error) std::rethrow_exception(flight->error);
  co_return *flight->answer;
}

Task<AuthAnswer> MasterSession::converse() {
  std::string refusal;
  for (int left = std::max(options_.auth_tries, 1); left > 0 && !is_closed_; --left) {
    std::optional<Duration> pause;
    try {
      auto answer = co_await try_once();
      if (answer) {
        if (answer->outcome == AuthOutcome::accepted) install(*answer);
        co_return std::move(*answer);
      }
      refusal.clear();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      refusal = error.message();  // the master is busy, or does not take us
      pause = jitter(200ms, 1s);
    }
    if (pause) co_await sleep_for(*pause);
  }
  if (refusal.empty()) {
    std::string reason = co_await explain_silence();
    refusal = std::move(reason);
  }
  throw Error(ErrorKind::timeout, "the master '{}' did not authenticate this minion: {}", options_.host, refusal);
}

// Nothing when the master stayed silent.
Task<std::optional<AuthAnswer>> MasterSession::try_once() {
  const MasterPolicy judged_by = policy();
  const AuthQuestion question = make_auth_question(options_.id, key_.public_key(), options_.algorithms, options_.autosign_grains,
                                                   judged_by.pinned, crypto::random_nonce(), options_.enrolment);
  RequestChannel channel(loop_, sockets_, address(options_.request_port), request_socket_options());
  const auto payload = co_await channel.ask(question.payload, options_.auth_timeout);
  if (!payload) co_return std::nullopt;
  auto judge = [payload = *payload, question, key = key_, judged_by] { return judge_auth_answer(payload, question, key, judged_by); };
  co_return co_await workers_.run(std::move(judge));
}

void MasterSession::install(const AuthAnswer& answer) {
  if (!answer.session && !answer.is_new_pin && pin_.saw_session_keys())
    throw Error(ErrorKind::denied,
                "the master '{}' gave session keys before and now gives none; that is an older protocol, and it is refused",
                options_.host);
  if (answer.is_new_pin) pin_new_key(*answer.master_key);
  if (answer.session && !pin_.saw_session_keys()) pin_.set_saw_session_keys();
  shared_ = answer.shared;
  session_ = answer.session;
  master_key_ = answer.master_key;
  publish_port_ = options_.publish_port > 0 ? options_.publish_port : answer.publish_port;
  level_ = session_ ? level_session_key : level_shared_key;
  master_time_.reset();
  if (answer.time_s) master_time_ = MasterTime{*answer.time_s, std::chrono::steady_clock::now()};
  ++generation_;
}

void MasterSession::pin_new_key(const crypto::PublicKey& key) {
  if (options_.finger.empty() && !options_.verify_master_pubkey_sign)
    log::warning("FIRST CONTACT: trusting the master '{}' with the key {} unseen. Compare it with 'halite-key -F master' there, or set "
                 "master_finger",
                 options_.host, key.fingerprint(options_.finger_type));
  pin_.set_public_pem(key.pem());
}

// Each situation once, however often it is tried.
void MasterSession::report(const std::string& situation) {
  if (situation == last_report_) return;
  last_report_ = situation;
  log::warning("{}", situation);
}

Task<void> MasterSession::connect(bool retry_rejected) {
  Duration acceptance_wait = options_.acceptance_wait, retry_wait = 1s;
  while (!is_closed_) {
    Duration pause{};
    try {
      const AuthAnswer answer = co_await authenticate();
      const std::string shown = key_.public_key().fingerprint();
      switch (answer.outcome) {
        case AuthOutcome::accepted: last_report_.clear(); co_return;
        case AuthOutcome::pending:
          report(fmt::format("the master '{}' has not accepted this minion's key yet; there: halite-key -a {} (fingerprint {})",
                             options_.host, options_.id, shown));
          pause = acceptance_wait;
          acceptance_wait = std::min(acceptance_wait + options_.acceptance_wait, std::max(options_.acceptance_wait_max, options_.acceptance_wait));
          break;
        case AuthOutcome::rejected:
          if (answer.is_verified && !retry_rejected)
            throw Error(ErrorKind::denied, "the master '{}' rejects the key of '{}' (fingerprint {}); there: halite-key -d {}, then restart "
                        "this minion", options_.host, options_.id, shown, options_.id);
          report(fmt::format("the master '{}' rejects the key of '{}' (fingerprint {}); trying again", options_.host, options_.id, shown));
          pause = jitter(10s, 20s);
          break;
        case AuthOutcome::full:
          report(fmt::format("the master '{}' takes no more minions; trying again", options_.host));
          pause = jitter(10s, 20s);
          break;
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::timeout && error.kind() != ErrorKind::unavailable) throw;
      report(error.message());
      pause = jitter(retry_wait / 2, retry_wait);
      retry_wait = std::min<Duration>(retry_wait * 2, 1min);
    }
    co_await sleep_for(pause);
  }
  throw Error(ErrorKind::unavailable, "the connection to the master was closed");
}

Task<void> MasterSession::renew(std::uint64_t seen_generation) {
  if (generation_ != seen_generation) co_return;
  const AuthAnswer answer = co_await authenticate();
  if (answer.outcome == AuthOutcome::accepted) co_return;
  throw Error(ErrorKind::unavailable, "the master '{}' does not accept this minion's key{}", options_.host,
              answer.outcome == AuthOutcome::pending ? " yet" : "");
}

}  // namespace halite::wire
