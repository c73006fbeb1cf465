#include "master/jobs/batch.h"

#include <algorithm>
#include <cmath>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "master/jobs/job_board.h"

namespace halite::master {
namespace {

using std::chrono::steady_clock;
namespace outcome = wire::outcome;

bool is_failure(const std::string& outcome) {
  return outcome == outcome::failed || outcome == outcome::refused || outcome == outcome::interrupted;
}

// The places of a batch: who works, and which places still rest.
class Places {
 public:
  Places(const Batch& batch, std::chrono::milliseconds patience) : size_(batch.size), pause_(batch.pause), patience_(patience) {}

  void give(const std::vector<std::string>& ids) {
    for (const auto& id : ids) ask_at_[id] = steady_clock::now() + patience_;
  }
  // Those who have an outcome leave; their places rest for the pause.
  void free_of(const std::set<std::string>& waiting) {
    const auto now = steady_clock::now();
    std::erase_if(resting_until_, [&](auto until) { return until <= now; });
    std::erase_if(ask_at_, [&](const auto& entry) {
      if (waiting.contains(entry.first)) return false;
      if (pause_.count() > 0) resting_until_.push_back(now + pause_);
      return true;
    });
  }
  std::size_t free() const { return size_ - std::min(size_, ask_at_.size() + resting_until_.size()); }
  // Who has been silent for too long; they are not named again before as much time has passed.
  std::set<std::string> silent() {
    const auto now = steady_clock::now();
    std::set<std::string> ids;
    for (auto& [id, at] : ask_at_)
      if (at <= now) {
        ids.insert(id);
        at = now + patience_;
      }
    return ids;
  }
  // Until something is due.
  wire::Duration rest() const {
    auto due = steady_clock::now() + std::chrono::minutes(1);
    for (const auto& [id, at] : ask_at_) due = std::min(due, at);
    for (const auto until : resting_until_) due = std::min(due, until);
    return std::max<wire::Duration>(due - steady_clock::now(), std::chrono::milliseconds(1));
  }

 private:
  std::size_t size_;
  std::chrono::milliseconds pause_;
  std::chrono::milliseconds patience_;
  std::map<std::string, steady_clock::time_point> ask_at_;  // by minion at work
  std::vector<steady_clock::time_point> resting_until_;
};

}  // namespace

std::size_t batch_size(std::string_view text, std::size_t minions) {
  const std::string_view trimmed = trim(text);
  const bool is_share = trimmed.starts_with('%') || trimmed.ends_with('%');
  std::string_view number = trimmed;
  if (is_share && number.starts_with('%')) number.remove_prefix(1);
  else if (is_share) number.remove_suffix(1);
  const auto value = parse_int(number);
  if (!value || *value < 1 || (is_share && *value > 100))
    throw Error(ErrorKind::invalid, "a batch of '{}': must be a number of minions from 1 on, or a share as 25%", escape_control(text));
  if (!is_share) return static_cast<std::size_t>(*value);
  // Rounded down, as Salt does: never more than the share, but for one.
  return std::max<std::size_t>(1, minions * static_cast<std::size_t>(*value) / 100);
}

std::optional<Batch> batch_of(const wire::PublishJob& request, const std::vector<std::string>& minions) {
  const bool is_large = request.batch_safe_limit > 0 && minions.size() >= static_cast<std::size_t>(request.batch_safe_limit);
  if (request.batch.empty() && !is_large) return std::nullopt;
  Batch batch;
  batch.size = batch_size(request.batch.empty() ? std::to_string(request.batch_safe_size) : request.batch, minions.size());
  batch.pause = request.batch_wait;
  batch.ends_at_failure = request.failhard;
  batch.unsent.assign(minions.begin(), minions.end());
  return batch;
}

// The next so many that are not known to be away.
Task<std::vector<std::string>> JobBoard::next_of_batch(std::shared_ptr<Job> job, std::size_t places) {
  std::vector<std::string> ids;
  while (ids.size() < places && !job->batch->unsent.empty()) {
    std::string id = std::move(job->batch->unsent.front());
    job->batch->unsent.pop_front();
    if (parts_.presence.is_away(id)) co_await end(job, std::move(id), outcome::not_connected);
    else if (job->waiting.contains(id)) ids.push_back(std::move(id));
  }
  co_return ids;
}

// Under the same job id, so that the job is one for whoever looks it up.
Task<void> JobBoard::send_to(std::shared_ptr<Job> job, std::vector<std::string> ids) {
  Map load = job->load;
  load.set("tgt", ids);
  load.set("tgt_type", "list");
  load.erase("delimiter");
  co_await parts_.publish(std::move(load), std::move(ids));
}

Task<void> JobBoard::follow_batch(std::shared_ptr<Job> job) {
  Places places(*job->batch, job->timeout);
  while (!job->waiting.empty()) {
    places.free_of(job->waiting);
    const bool has_failed = std::any_of(job->outcomes.begin(), job->outcomes.end(), [](const auto& entry) { return is_failure(entry.second); });
    if (job->batch->ends_at_failure && has_failed) end_batch(job);
    // Whoever has waited for anything looks at all of it again: what was told meanwhile would be missed.
    if (places.free() > 0 && !job->batch->unsent.empty()) {
      const auto ids = co_await next_of_batch(job, places.free());
      places.give(ids);
      if (!ids.empty()) co_await send_to(job, ids);
    } else if (const auto silent = places.silent(); !silent.empty()) {
      const auto probe = co_await ask(silent, find_job_load(*job, silent), job->gather_timeout);
      co_await judge(job, probe);
    } else {
      co_await job->changed.wait(places.rest());
    }
  }
  co_await finish(job);
}

void JobBoard::end_batch(const std::shared_ptr<Job>& job) {
  if (job->is_finished || !job->batch || job->batch->unsent.empty()) return;
  log::info("job {}: the batch ends before {} of its minions", job->jid, job->batch->unsent.size());
  std::deque<std::string> unsent = std::exchange(job->batch->unsent, {});
  for (auto& id : unsent)
    if (job->waiting.contains(id)) parts_.loop.spawn("job " + job->jid, end(job, std::move(id), outcome::not_delivered));
}

}  // namespace halite::master
