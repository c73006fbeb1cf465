// The state tree that the master serves now: directories and git repositories, replaced as a whole when git has news.
#pragma once

#include <cstdint>
#include <memory>

#include "common/host/file_tree.h"

namespace halite::master {

// What was served of it.
struct FileCounters {
  std::uint64_t parts = 0;
  std::uint64_t bytes = 0;
};

// Lives on the loop thread; the tree itself may be used from any.
class Files {
 public:
  explicit Files(std::shared_ptr<FileTree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<FileTree> tree() const { return tree_; }
  void replace(std::shared_ptr<FileTree> tree) { tree_ = std::move(tree); }

  FileCounters counters;

 private:
  std::shared_ptr<FileTree> tree_;
};

}  // namespace halite::master
