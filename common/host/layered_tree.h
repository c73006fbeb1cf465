// Several file trees as one: for each path the first that has it wins.
#pragma once

#include <memory>
#include <vector>

#include "common/host/file_tree.h"

namespace halite {

class LayeredTree : public FileTree {
 public:
  explicit LayeredTree(std::vector<std::shared_ptr<FileTree>> layers) : layers_(std::move(layers)) {}

  std::vector<std::string> environments() override;
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
  Paths paths(const std::string& environment) override;
  std::vector<std::string> folders(const std::string& environment, const std::string& prefix) override;
  std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment, const std::string& prefix) override;
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read(const std::string& environment, const std::string& path) override;
  std::optional<std::string> read_part(const std::string& environment, const std::string& path, std::int64_t offset_bytes,
                                       std::size_t size_bytes) override;
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
  // Of the layers that have the environment, with ", " between.
  std::string revision(const std::string& environment) override;

 private:
  FileTree* layer_of(const std::string& environment, const std::string& path);
  std::vector<std::shared_ptr<FileTree>> layers_;
};

}  // namespace halite
