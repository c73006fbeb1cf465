// For as long as it lives, this thread opens files as another user: user id, group id and groups for file access.
#pragma once

#include <sys/types.h>

#include <vector>

#include "common/host/host.h"

namespace halite {

class FileIdentity {
 public:
  // Does nothing when we are not root. Throws Error(denied) when the kernel refuses.
  explicit FileIdentity(const Account& account);
  ~FileIdentity();
  FileIdentity(const FileIdentity&) = delete;
  FileIdentity& operator=(const FileIdentity&) = delete;

 private:
  void restore();

  bool is_changed_ = false;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace halite
