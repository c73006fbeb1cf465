// Packages of Debian's dpkg and apt: what is installed is read from dpkg's own file, without a child process.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct Package {
  std::string version;      // empty: not installed
  bool has_config = false;  // removed, and its configuration files are still there
  bool is_held = false;
};

using PackageMap = std::map<std::string, Package>;

class Packages {
 public:
  explicit Packages(Host& host) : host_(&host) {}

  // Everything that dpkg knows, by name; "name:arch" too for packages of a foreign architecture.
  std::shared_ptr<const PackageMap> all();
  // The version apt would install of each; a name it does not know is left out. Starts apt-cache once.
  std::map<std::string, std::string> candidates(const std::vector<std::string>& names);

  // Fetches the lists of packages; once a run unless `again`.
  void refresh(bool again);
  // apt-get with the given words ("install", "--no-install-recommends", "nginx=1.22"), never asking anything and
  // keeping changed configuration files. Throws Error(unavailable) with apt's last lines.
  void apt_get(const Argv& words);
  void hold(const std::string& name, bool held);

 private:
  Host* host_;
  std::string stamp_;
  std::shared_ptr<const PackageMap> known_;
  bool is_refreshed_ = false;
};

}  // namespace halite::states
