// What `halite` shows of a job: answers as they come, who did not return, the summary.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/wire/messages/job.h"
#include "master/cli/printer.h"
#include "master/cli/spinner.h"

namespace halite::cli {

struct JobScreenOptions {
  bool verbose = false;
  bool show_jid = false;
  bool show_timeout = true;  // the minions that did not return
  bool as_one = false;       // --static
  bool progress = false;     // also where standard error is no terminal: lines of who is waited for
  bool summary = false;
  bool in_batches = false;        // the master stops sending when the caller goes
  bool as_documentation = false;  // what sys.doc gives, once for all minions
};

class JobScreen {
 public:
  JobScreen(const Screen& screen, Printer& printer, JobScreenOptions options);

  void on_event(const wire::JobEvent& event);
  // Time has passed: moves the line of counts.
  void tick() { spinner_.show(answered_, waiting_, progress_); }
  // The job has ended. Gives the exit code.
  int finish(const wire::JobSummary& summary);
  // Ctrl-C: how to come back.
  void interrupted();

 private:
  void start(const wire::JobEvent& event);
  void tell_progress();
  void show_all();
  void show_return(const wire::JobReturn& result);
  void show_silent(const std::string& id, const std::string& outcome);
  void show_summary() const;
  bool show_documentation() const;

  const Screen& screen_;
  Printer& printer_;
  JobScreenOptions options_;
  Spinner spinner_;
  std::string jid_;
  std::set<std::string> waiting_;
  std::map<std::string, std::string> progress_;  // of those who told how far they are
  std::size_t answered_ = 0;
  std::size_t steps_told_ = 0;                   // of --progress
  std::vector<std::string> failed_;
  std::map<std::string, std::string> silent_;  // id -> outcome
  Map all_;                                    // with --static
  std::string wanted_;                         // outputter of what is in all_
};

// What is shown under the id of a minion that gives no return.
std::string silent_text(const std::string& outcome, const std::string& jid);

}  // namespace halite::cli
