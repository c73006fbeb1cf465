// What this minion's own configuration forbids, whoever asks: the master, a schedule, the mine, a template, a state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/minion_settings.h"

namespace halite::minion {

struct Job;
struct Tools;

// disable_modules and whitelist_modules. Names are those of modules of functions; Salt's file names (cmdmod) mean the same.
class Limits {
 public:
  Limits() = default;
  explicit Limits(const MinionSettings& settings);

  // Why this function may not be called, "it is ..."; empty when it may. saltutil.find_job always may: without it the master
  // would take a job that runs for one that was lost.
  std::string refusal(std::string_view function) const;
  // A line for each state of the run that may not be: of a module that is forbidden, or with a command among its
  // conditions where cmd is forbidden.
  std::vector<std::string> problems(const List& low) const;
  // A sentence for each name that is none of these modules: what was meant to be forbidden is not.
  std::vector<std::string> wrong_names(const std::vector<std::string>& modules) const;

 private:
  std::string refusal_of_module(const std::string& module) const;
  std::vector<std::string> disabled_, allowed_;
};

// minion_blackout and minion_blackout_whitelist, of pillar and grains: why the job may not run; nothing when it may.
std::optional<std::string> blackout(const Job& job, const Tools& tools);

}  // namespace halite::minion
