// Files that minions push (cp.push): each below its own minion's directory, DIRECTORY/ID/files, and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/base/unique_fd.h"
#include "common/host/host.h"
#include "common/wire/messages/file.h"

namespace halite::master {

struct PushLimits {
  std::uint64_t file_bytes = std::uint64_t{100} << 20;
  std::uint64_t minion_bytes = std::uint64_t{1} << 30;  // all files of one minion
  std::size_t minion_entries = 10'000;                  // its files and folders
  std::size_t open_per_minion = 4;                      // begun and not yet whole; a further one ends the oldest
  std::size_t open = 256;
  std::uint64_t spare_bytes = std::uint64_t{256} << 20;  // what the disk must keep free
};

// No path is built from what a minion says: each part of a name is one entry of a folder that is held open, and no link
// is followed. A file is there when it is whole, and until then the old one is. Its parts come in order, from the first.
class PushedFiles {
 public:
  // `directory` is made when first needed, 0700, its files 0600. The parent is there.
  PushedFiles(Host& host, std::string directory, PushLimits limits);
  ~PushedFiles();

  // Blocks; for several workers at once. Throws Error that says why the part is refused. What was begun of the file is then gone.
  void take(const std::string& minion, const wire::PushedPart& part);

 private:
  struct Upload;
  struct Usage {
    std::uint64_t bytes = 0;
    std::size_t entries = 0;
    std::chrono::steady_clock::time_point seen;
  };

  std::unique_ptr<Upload> begin(const std::string& minion, const wire::PushedPart& part, const std::string& name);
  std::unique_ptr<Upload> find_begun(const std::string& minion, const std::string& name);
  void check_room(const std::string& minion, std::uint64_t size_bytes, const UniqueFd& files);
  void make_room_for_one(const std::string& minion);
  UniqueFd folder_of(const std::string& minion);

  Host& host_;
  const std::string directory_;
  const PushLimits limits_;
  std::mutex mutex_;  // of what follows; an upload that a worker writes to is not in the list meanwhile
  std::list<std::unique_ptr<Upload>> uploads_;  // the oldest first
  std::map<std::string, Usage> usage_;          // of the minions that pushed since the start
  std::uint64_t last_number_ = 0;
};

}  // namespace halite::master
