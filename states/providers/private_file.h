// A file for one command: made before it, readable by the user it runs as alone, and gone after it. Its name tells which process it
// is of, so that what a killed one left is found.
#pragma once

#include <string>
#include <string_view>

#include "states/world.h"

namespace halite::states {

class PrivateFile {
 public:
  // Owned by `user` when that is not empty. Throws as Host::replace_file does, Error(not_found) for an unknown user.
  PrivateFile(std::string_view purpose, std::string_view content, unsigned mode, const std::string& user, World& world);
  // Of root's, on this host itself: in a dry run a program can't see what is only rehearsed.
  PrivateFile(std::string_view purpose, std::string_view content, Host& host);
  // Where and as whose it is asked for; `suffix` ends its name.
  PrivateFile(std::string_view purpose, std::string_view content, const FileAttributes& attributes, Host& host,
              std::string_view directory = "/tmp", std::string_view suffix = "");
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  Host& host_;
  std::string path_;
};

// Removes the files in /tmp whose process is there no more: keys and passwords may be in them.
void remove_left_private_files(Host& host);

}  // namespace halite::states
