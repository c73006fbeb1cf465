// Old contents of replaced files, kept below the cache as Salt keeps them:
// file_backup/PATH_Thu_Jan_01_10:00:00_000000_2026. Root alone may read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "states/world.h"

namespace halite::states {

struct Backup {
  std::string location;
  std::string time;  // "Thu Jan 01 2026 10:00:00.000000", local
  std::int64_t size_bytes = 0;
  std::int64_t order = 0;  // microseconds since the epoch
};

// Does nothing when there is no such plain file.
void back_up(const std::string& path, World& world);
// Of one file, the newest first.
std::vector<Backup> backups_of(const std::string& path, World& world);
// Names of the files in a directory that have backups.
std::vector<std::string> files_with_backups(const std::string& directory, World& world);
// The file gets the old content and keeps its owner and mode; what it held is backed up first.
void restore_backup(const std::string& path, const Backup& backup, World& world);

}  // namespace halite::states
