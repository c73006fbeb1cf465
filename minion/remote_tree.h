// The master's file server as a FileTree, with a cache on disk: a file is fetched again only when its hash differs.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "common/host/file_tree.h"
#include "minion/master_link.h"

namespace halite::minion {

class RemoteTree : public FileTree {
 public:
  // `cache` is a directory of this tree's alone (0700, files 0600); it is made when needed. What is listed and hashed is
  // remembered until forget(), so that one run sees one tree.
  RemoteTree(MasterLink& master, std::string cache) : master_(master), cache_(std::move(cache)) {}

  std::vector<std::string> environments() override;
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
  Paths paths(const std::string& environment) override;
  std::vector<std::string> folders(const std::string& environment, const std::string& prefix) override;
  std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment,
                                                            const std::string& prefix) override;
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read(const std::string& environment, const std::string& path) override;
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
  std::string revision(const std::string& environment) override { return "master:" + environment; }

 private:
  struct Known {
    bool exists = false;
    std::string hash_type, hash;
  };
  const Known& known(const std::string& environment, const std::string& path);
  std::string fetch(const std::string& environment, const std::string& path, const Known& entry);
  std::string cached_file(const Known& entry) const;
  void keep(const std::string& file, const std::string& content);

  MasterLink& master_;
  std::string cache_;
  std::recursive_mutex mutex_;
  std::optional<std::vector<std::string>> environments_;
  std::map<std::string, Paths> paths_;
  std::map<std::pair<std::string, std::string>, Known> known_;
};

}  // namespace halite::minion
