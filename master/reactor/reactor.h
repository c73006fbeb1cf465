// Watches the event bus and does what the option `reactor` says. Lives on the loop thread; templates render on workers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/config/master_settings.h"
#include "common/wire/workers.h"
#include "master/events/event_bus.h"
#include "master/files/files.h"
#include "master/jobs/job_board.h"
#include "master/reactor/reaction.h"
#include "master/runners/runner_desk.h"

namespace halite::master {

struct ReactorRule {
  std::string tag;                 // a glob
  std::vector<std::string> files;  // SLS: salt://..., or paths of this machine
};

struct ReactorParts {
  wire::Loop& loop;
  Host& host;
  const MasterSettings& settings;
  EventBus& events;
  Files& files;
  wire::Workers& workers;
  JobBoard& jobs;
  RunnerDesk& desk;
  const RunnerTable& runners;
  const RunnerTable& wheels;
};

class Reactor {
 public:
  // Throws Error(invalid) for an option `reactor` that is no list of {GLOB: FILES}, or names what is no file.
  explicit Reactor(ReactorParts parts);

  // Watches until the loop ends.
  Task<void> watch();

  const std::vector<ReactorRule>& rules() const { return rules_; }
  // False when there is a rule for this tag already, or none. Until the next start of the master. Throws Error(invalid) as the
  // constructor does.
  bool add(ReactorRule rule);
  bool remove(const std::string& tag);

 private:
  std::vector<std::string> files_for(const std::string& tag) const;
  Task<void> react(wire::Event event);
  Task<void> run(Reaction reaction);
  Task<void> wait_for_a_place();
  void tell_error(const wire::Event& event, const std::string& file, const Error& error);

  ReactorParts parts_;
  std::vector<ReactorRule> rules_;
  std::vector<std::shared_ptr<RunnerJob>> running_;  // functions of the master that reactions started
};

}  // namespace halite::master
