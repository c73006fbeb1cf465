// A FileTree in memory: environment -> path -> content.
#pragma once

#include <map>
#include <string>

#include "common/host/file_tree.h"

namespace halite::test {

class MemoryTree : public FileTree {
 public:
  using Files = std::map<std::string, std::string>;
  MemoryTree(Files base) : files_{{"base", std::move(base)}} {}
  MemoryTree(std::map<std::string, Files> files) : files_(std::move(files)) {}

  std::vector<std::string> environments() override {
    std::vector<std::string> names;
    for (const auto& [name, files] : files_) names.push_back(name);
    return names;
  }
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override {
    std::vector<TreeEntry> entries;
    for (const auto& [path, content] : files_of(environment))
      if (path.starts_with(prefix)) entries.push_back({path, static_cast<std::int64_t>(content.size()), 0644});
    return entries;
  }
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override {
    const auto content = read(environment, path);
    if (!content) return std::nullopt;
    return TreeEntry{path, static_cast<std::int64_t>(content->size()), 0644};
  }
  std::optional<std::string> read(const std::string& environment, const std::string& path) override {
    const auto& files = files_of(environment);
    const auto at = files.find(path);
    if (at == files.end()) return std::nullopt;
    return at->second;
  }
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override {
    return read(environment, path);
  }
  std::string revision(const std::string& environment) override { return "memory:" + environment; }

 private:
  const Files& files_of(const std::string& environment) const {
    static const Files none;
    const auto found = files_.find(environment);
    return found == files_.end() ? none : found->second;
  }

  std::map<std::string, Files> files_;
};

}  // namespace halite::test
