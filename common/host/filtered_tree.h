// A file tree without some of its paths: those of file_ignore_regex and file_ignore_glob.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/host/directory_tree.h"

namespace halite {

// Whether a path of an environment is left out.
using IsIgnored = std::function<bool(const std::string& environment, const std::string& path)>;

class FilteredTree : public FileTree {
 public:
  FilteredTree(std::shared_ptr<FileTree> tree, IsIgnored is_ignored) : tree_(std::move(tree)), is_ignored_(std::move(is_ignored)) {}

  std::vector<std::string> environments() override { return tree_->environments(); }
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
  Paths paths(const std::string& environment) override;
  std::vector<std::string> folders(const std::string& environment, const std::string& prefix) override;
  std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment, const std::string& prefix) override;
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read_part(const std::string& environment, const std::string& path, std::int64_t offset_bytes,
                                       std::size_t size_bytes) override;
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
  std::string revision(const std::string& environment) override { return tree_->revision(environment); }

 private:
  std::shared_ptr<FileTree> tree_;
  IsIgnored is_ignored_;
};

// The tree without what the patterns mean; the tree itself when there are none. As Salt has it, regular expressions are
// searched for, and both are held against the path in the tree and the path below each root. What is ignored is neither listed nor served. Throws Error(invalid) for a bad regular expression.
std::shared_ptr<FileTree> without_ignored(std::shared_ptr<FileTree> tree, const std::vector<std::string>& regexes,
                                          const std::vector<std::string>& globs,
                                          EnvironmentRoots roots);

}  // namespace halite
