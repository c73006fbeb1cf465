// A user's crontab with Salt's markers: what stands above the marker line is the user's and never touched; below it
// every job may have a comment and an identifier. Text that Salt wrote comes back byte for byte.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct CronJob {
  // minute, hour, day of month, month, day of week; or "@daily" alone.
  std::vector<std::string> times;
  std::string command;
  std::optional<std::string> comment, identifier;
  bool is_commented = false;

  bool is_special() const { return times.size() == 1; }
  bool operator==(const CronJob&) const = default;
};

struct Crontab {
  std::vector<std::string> above;  // lines above the marker
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<CronJob> jobs, specials;
  std::vector<std::string> unknown;  // below the marker, neither of the above: kept

  // The job that `identifier` names; a job without an identifier is known by its command.
  const CronJob* find(const std::string& command, const std::string& identifier) const;
  void remove(const CronJob& job);
  void add(CronJob job) { (job.is_special() ? specials : jobs).push_back(std::move(job)); }
  const std::string* variable(const std::string& name) const;
  // Empty values are kept as "".
  void set_variable(const std::string& name, const std::string& value);
  void remove_variable(const std::string& name);
};

Crontab parse_crontab(const std::string& text);
std::string crontab_text(const Crontab& crontab);

// The text as the user wrote it, without what cron puts on top; empty when there is none. Read from cron's spool
// directory, through crontab -l where that is not known.
std::string read_crontab(const std::string& user, Host& host);
// Through the program crontab, which checks it and tells cron. Throws Error(unavailable) in its words.
void write_crontab(const std::string& user, const std::string& text, Host& host);

}  // namespace halite::states
