// Which jobs this minion has taken: a job id never runs twice, also across a crash. And returns that wait for delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/unique_fd.h"
#include "common/data/value.h"

namespace halite::minion {

class Journal {
 public:
  // Reads `directory`/journal, made when needed. A cut or damaged tail, as a crash leaves it, is dropped.
  explicit Journal(std::string directory);

  // True when the job is new: it is on record when this returns. `is_durable`: also after a power loss. False for a job
  // that was taken before, and for one older than everything on record.
  bool take(const std::string& jid, const Map& job, bool is_durable);
  // The job has ended and its return is kept or delivered.
  void finish(const std::string& jid);
  // Jobs taken and never finished, when the journal was opened: their process died.
  const std::vector<Map>& unfinished() const { return unfinished_; }

 private:
  void read();
  void append(const Map& record, bool is_durable);
  void shrink();

  std::string path_;
  UniqueFd file_;
  std::vector<std::uint64_t> known_;  // hashes of job ids, sorted
  std::vector<std::string> order_;    // the job ids, as they came
  std::string floor_;                 // ids up to here are refused: what was known of them is forgotten
  std::vector<Map> unfinished_;
};

// Returns on disk, one file each (0600), until the master has them. At most 1000: the oldest go first. Above the limit of bytes the
// oldest are cut to their beginning and say so; how they ended stays.
class ReturnStore {
 public:
  explicit ReturnStore(std::string directory, std::uintmax_t limit_bytes = 64u << 20)
      : directory_(std::move(directory)), limit_bytes_(limit_bytes) {}
  void put(const std::string& jid, const Map& load);  // on disk when it returns
  std::vector<std::string> waiting() const;           // job ids, oldest first
  // Nothing for one that is not there; a damaged file is removed.
  std::optional<Map> get(const std::string& jid) const;
  void remove(const std::string& jid);

 private:
  void shorten(const std::vector<std::string>& jids);
  std::string directory_;
  std::uintmax_t limit_bytes_;
};

}  // namespace halite::minion
