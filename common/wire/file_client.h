// Files from the master's file server (salt-wire-protocol.md, sections 7.3 and 11).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/master_connection.h"

namespace halite::wire {

struct FileHash {
  std::string type;  // "sha256"
  std::string hex;   // lower case
};

class FileClient {
 public:
  explicit FileClient(MasterConnection& master, bool compress = false) : master_(master), compress_(compress) {}

  Task<std::vector<std::string>> environments();
  // Relative paths, sorted.
  Task<std::vector<std::string>> list(std::string environment, std::string prefix = "");
  Task<std::vector<std::string>> list_directories(std::string environment, std::string prefix = "");
  // Nothing when there is no such file. `path` is relative, without "salt://".
  Task<std::optional<FileHash>> hash(std::string path, std::string environment);
  // Hands the content to `sink` in order and gives its size; nothing when there is no such file. Throws Error(invalid) when
  // the master sends more than `size_limit_bytes`. The caller verifies with hash().
  Task<std::optional<std::uint64_t>> fetch(std::string path, std::string environment,
                                           std::function<void(std::string_view)> sink,
                                           std::uint64_t size_limit_bytes = std::uint64_t{4} << 30);

 private:
  MasterConnection& master_;
  bool compress_;
};

}  // namespace halite::wire
