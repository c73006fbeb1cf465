// One commit of a git store as a FileTree. Private to this folder.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "common/host/file_tree.h"
#include "pillar/git/git_store.h"
#include "pillar/git/handles.h"

namespace halite::pillar {

class GitTree : public FileTree {
 public:
  // Lists every file of the commit below the place's root; contents are read when asked for.
  GitTree(GitHandle<git_repository> repository, const GitPlace& place, std::string revision);

  std::vector<std::string> environments() override { return {environment_}; }
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
  Paths paths(const std::string& environment) override;
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read(const std::string& environment, const std::string& path) override;
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
  std::string revision(const std::string& environment) override;

 private:
  struct File {
    git_oid blob{};
    std::int64_t size_bytes = 0;
    unsigned mode = 0644;
  };
  const File* file(const std::string& environment, const std::string& path) const;
  std::string content(const git_oid& blob, const std::string& path);

  std::string environment_;
  std::string revision_;
  std::map<std::string, File> files_;  // by path; never changes once made
  Paths paths_;

  std::mutex mutex_;  // guards all that follows: libgit2's handles are for one thread at a time
  GitHandle<git_repository> repository_;
  GitHandle<git_odb> objects_;
  std::map<std::string, std::string> hashes_;  // path -> SHA-256

  friend class TreeReader;
};

}  // namespace halite::pillar
