#include "bench/swarm/minion.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"
#include "common/wire/pillar_reply.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr int tries_max = 3;              // Salt's request_channel_tries and return_retry_tries
constexpr std::size_t recent_jobs_max = 16;
constexpr std::int64_t value_size_max_bytes = std::int64_t{64} << 20;
constexpr auto acceptance_wait = 1s;
constexpr std::chrono::milliseconds busy_wait_min = 200ms, busy_wait_max = 1s;   // as Halite's minion when the master is busy
constexpr std::chrono::milliseconds reconnect_min = 100ms, reconnect_max = 1s;

std::chrono::milliseconds random_wait(std::chrono::milliseconds low, std::chrono::milliseconds high) {
  return std::chrono::milliseconds(crypto::random_between(low.count(), high.count()));
}

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Text that does not pack well and is no secret.
std::string canned_text(std::int64_t size_bytes) {
  constexpr std::string_view line = "0123456789 the quick brown fox jumps over the lazy dog and returns to the master\n";
  std::string text;
  text.reserve(static_cast<std::size_t>(size_bytes));
  while (text.size() < static_cast<std::size_t>(size_bytes))
    text += line.substr(0, static_cast<std::size_t>(size_bytes) - text.size());
  return text;
}

}  // namespace

// An authentication under way and its end, for those who joined it.
struct Minion::Flight {
  explicit Flight(wire::Loop& loop) : ended(loop) {}
  wire::WaitPoint ended;
  std::optional<bool> is_accepted;
};

Minion::Minion(Surroundings& surroundings, std::string id, std::shared_ptr<const KeyPair> keys)
    : around_(surroundings), id_(std::move(id)), keys_(std::move(keys)) {}
Minion::~Minion() { unsubscribe(); }

// ---- authentication ----

Task<bool> Minion::authenticate() {
  if (const auto joined = flight_) {
    while (!joined->is_accepted) co_await joined->ended.wait(1s);
    co_return *joined->is_accepted;
  }
  const auto flight = flight_ = std::make_shared<Flight>(around_.loop);
  const auto start = Clock::now();
  bool is_accepted = false;
  try {
    is_accepted = co_await converse();
    if (is_accepted) around_.measures["_auth"].latencies.add(milliseconds_since(start));
  } catch (const Error& error) {
    ++around_.measures["_auth"].errors[error.message()];
  }
  flight->is_accepted = is_accepted;
  flight_.reset();
  flight->ended.notify_all();
  co_return is_accepted;
}

Task<bool> Minion::converse() {
  while (!around_.is_stopping) {
    std::chrono::milliseconds pause = acceptance_wait;
    try {
      const wire::AuthQuestion question = wire::make_auth_question(id_, keys_->key.public_key(), wire::Algorithms{}, Map{}, master_,
                                                                   crypto::random_nonce(), std::nullopt, around_.options.level);
      const auto answer = co_await ask_once(question);
      if (!answer) {
        ++around_.measures["_auth"].retries["no answer"];
        continue;
      }
      switch (answer->outcome) {
        case wire::AuthOutcome::accepted: install(*answer); co_return true;
        case wire::AuthOutcome::pending: ++around_.measures["_auth"].retries["the key is pending"]; break;
        case wire::AuthOutcome::full: ++around_.measures["_auth"].retries["the master is full"]; break;
        case wire::AuthOutcome::rejected: throw Error(ErrorKind::denied, "the master rejects the key");
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      ++around_.measures["_auth"].retries["the master is busy"];
      pause = random_wait(busy_wait_min, busy_wait_max);
    }
    co_await wire::sleep_for(pause);
  }
  co_return false;
}

// Nothing when the master stayed silent.
Task<std::optional<wire::AuthAnswer>> Minion::ask_once(const wire::AuthQuestion& question) {
  const auto payload = co_await around_.requests.ask(question.payload, is_urgent_);
  if (!payload) co_return std::nullopt;
  wire::MasterPolicy policy;
  policy.pinned = master_;
  auto judge = [payload = *payload, question, keys = keys_, policy] { return wire::judge_auth_answer(payload, question, keys->key, policy); };
  co_return co_await around_.rsa_workers.run(std::move(judge));
}

void Minion::install(const wire::AuthAnswer& answer) {
  if (!master_) master_ = answer.master_key;
  shared_ = answer.shared;
  session_ = answer.session;
  level_ = session_ && around_.options.level >= wire::level_session_key ? wire::level_session_key : wire::level_shared_key;
  publish_port_ = answer.publish_port;
  ++generation_;
}

Task<void> Minion::renew(std::uint64_t seen_generation) {
  if (generation_ != seen_generation) co_return;
  if (around_.options.jitter > 0ms) co_await wire::sleep_for(random_wait(0ms, around_.options.jitter));
  if (generation_ == seen_generation) co_await authenticate();
}

// ---- questions ----

std::string Minion::seal(const Map& load, const std::string& nonce) const {
  wire::RequestSeal seal;
  seal.level = level_;
  seal.id = id_;
  seal.token = keys_->token;
  seal.nonce = nonce;
  seal.time_s = unix_time_s();
  return wire::seal_request(request_key(), load, seal);
}

Task<std::optional<Value>> Minion::request(Map load) {
  const auto start = Clock::now();
  const std::string name = wire::need_text(load, "cmd");
  std::string last = "never authenticated";
  for (int tries = 0; tries < tries_max && !around_.is_stopping; ++tries) {
    if (generation_ == 0) co_await authenticate();
    if (generation_ == 0) continue;
    const std::string nonce = crypto::random_nonce();
    const crypto::SessionKey key = request_key();
    const std::uint64_t generation = generation_;
    const auto payload = co_await around_.requests.ask(seal(load, nonce), is_urgent_);
    Series& series = around_.measures[name];
    if (!payload) {
      last = "no answer";
      ++series.retries[last];
      continue;
    }
    if (auto value = wire::open_reply(key, *payload, nonce)) {
      series.latencies.add(milliseconds_since(start));
      series.bytes += payload->size();
      co_return value;
    }
    last = fmt::format("refused ({})", escape_control(wire::error_text_of(*payload)));
    ++series.retries[last];
    co_await renew(generation);
  }
  if (!around_.is_stopping) ++around_.measures[name].errors[last];
  co_return std::nullopt;
}

Task<std::optional<Map>> Minion::request_pillar(Map load) {
  const auto start = Clock::now();
  std::string last = "never authenticated";
  for (int tries = 0; tries < tries_max && !around_.is_stopping; ++tries) {
    if (generation_ == 0) co_await authenticate();
    if (generation_ == 0) continue;
    const std::string nonce = crypto::random_nonce();
    const std::uint64_t generation = generation_;
    const auto payload = co_await around_.requests.ask(seal(load, nonce), is_urgent_);
    if (!payload) {
      last = "no answer";
      ++around_.measures["_pillar"].retries[last];
      continue;
    }
    try {
      auto open = [payload = *payload, keys = keys_, master = *master_, nonce] {
        return wire::open_pillar_reply(payload, keys->key, master, nonce, wire::Algorithms{});
      };
      auto pillar = co_await around_.rsa_workers.run(std::move(open));
      if (pillar) {
        Series& series = around_.measures["_pillar"];
        series.latencies.add(milliseconds_since(start));
        series.bytes += payload->size();
        if (pillar->contains("_errors")) ++series.errors["the pillar has errors"];
        co_return pillar;
      }
      last = fmt::format("refused ({})", escape_control(wire::error_text_of(*payload)));
    } catch (const Error& error) {
      last = error.message();
    }
    ++around_.measures["_pillar"].retries[last];
    co_await renew(generation);
  }
  if (!around_.is_stopping) ++around_.measures["_pillar"].errors[last];
  co_return std::nullopt;
}

Map Minion::grains() const {
  Map grains = around_.options.grains;
  grains.set("id", id_);
  return grains;
}

// ---- jobs ----

void Minion::subscribe() {
  wants_subscription_ = true;
  if (!subscription_) connect();
}

void Minion::unsubscribe() {
  wants_subscription_ = false;
  if (subscription_) subscription_->close();
  subscription_.reset();
}

void Minion::connect() {
  Connection::Handlers handlers;
  handlers.ready = [this] {
    std::string bytes = wire::zmtp_subscription("", subscription_->peer_minor());
    if (around_.options.tells_its_topic) bytes += wire::zmtp_subscription(wire::topic_of(id_), subscription_->peer_minor());
    subscription_->send(std::move(bytes));
  };
  handlers.message = [this](std::string_view payload) { on_publication(payload); };
  handlers.lost = [this](const std::string&) {
    ++around_.measures["subscription"].retries["lost"];
    subscription_.reset();
    auto again = std::make_shared<boost::asio::steady_timer>(around_.executor, random_wait(reconnect_min, reconnect_max));
    again->async_wait([this, again](const boost::system::error_code&) {
      if (!around_.is_stopping && wants_subscription_ && !subscription_) connect();
    });
  };
  subscription_ = std::make_shared<Connection>(around_.executor, wire::ZmtpRole::subscriber, std::move(handlers));
  subscription_->open({around_.address, static_cast<std::uint16_t>(publish_port_)});
}

void Minion::on_publication(std::string_view payload) {
  const Publication publication = around_.publications.open(payload, *shared_, *master_);
  if (publication.job) return on_job(publication.job);
  if (publication.is_for_other_key) {
    around_.loop.spawn("a publication under a new key", open_with_new_key(std::string(payload)));
    return;
  }
  ++around_.measures["publication"].errors[publication.fault];
}

Task<void> Minion::open_with_new_key(std::string payload) {
  co_await renew(generation_);
  const Publication publication = around_.publications.open(payload, *shared_, *master_);
  if (publication.job) on_job(publication.job);
  else ++around_.measures["publication"].errors[publication.fault];
}

bool Minion::is_new(const std::string& jid) {
  const std::size_t hash = std::hash<std::string>()(jid);
  if (std::find(recent_jobs_.begin(), recent_jobs_.end(), hash) != recent_jobs_.end()) return false;
  if (recent_jobs_.size() < recent_jobs_max) recent_jobs_.push_back(hash);
  else recent_jobs_[next_recent_++ % recent_jobs_max] = hash;
  return true;
}

void Minion::on_job(const std::shared_ptr<const PublishedJob>& job) {
  if (!job->target.matches({id_, &around_.options.grains, nullptr}) || !is_new(job->jid)) return;
  const auto now = Clock::now();
  JobRecord& record = around_.jobs.jobs[job->jid];
  if (record.received++ == 0) record.first_received = now;
  const std::string name = job->name();
  if (around_.jobs.holds_returns && name != "test.ping" && name != "saltutil.find_job") {
    held_jobs_.push_back(job->jid);
    around_.jobs.held.push_back({this, job});
    return;
  }
  around_.loop.spawn("a job", answer(job, now, "job to return"));
}

// test.ping is true, a running job is found, and everything else is text of the size asked for.
Value Minion::value_for(const PublishedJob& job) const {
  const std::string name = job.name();
  if (name == "test.ping") return true;
  if (name == "saltutil.find_job") {
    const std::string* jid = job.arguments.empty() ? nullptr : job.arguments[0].if_string();
    if (!jid || std::find(held_jobs_.begin(), held_jobs_.end(), *jid) == held_jobs_.end()) return Map{};
    return Map{{"jid", *jid}, {"pid", 1}, {"fun", "swarm.data"}, {"tgt", id_}, {"tgt_type", "glob"}, {"arg", List{}}, {"ret", ""}};
  }
  std::int64_t size_bytes = static_cast<std::int64_t>(around_.options.return_size_bytes);
  if (name == "swarm.data" && !job.arguments.empty())
    if (const auto* asked = job.arguments[0].if_int()) size_bytes = *asked;
  return canned_text(std::clamp<std::int64_t>(size_bytes, 0, value_size_max_bytes));
}

Task<void> Minion::answer(std::shared_ptr<const PublishedJob> job, Clock::time_point since, std::string measured_as) {
  std::erase(held_jobs_, job->jid);
  Map load{{"cmd", "_return"}, {"id", id_}, {"jid", job->jid}, {"fun", job->function}, {"fun_args", job->arguments}};
  load.set("return", value_for(*job));
  load.set("retcode", 0);
  load.set("success", true);
  const auto reply = co_await request(std::move(load));
  JobRecord& record = around_.jobs.jobs[job->jid];
  if (reply) {
    ++record.returned;
    around_.measures[measured_as].latencies.add(milliseconds_since(since));
  } else {
    ++record.lost;
  }
}

}  // namespace halite::swarm
