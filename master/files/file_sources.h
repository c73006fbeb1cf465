// Where the state tree comes from: file_roots on disk and gitfs_remotes, in the order of fileserver_backend.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/config/master_settings.h"
#include "common/host/file_tree.h"
#include "pillar/git/environments.h"
#include "pillar/service.h"

namespace halite::master {

class FileSources {
 public:
  // Throws Error(invalid) for a backend that there is not, a root that is no absolute path, a remote that is not allowed,
  // a bad file_ignore_regex.
  // `host` runs git for remotes over ssh, and must outlive it.
  FileSources(const MasterSettings& settings, Host& host);

  // What was fetched last, fixed from now on but for directories. A remote that was never fetched has no files.
  std::shared_ptr<FileTree> tree() const;
  // Fetches every remote; one that fails keeps its commit. Blocks: for a worker.
  std::vector<pillar::RemoteUpdate> update();
  bool has_remotes() const { return !remotes_.empty(); }

 private:
  std::shared_ptr<FileTree> filtered(std::shared_ptr<FileTree> tree) const;

  std::vector<std::string> backends_;
  Roots roots_;
  TextList ignored_regexes_, ignored_globs_;
  std::shared_ptr<FileTree> directories_;
  struct Remote {
    pillar::EnvironmentsRemote options;
    pillar::GitStore store;
  };
  std::vector<Remote> remotes_;
  std::mutex updating_;
};

// Environments and folders as DirectoryTree takes them.
std::shared_ptr<FileTree> make_directory_tree(const Roots& roots);

}  // namespace halite::master
