// File roots on disk as a FileTree: for each environment an ordered list of folders, the first that has a file wins.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/host/file_tree.h"
#include "common/host/tree_walk.h"

namespace halite {

// Lower-case hex SHA-256 of what comes in parts; the first empty one is the end.
using ContentHash = std::function<std::string(const std::function<std::string_view()>& next_part)>;

// Environment name and its folders, absolute, in order. The environment "__env__" stands for every one that is not named:
// in its folders "__env__" is replaced by the name asked for.
using EnvironmentRoots = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The folders of an environment; none of an unknown one. A name that is no plain folder's never stands in for "__env__".
std::vector<std::string> folders_of(const EnvironmentRoots& roots, const std::string& environment);

// Reads what is there at each call, so an edited file is seen at once. Symlinks are followed while they stay below
// their root (openat2 with RESOLVE_BENEATH); one that leads out is as if it were not there. A root that does not
// exist has no files.
class DirectoryTree : public FileTree {
 public:
  // Throws Error(invalid) for a root that is not an absolute path.
  DirectoryTree(EnvironmentRoots roots, ContentHash hash);

  std::vector<std::string> environments() override;
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
  Paths paths(const std::string& environment) override;
  std::vector<std::string> folders(const std::string& environment, const std::string& prefix) override;
  std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment,
                                                            const std::string& prefix) override;
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read_part(const std::string& environment, const std::string& path,
                                       std::int64_t offset_bytes, std::size_t size_bytes) override;
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
  std::string revision(const std::string& environment) override;

 private:
  std::vector<std::string> roots_of(const std::string& environment) const { return folders_of(roots_, environment); }
  TreeContents contents(const std::string& environment, const std::string& prefix) const;

  struct Listing {
    std::vector<std::vector<WalkedFolder>> folders;  // of each root; none when there was no root
    Paths paths;
  };
  // A file that has not changed since has the same hash: a fleet asks for it with each fetch.
  struct FileHash {
    std::int64_t size_bytes = 0;
    struct timespec changed {};
    std::string hash;
  };
  static bool is_current(const Listing& listing, const std::vector<std::string>& roots);

  std::string hash_of(int fd, const struct stat& status, const std::string& path);

  EnvironmentRoots roots_;
  ContentHash hash_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::shared_ptr<const Listing>> listings_;  // by environment
  std::map<std::pair<dev_t, ino_t>, FileHash> hashes_;  // by device and inode
};

// A path as trees name files: relative, with no empty, "." or ".." part and no NUL.
bool is_tree_path(std::string_view path);

}  // namespace halite
