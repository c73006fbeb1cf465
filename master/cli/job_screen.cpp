#include "master/cli/job_screen.h"

#include "common/base/strings.h"
#include "common/config/program.h"

namespace halite::cli {
namespace {

constexpr std::size_t progress_steps = 20;  // at most so many lines, however many minions there are
constexpr std::size_t progress_width = 79;
constexpr std::string_view rule = "-------------------------------------------";

std::string how_to_come_back(const std::string& jid) {
  return "The minions may not have all finished running and any remaining minions will return upon completion. To look up the "
         "return data for this job later, run the following command:\n\nhalite-run jobs.lookup_jid " +
         jid;
}

}  // namespace

std::string silent_text(const std::string& outcome, const std::string& jid) {
  if (outcome == wire::outcome::not_delivered) return "Minion did not return. [Not delivered]\nIt never got the job.";
  if (outcome == wire::outcome::not_connected) return "Minion did not return. [Not connected]";
  if (outcome == wire::outcome::interrupted)
    return "Minion did not return. [Interrupted]\nIt began the job and stopped before it was done; the job will not be run again.";
  if (outcome.empty()) return "Minion did not return. [No response]\nNo minion of that name has an accepted key here.";
  return "Minion did not return. [No response]\n" + how_to_come_back(jid);
}

JobScreen::JobScreen(const Screen& screen, Printer& printer, JobScreenOptions options)
    : screen_(screen), printer_(printer), options_(options), spinner_(screen) {}

void JobScreen::on_event(const wire::JobEvent& event) {
  if (event.kind == "started") {
    start(event);
    tell_progress();
  } else if (event.kind == "return" && event.result) {
    waiting_.erase(event.result->id);
    progress_.erase(event.result->id);
    ++answered_;
    spinner_.hide();
    show_return(*event.result);
    tell_progress();
  } else if (event.kind == "progress") {
    progress_[event.id] = event.text;
  } else if (event.kind == "ended") {
    waiting_.erase(event.id);
    progress_.erase(event.id);
    silent_[event.id] = event.outcome;  // shown at the end, as those who answer come first
  }
}

void JobScreen::start(const wire::JobEvent& event) {
  jid_ = event.jid;
  waiting_.insert(event.minions.begin(), event.minions.end());
  for (const auto& id : event.missing) silent_[id] = "";
  if (options_.verbose) {
    const std::string head = "Executing job with jid " + jid_;
    printer_.line(head + "\n" + std::string(head.size(), '-') + "\n");
  } else if (options_.show_jid) {
    printer_.line("jid: " + jid_);
  }
}

// For logs and pipes; on a terminal the spinner tells it.
void JobScreen::tell_progress() {
  if (!options_.progress || screen_.err_is_terminal || waiting_.empty()) return;
  const std::size_t step = 1 + answered_ * progress_steps / (answered_ + waiting_.size());
  if (step == steps_told_) return;
  steps_told_ = step;
  screen_.err(waiting_text(answered_, waiting_, progress_width) + "\n");
}

void JobScreen::show_return(const wire::JobReturn& result) {
  if (result.retcode != 0 || result.outcome == wire::outcome::failed || result.outcome == wire::outcome::refused)
    failed_.push_back(result.id);
  if (options_.as_one || options_.as_documentation) {
    all_.set(result.id, result.value);
    if (!result.out.empty()) wanted_ = result.out;
    return;
  }
  printer_.show(Map{{result.id, result.value}}, result.out, result.retcode);
  // States that ran on older data than the newest commit must not look like all is well.
  if (const auto note = result.pillar_commit.find(" ("); note != std::string::npos && result.out == "highstate")
    screen_.err(fmt::format("WARNING: {}: {}\n", escape_control(result.id), escape_control(result.pillar_commit.substr(note + 1))));
  if (!options_.verbose || !printer_.asked().empty()) return;
  for (const auto& [what, commit] : {std::pair("pillar", result.pillar_commit), std::pair("states", result.state_commit)})
    if (!commit.empty()) printer_.line(fmt::format("    # {}: {}", what, escape_control(commit)));
}

void JobScreen::show_silent(const std::string& id, const std::string& outcome) {
  if (!options_.show_timeout && !options_.verbose) return;
  const std::string text = silent_text(outcome, jid_);
  if (options_.as_one && !printer_.asked().empty()) all_.set(id, text);  // the one document names them too
  else printer_.show(Map{{id, text}}, "no_return", exit_code::generic);
}

// By id, so that two runs can be compared; they came as they were ready.
void JobScreen::show_all() {
  std::map<std::string, Value> sorted;
  for (const auto& [id, value] : all_) sorted.emplace(id.as_string("a minion's id"), value);
  Map shown;
  for (auto& [id, value] : sorted) shown.set(id, std::move(value));
  printer_.show(shown, wanted_, failed_.empty() ? 0 : 1);
}

int JobScreen::finish(const wire::JobSummary& summary) {
  spinner_.hide();
  jid_ = summary.jid;
  for (const auto& id : waiting_) {  // never told of: the summary knows
    const auto found = summary.outcomes.find(id);
    silent_[id] = found == summary.outcomes.end() ? wire::outcome::running : found->second;
  }
  for (const auto& id : summary.missing) silent_.emplace(id, "");
  const bool is_documented = !options_.as_documentation || show_documentation();
  if (options_.as_one && printer_.asked().empty() && !all_.empty()) show_all();
  for (const auto& [id, outcome] : silent_) show_silent(id, outcome);
  if (options_.as_one && !printer_.asked().empty()) show_all();
  if (options_.summary && printer_.asked().empty()) show_summary();
  if (!is_documented) return exit_code::generic;
  if (failed_.empty() && silent_.empty()) return exit_code::ok;
  screen_.err("ERROR: Minions returned with non-zero exit code\n");
  return exit_code::generic;
}

// Each function once, whoever has it. False: nobody has one of that name.
bool JobScreen::show_documentation() const {
  std::map<std::string, std::string> documentation;
  for (const auto& [id, value] : all_)
    if (const Map* functions = value.if_map())
      for (const auto& [name, text] : *functions)
        if (name.is_string() && text.is_string()) documentation.emplace(*name.if_string(), *text.if_string());
  if (documentation.empty()) {
    screen_.err("ERROR: no minion that answered has such a function; 'halite TARGET sys.list_functions' names those there are\n");
    return false;
  }
  if (!printer_.asked().empty()) {
    Map shown;
    for (const auto& [name, text] : documentation) shown.set(name, text);
    printer_.show(shown);
    return true;
  }
  for (const auto& [name, text] : documentation)
    printer_.line(fmt::format("{}:\n\n    {}\n", escape_control(name), replace_all(escape_control(std::string(trim(text)), true), "\n", "\n    ")));
  return true;
}

void JobScreen::show_summary() const {
  printer_.line(fmt::format("\n\n{}\nSummary\n{}", rule, rule));
  printer_.line(fmt::format("# of minions targeted: {}", answered_ + silent_.size()));
  printer_.line(fmt::format("# of minions returned: {}", answered_));
  printer_.line(fmt::format("# of minions that did not return: {}", silent_.size()));
  printer_.line(fmt::format("# of minions with errors: {}", failed_.size()));
  if (options_.verbose) {
    std::vector<std::string> not_connected, not_responding;
    for (const auto& [id, outcome] : silent_)
      (outcome == wire::outcome::not_connected ? not_connected : not_responding).push_back(id);
    const auto list = [&](std::string_view label, const std::vector<std::string>& ids) {
      if (!ids.empty()) printer_.line(fmt::format("{}: {}", label, escape_control(join(ids, " "))));
    };
    list("Minions not connected", not_connected);
    list("Minions not responding", not_responding);
    list("Minions with failures", failed_);
  }
  printer_.line(rule);
}

void JobScreen::interrupted() {
  spinner_.hide();
  if (jid_.empty()) return screen_.err("\nInterrupted before the master said the job's id; 'halite-run jobs.active' shows what runs.\n");
  const std::string_view left_out = options_.in_batches ? "The minions that the batch had not come to are left out.\n" : "";
  screen_.err(fmt::format("\nExiting gracefully on Ctrl-c\nThis job's jid is: {}\n{}{}\n", jid_, left_out, how_to_come_back(jid_)));
}

}  // namespace halite::cli
