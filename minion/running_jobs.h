// Jobs that run on this machine, whoever runs them: the daemon's jobs and halite-call. One file a job, locked by the
// process that runs it, so that a dead one is never mistaken for a running one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/unique_fd.h"
#include "common/data/value.h"

namespace halite::minion {

class RunningJobs {
 public:
  // `directory` is made when needed, 0700.
  explicit RunningJobs(std::string directory) : directory_(std::move(directory)) {}

  // Held while the job runs; the file goes with it.
  class Mark {
   public:
    Mark(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
    Mark(Mark&&) = default;
    Mark& operator=(Mark&&) = default;
    ~Mark();

   private:
    UniqueFd file_;
    std::string path_;
  };
  // `job` is what saltutil.running shows: {jid, fun, arg, tgt, tgt_type, ret, user}; `pid` is added.
  // Throws Error(invalid) for a job id that is none.
  Mark mark(const std::string& jid, Map job);

  // How far a job has come, kept where a dead process leaves it. Writing is quick: a job may write before each state.
  class Note {
   public:
    explicit Note(UniqueFd file) : file_(std::move(file)) {}
    void write(const std::string& text);

   private:
    UniqueFd file_;
  };
  Note note(const std::string& jid);
  // The last note of a job that runs no more, and removes it; empty when there is none.
  std::string take_note(const std::string& jid);

  // The daemon's own: a job that was taken and whose process has not marked it yet. It counts as running, without a pid.
  void expect(const std::string& jid, Map job);
  void forget(const std::string& jid);

  // Every running job, oldest first.
  std::vector<Map> list();
  // An empty map when it does not run.
  Map find(const std::string& jid);
  // Sends a signal to the job's process; that one ends its own commands. False when it does not run.
  bool signal(const std::string& jid, int signal_number);

 private:
  std::optional<Map> read(const std::string& name);
  std::string directory_;
  std::mutex mutex_;  // of expected_: the loop takes jobs, workers list them
  std::map<std::string, Map> expected_;
};

// 20 digits, or with "_" and more digits.
bool is_valid_jid(const std::string& jid);
// A new one: UTC, YYYYMMDDhhmmssffffff.
std::string make_jid(std::int64_t microseconds_since_1970);

}  // namespace halite::minion
