#include "minion/state_run/progress.h"

#include <chrono>

#include "common/base/error.h"
#include "common/base/log.h"

namespace halite::minion {
namespace {

constexpr std::chrono::seconds first_interval{1};
constexpr std::chrono::seconds longest_interval{10};  // ten thousand minions at work are a thousand events a second
constexpr std::size_t text_limit = 120;

std::string shortened(const std::string& text) {
  return text.size() <= text_limit ? text : text.substr(0, text_limit - 3) + "...";
}

}  // namespace

Progress::Progress(RunningJobs& jobs, MasterLink* master, std::string jid, std::string id)
    : note_(jobs.note(jid)), master_(master), jid_(std::move(jid)), id_(std::move(id)) {
  if (master_) thread_ = std::thread([this] { tell_until_stopped(); });
}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Progress::starting(const states::Headway& headway) {
  const std::string next = shortened(headway.next);
  const std::string last = headway.last_ended.empty() ? "" : fmt::format(", '{}' the last", shortened(headway.last_ended));
  note_.write(fmt::format("{} of {} states had ended{}; '{}' was next", headway.ended, headway.total, last, next));
  const std::lock_guard lock(mutex_);
  what_ = next;
  ended_ = headway.ended;
  total_ = headway.total;
}

void Progress::tell_until_stopped() {
  auto interval = first_interval;
  std::string last;
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, interval, [this] { return is_stopped_; })) {
    interval = std::min(longest_interval, interval + std::chrono::seconds(1));
    const std::string now = fmt::format("{} {}", ended_, what_);
    if (what_.empty() || now == last) continue;
    last = now;
    const std::string what = what_;
    const std::size_t ended = ended_, total = total_;
    lock.unlock();
    tell(what, ended, total);
    lock.lock();
  }
}

void Progress::tell(const std::string& what, std::size_t ended, std::size_t total) {
  const auto done = static_cast<std::int64_t>(ended);
  const Map data{{"done", done}, {"len", static_cast<std::int64_t>(total)}, {"running", what}};
  try {
    master_->tell("_minion_event", {{"id", id_}, {"tag", fmt::format("salt/job/{}/prog/{}/{}", jid_, id_, done)}, {"data", data}});
  } catch (const Error& error) {
    log::debug("progress was not told: {}", error.what());
  }
}

}  // namespace halite::minion
