// Packages that apt has fetched, whether installed or not.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/host/host.h"

namespace halite::states {

struct DownloadedPackage {
  std::string path;
  std::int64_t size_bytes = 0;
  std::int64_t changed_s = 0;
};

// By name and version. `root` is put in front of apt's folder.
std::map<std::string, std::map<std::string, DownloadedPackage>> downloaded_packages(Host& host, const std::string& root = "");

}  // namespace halite::states
