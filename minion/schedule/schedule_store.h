// The schedule on disk: what schedule.add and its kind keep, how the jobs stand, and runs that are asked for. The daemon,
// job processes and halite-call share it, so a change needs no daemon, and the daemon sees it within a second.
//
// Kept where Salt keeps it: minion.d/_schedule.conf beside the configuration, which holds nothing else.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/config/load_settings.h"
#include "common/host/host.h"

namespace halite::minion {

class ScheduleStore {
 public:
  ScheduleStore(Host& host, const LoadedSettings<MinionSettings>& config);

  // Jobs and settings that are kept here. Throws Error(invalid) when the file is no schedule.
  Map kept() const;
  // Reads, lets `change` work, and writes when it gives true; one at a time on this machine.
  void edit(const std::function<bool(Map& kept)>& change);
  // Grows with every change of the file.
  std::string version() const;

  // How the jobs stand, by name: what the daemon told last.
  Map status() const;
  void tell_status(const Map& status);

  // Asks the daemon to run a job now.
  void ask_to_run(const std::string& name);
  std::vector<std::string> take_asked();

  const std::string& path() const { return path_; }

 private:
  Host& host_;
  std::string path_, status_path_, asked_path_, lock_path_, directory_;
};

// The whole schedule: what is kept wins over the configuration, that over the pillar.
Map whole_schedule(const Map& pillar, const Map& configured, const Map& kept);
// The key `schedule` of a pillar; empty when there is none, or what stands there is no map.
Map schedule_in(const Map& pillar);

}  // namespace halite::minion
