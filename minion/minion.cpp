#include "minion/minion.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "common/target/target.h"
#include "minion/disk.h"
#include "minion/job_process.h"
#include "minion/memory.h"
#include "minion/mine.h"
#include "minion/notify.h"
#include "minion/return_limit.h"
#include "pillar/plain_functions.h"
#include "states/registry.h"

namespace halite::minion {
namespace {

constexpr std::chrono::seconds unfinished_interval{1};
constexpr std::chrono::seconds tend_interval{15};  // between two looks at returns that wait

// A return that comes twice changes nothing, so one whose master was restarted amid it is sent again soon. A large one
// takes its time: so much for 100 kB.
wire::RequestOptions patience_for(const Map& load) {
  return {.timeout = std::chrono::seconds(10) + std::chrono::seconds(to_msgpack(load).size() / 100'000), .tries = 3};
}

// "Sun Nov 22 05:00:00 2026"
std::string readable_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S %Y", &local);
  return std::string(text.data(), length);
}

// Facts are looked at only where the id alone does not decide.
bool is_target(const Job& job, const std::string& delimiter, const Tools& tools) {
  const auto matcher = target::Matcher::compile(target::kind_from(job.tgt_type), job.tgt, delimiter, tools.config.settings.nodegroups);
  target::Subject subject{.id = tools.grains.settings().id};
  auto verdict = matcher.judge(subject);
  if (verdict == target::Verdict::unknown) {
    subject.grains = &tools.grains.all();
    verdict = matcher.judge(subject);
  }
  if (verdict != target::Verdict::unknown) return verdict == target::Verdict::yes;
  const Map pillar = tools.pillar.current();
  subject.pillar = &pillar;
  return matcher.matches(subject);
}

// A limit under a wrong name limits nothing. Names of states and of what templates alone may call count too.
void warn_of_wrong_names(const Tools& tools) {
  const Limits& limits = tools.functions.limits();
  std::vector<std::string> modules = tools.functions.all_modules();
  if (limits.wrong_names(modules).empty()) return;
  for (const auto& module : states::registry().modules()) modules.push_back(module.name);
  for (const auto& [name, function] : pillar::plain_functions()) modules.push_back(name.substr(0, name.find('.')));
  for (const auto& sentence : limits.wrong_names(modules)) log::warning("{}", sentence);
}

bool is_by_id(const std::string& kind) { return kind == "glob" || kind == "list" || kind == "pcre"; }

}  // namespace

Minion::Minion(wire::Loop& loop, wire::Workers& quick, wire::Workers& slow, wire::MasterConnection& master, Host& host,
               Probe& probe, const LoadedSettings<MinionSettings>& config)
    : loop_(loop), quick_(quick), slow_(slow), master_(master), host_(host), config_(config), link_(loop, master),
      machine_(host, probe, config, config.settings.file_client == "local" ? nullptr : &link_),
      returners_(config.settings, host), journal_(config.settings.state_dir), returns_(config.settings.state_dir + "/returns"), unfinished_(journal_.unfinished()),
      scheduler_(loop, quick, machine_.tools(), [this](Job job) { return start(std::move(job)); }) {}

// systemd's watchdog, from the start: waiting for an operator is no illness.
Task<void> Minion::watch() {
  const auto interval = watchdog_interval();
  while (interval) {
    co_await wire::sleep_for(*interval);
    notify_manager("WATCHDOG=1");
  }
}

Task<void> Minion::run() {
  // Up, though perhaps not yet accepted: the start of a host must not wait for an operator.
  notify_manager("READY=1\nSTATUS=Joining the master");
  loop_.spawn("the watchdog", watch());
  co_await master_.connect(config_.settings.rejected_retry);
  // Listening first: a job that comes while the pillar is fetched is not lost.
  loop_.spawn("getting ready", prepare());
  loop_.spawn("tending", tend());
  std::function<void(Map)> handler = [this](Map load) { loop_.spawn("a publication", take_publication(std::move(load))); };
  co_await master_.listen(std::move(handler));
}

Task<void> Minion::prepare() {
  report_unfinished();
  if (!unfinished_.empty()) loop_.spawn("following jobs of before", follow_unfinished());
  Tools tools = machine_.tools();
  auto warm_up = [tools] {
    warn_of_wrong_names(tools);
    tools.grains.all();
    if (tools.pillar.current().contains("_errors")) log::error("the pillar has errors; see pillar.items");
  };
  co_await quick_.run(std::move(warm_up));
  co_await send_start_events();
  notify_manager("STATUS=Connected to the master");
  log::info("ready as '{}'", config_.settings.id);
  co_await deliver_waiting();
  co_await update_mine();
  loop_.spawn("the schedule", scheduler_.run());
  // What fetching and rendering took goes back.
  give_back_memory();
}

Task<void> Minion::send_start_events() {
  const std::string id = config_.settings.id;
  const std::string text = fmt::format("Minion {} started at {}", id, readable_time(host_.now()));
  for (const std::string& tag : {std::string("minion_start"), "salt/minion/" + id + "/start"}) {
    Map load{{"id", id}, {"tag", tag}, {"data", text}, {"pretag", Value()}};
    co_await master_.request("_minion_event", std::move(load));
  }
}

Task<void> Minion::update_mine() {
  if (!config_.settings.mine_enabled) co_return;
  Tools tools = machine_.tools();
  auto gather = [tools] {
    Call call{.tools = tools, .name = "mine.update"};
    return mine_data(call, mine_functions_of(call));
  };
  const Map data = co_await quick_.run(std::move(gather));
  if (data.empty()) co_return;
  Map load{{"id", config_.settings.id}, {"data", data}, {"clear", false}};
  co_await master_.request("_mine", std::move(load));
}

// Once when it fills up, and once when there is room again.
Task<void> Minion::tell_of_disk(bool is_full) {
  if (is_full == is_disk_full_) co_return;
  const std::string& path = config_.settings.state_dir;
  if (is_full) log::error("the disk of {} is full: there is no room for the reserve any more", path);
  Map data{{"path", path}, {"full", is_full}};
  Map load{{"id", config_.settings.id}, {"tag", "salt/minion/" + config_.settings.id + "/disk_full"}, {"data", std::move(data)}, {"pretag", Value()}};
  co_await master_.request("_minion_event", std::move(load));
  is_disk_full_ = is_full;
}

// Returns that wait, the disk, and the mine.
Task<void> Minion::tend() {
  auto last_mine = host_.steady_now();
  while (true) {
    co_await wire::sleep_for(tend_interval);
    const bool is_disk_full = !make_reserve(config_.settings.state_dir);
    try {
      co_await tell_of_disk(is_disk_full);
      co_await deliver_waiting();
      if (config_.settings.mine_interval > 0 && host_.steady_now() - last_mine >= std::chrono::minutes(config_.settings.mine_interval)) {
        last_mine = host_.steady_now();
        co_await update_mine();
      }
    } catch (const Error& error) {
      log::warning("{}", error.what());
    }
  }
}

Task<bool> Minion::is_meant(Job job, std::string delimiter) {
  Tools tools = machine_.tools();
  if (is_by_id(job.tgt_type)) co_return is_target(job, delimiter, tools);
  auto match = [job, delimiter, tools] { return is_target(job, delimiter, tools); };
  const bool verdict = co_await quick_.run(std::move(match));
  co_return verdict;
}

Task<void> Minion::take_publication(Map load) {
  try {
    for (const char* own : {"schedule", "return_job"}) load.erase(own);  // a published job is none of this minion's own
    Job job = decode_job(load);
    const Value* given = load.find("delimiter");
    const std::string delimiter = given && given->if_string() ? *given->if_string() : ":";
    const bool meant = co_await is_meant(job, delimiter);
    if (!meant) co_return;
    co_await start(std::move(job));
  } catch (const Error& error) {
    log::error("a publication is refused: {}", error.what());
  }
}

Task<void> Minion::start(Job job) {
  const bool light = is_light(job, machine_.tools());
  std::string why_not;
  bool is_new = false;
  try {
    is_new = journal_.take(job.jid, job.shown(), !light);
  } catch (const Error& error) {
    why_not = error.what();
  }
  if (!why_not.empty()) {
    log::error("the job {} is refused: {}", job.jid, why_not);
    Map load = refusal(job, config_.settings.id, fmt::format("The job did not run: it can't be put on record ({}).", why_not));
    load.set("outcome", "refused");
    if (job.is_returned()) co_await deliver(job.jid, std::move(load));
    co_return;
  }
  if (!is_new) {
    log::warning("the job {} was taken before; it does not run again", job.jid);
    co_return;
  }
  Tools tools = machine_.tools();
  auto judge = [job, tools] { return blackout(job, tools); };
  const auto forbidden = co_await quick_.run(std::move(judge));
  if (forbidden) {
    journal_.finish(job.jid);
    Map load = refusal(job, config_.settings.id, *forbidden);
    load.set("outcome", "refused");
    if (returners_.are_wanted(job)) {
      auto hand_out = [this, job, load] { returners_.take(job, load); };
      co_await quick_.run(std::move(hand_out));
    }
    if (job.is_returned()) co_await deliver(job.jid, std::move(load));
    co_return;
  }
  log::info("job {}: {}", job.jid, short_text(job.fun));
  if (light) co_await run_light(std::move(job));
  else co_await run_in_process(std::move(job));
}

Task<void> Minion::run_light(Job job) {
  Tools tools = machine_.tools();
  Map result;
  try {
    auto work = [this, job, tools] {
      Map given = run_job(job, tools, {});
      returners_.take(job, given);
      return given;
    };
    result = co_await quick_.run(std::move(work));
  } catch (const Error& error) {
    result = refusal(job, config_.settings.id, error.what());
  }
  journal_.finish(job.jid);
  if (job.is_returned()) co_await deliver(job.jid, std::move(result));
}

// The process leaves its return on disk; what has none there did not end well.
Task<void> Minion::run_in_process(Job job) {
  in_process_.insert(job.jid);
  machine_.jobs().expect(job.jid, job.shown());
  std::string why;
  try {
    JobProcessRequest request{job, config_.directory, config_.settings.id, {}};
    Tools tools = machine_.tools();
    MasterLink& link = link_;
    auto work = [request, tools, &link]() mutable {
      request.grains = tools.grains.all();
      return supervise_job(request, link);
    };
    why = co_await slow_.run(std::move(work));
  } catch (const Error& error) {
    why = error.what();
  }
  machine_.jobs().forget(job.jid);
  if (!why.empty()) log::warning("job {}: {}", job.jid, why);
  std::optional<Map> unkept;
  if (const auto kept = returns_.get(job.jid); !kept && (job.is_returned() || !why.empty()))
    unkept = keep_interruption(job, why.empty() ? "it gave no result" : why);
  in_process_.erase(job.jid);
  if (unkept) co_await master_.request("_return", *unkept, patience_for(*unkept));
  journal_.finish(job.jid);
  co_await deliver_waiting();
  give_back_memory();
}

// A quick one goes out at once, and to disk only when the master does not take it.
Task<void> Minion::deliver(std::string jid, Map load) {
  fit_return(load);
  std::string failure;
  try {
    co_await master_.request("_return", load, patience_for(load));
  } catch (const Error& error) {
    failure = error.what();
  }
  if (failure.empty()) co_return;
  log::warning("the return of job {} waits for the master: {}", jid, failure);
  returns_.put(jid, load);
}

Task<void> Minion::deliver_waiting() {
  if (is_delivering_) co_return;
  is_delivering_ = true;
  try {
    // Again from the start each time: more may come while one is sent.
    for (auto waiting = returns_.waiting(); !waiting.empty(); waiting = returns_.waiting()) {
      bool has_sent = false;
      for (const auto& jid : waiting) {
        if (in_process_.contains(jid)) continue;
        const auto load = returns_.get(jid);
        if (!load) continue;
        co_await master_.request("_return", *load, patience_for(*load));
        returns_.remove(jid);
        has_sent = true;
      }
      if (!has_sent) break;
    }
  } catch (const Error& error) {
    log::warning("returns wait for the master: {}", error.what());
  }
  is_delivering_ = false;
}

// The return of a job that did not come to its end, with how far it had come.
Map Minion::interruption(const Job& job, const std::string& why) {
  const std::string note = machine_.jobs().take_note(job.jid);
  Map load = refusal(job, config_.settings.id, "The job was interrupted: " + why + (note.empty() ? "" : ". " + note));
  load.set("outcome", "interrupted");
  return load;
}

// It happens seldom and is small, so it is written here and now. Gives what the master has to be told because the disk does
// not take it.
std::optional<Map> Minion::keep_interruption(const Job& job, const std::string& why) {
  Map load = interruption(job, why);
  returners_.take(job, load);
  if (!job.is_returned()) return std::nullopt;
  try {
    returns_.put(job.jid, load);
    return std::nullopt;
  } catch (const Error& error) {
    log::error("{}", error.what());
    return load;
  }
}

// Jobs that a crash of the daemon cut off: still running in their own process, ended with a return on disk, or lost.
void Minion::report_unfinished() {
  std::erase_if(unfinished_, [this](const Map& shown) {
    const std::string jid = shown.at("jid").as_string();
    if (!machine_.jobs().find(jid).empty()) {
      in_process_.insert(jid);  // what it returns must not be sent before it is seen here that it has
      return false;
    }
    if (!returns_.get(jid)) {
      try {
        keep_interruption(decode_job(shown), "the minion was stopped while it ran");
      } catch (const Error& error) {
        log::warning("an interrupted job can't be reported: {}", error.what());
      }
    }
    journal_.finish(jid);
    in_process_.erase(jid);
    return true;
  });
}

// Nobody waits for the processes that outlived their daemon; whatever becomes of them is told soon after.
Task<void> Minion::follow_unfinished() {
  while (!unfinished_.empty()) {
    co_await wire::sleep_for(unfinished_interval);
    report_unfinished();
    co_await deliver_waiting();
  }
}

}  // namespace halite::minion
