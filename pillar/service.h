// Pillars from git, for a master: keeps the commits it serves from, and goes on with the last good one for a minion
// whose pillar does not compile at the newest.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pillar/compiler.h"
#include "pillar/git/git_store.h"

namespace halite::pillar {

// What an update did to one remote.
struct RemoteUpdate {
  std::string url;
  std::string commit;  // served now; empty when there never was one
  bool has_changed = false;
  std::string error = {};  // why it could not be fetched; then the commit is the old one
  std::string advice = {};  // what is probably not meant: a branch served as an environment that no top file names
};

struct ServedPillar {
  Pillar pillar;
  std::string revision;  // what it was compiled from, for the job's record: "git:URL@COMMIT", several with ", "
  // Set when that is older than what the remotes have: why, with the SLS file and its line. For the job's return and
  // the master's log.
  std::string note;
};

// What one remote is at: a commit, or with `__env__` as its branch, those of all branches and tags.
struct RemoteCommits {
  std::string commit = {};
  std::map<std::string, std::string> branches = {};
  bool operator==(const RemoteCommits&) const = default;
  // For records; of many branches the last by name.
  std::string newest() const { return branches.empty() ? commit : branches.rbegin()->second; }
};

// One fixed set of trees: the commits of all remotes at one time.
class Snapshot;

class PillarService {
 public:
  // Git remotes, or folders (pillar_roots), or both: folders are compiled first and the remotes merged over them in
  // their order. `stores` is where the bare stores are. Serves what was fetched last, before the first update().
  // Throws Error(invalid) for a remote that is not allowed. `host` runs git for remotes over ssh, and must outlive it.
  PillarService(PillarCompiler compiler, std::shared_ptr<FileTree> folders, const std::vector<GitRemote>& remotes,
                const std::string& stores, Host* host = nullptr);
  ~PillarService();

  // Fetches every remote. One that fails keeps its commit; the others move on. Blocks; one call at a time.
  std::vector<RemoteUpdate> update();

  // May be called from several threads, also during update(): each call sees one set of commits. Where the newest does
  // not compile for this minion, the newest set that did for it is used, else the newest that did for any minion; where
  // there is none, the pillar comes with its _errors. Command-line data with an error in it does not count.
  ServedPillar compile(const PillarRequest& request);

  // The newest set of commits, as `revision` in ServedPillar.
  std::string revision() const;

 private:
  std::shared_ptr<const Snapshot> newest() const;
  std::shared_ptr<const Snapshot> good_for(const std::string& minion_id) const;
  void remember(const std::string& minion_id, const std::shared_ptr<const Snapshot>& snapshot);
  void restore();
  static RemoteCommits fetch(GitStore& store);

  PillarCompiler compiler_;
  std::shared_ptr<FileTree> folders_;
  std::vector<GitStore> stores_;
  std::mutex updating_;
  std::mutex remembering_;
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Snapshot> newest_;
  std::shared_ptr<const Snapshot> last_good_;
  std::map<std::string, std::shared_ptr<const Snapshot>> good_;  // by minion id
};

}  // namespace halite::pillar
