// A read-only tree of files by environment: a state tree, a pillar tree, one commit of a git repository, or the
// master's file server seen from a minion. Paths are relative, with '/', without "." or ".." parts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace halite {

struct TreeEntry {
  std::string path;
  std::int64_t size_bytes = 0;
  unsigned mode = 0644;
};

class FileTree {
 public:
  virtual ~FileTree() = default;

  virtual std::vector<std::string> environments() = 0;
  // Every file below `prefix` (empty: all), sorted by path. An unknown environment has none.
  virtual std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) = 0;
  // The paths of an environment alone, sorted. Trees that can remember them do better than this.
  using Paths = std::shared_ptr<const std::vector<std::string>>;
  virtual Paths paths(const std::string& environment) {
    auto paths = std::make_shared<std::vector<std::string>>();
    for (auto& entry : list(environment, "")) paths->push_back(std::move(entry.path));
    return paths;
  }
  // Every folder below `prefix`, sorted; where the tree can tell, those without files too.
  virtual std::vector<std::string> folders(const std::string& environment, const std::string& prefix);
  // Path and target of the symlinks below `prefix`, where the tree can tell; list() has what they lead to.
  virtual std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment,
                                                                    const std::string& prefix) {
    (void)environment, (void)prefix;
    return {};
  }
  virtual std::optional<TreeEntry> find(const std::string& environment, const std::string& path) = 0;
  // The content, or nothing when there is no such file. Throws Error when it exists and can't be read.
  virtual std::optional<std::string> read(const std::string& environment, const std::string& path) = 0;
  // At most `size_bytes` of the content from `offset_bytes` on; less at its end, and empty behind it. Trees whose files
  // may be large do better than this.
  virtual std::optional<std::string> read_part(const std::string& environment, const std::string& path,
                                               std::int64_t offset_bytes, std::size_t size_bytes) {
    auto content = read(environment, path);
    if (!content || offset_bytes < 0) return std::nullopt;
    const auto offset = static_cast<std::size_t>(offset_bytes);
    return offset >= content->size() ? std::string() : content->substr(offset, size_bytes);
  }
  // Lower-case hex SHA-256 of the content.
  virtual std::optional<std::string> sha256(const std::string& environment, const std::string& path) = 0;
  // What this is a view of, for records and messages: "git:URL@COMMIT", "/srv/salt".
  virtual std::string revision(const std::string& environment) = 0;
};

}  // namespace halite
