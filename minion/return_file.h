// The returner "file": one line of JSON a result, in files of bounded size and number.
#pragma once

#include <cstdint>
#include <string>

#include "common/data/value.h"

namespace halite::minion {

struct ReturnFileOptions {
  std::string directory;
  std::int64_t size_bytes = 0;  // after which a new file begins
  std::int64_t count = 0;       // of full files that are kept
};

// The newest is DIRECTORY/returns.jsonl, the full ones behind it are returns.jsonl.1 (the latest) to returns.jsonl.COUNT.
// All are the minion's alone (0600). Several processes may write at the same time.
class ReturnFile {
 public:
  explicit ReturnFile(ReturnFileOptions options) : options_(std::move(options)) {}

  // A whole line, or none. Throws Error naming the path. A line that a crash cut off stays a line of its own.
  void append(const Map& record) const;

 private:
  std::string path(std::int64_t number) const;
  void begin_new_file() const;

  ReturnFileOptions options_;
};

}  // namespace halite::minion
