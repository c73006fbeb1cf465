// The loose objects of a repository on this machine, looked at before libgit2 reads them. Private to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace halite::pillar {

// libgit2 1.5 never comes back from an object whose compressed stream ends early, as a crash or a copy that was cut off leave it:
// the thread that fetches would be lost. What comes over a network comes in packs, which are checked.
class LooseObjects {
 public:
  // `repository` is a path, with or without file://, bare or not. What was sound and is as it was is not read again. Throws
  // Error(unavailable) naming the object that is cut; whatever else is wrong with one, libgit2 says itself.
  void check(const std::string& repository);

 private:
  struct Stamp {
    std::int64_t changed_at_ns = 0, size_bytes = 0;
    bool operator==(const Stamp&) const = default;
  };
  void check_folder(const std::string& objects, int depth);

  std::map<std::string, Stamp> sound_;
};

}  // namespace halite::pillar
