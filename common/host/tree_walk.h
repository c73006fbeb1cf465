// Walking one root of a file tree, and telling later whether its folders are still as they were.
#pragma once

#include <sys/stat.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/unique_fd.h"
#include "common/host/file_tree.h"

namespace halite {

// A folder as it was when it was read. The kernel's change time moves with each entry that comes, goes or is renamed.
struct WalkedFolder {
  std::string path;
  dev_t device = 0;
  ino_t inode = 0;
  struct timespec changed {};
};

// When something of a file or folder last changed, by the kernel's clock. Zero, which equals no such time, when that was so
// shortly ago that a later change could have the same time.
struct timespec settled_change_time(const struct stat& status);

// What is in one root or in several, by path.
struct TreeContents {
  std::map<std::string, TreeEntry> files;
  std::set<std::string> folders;
  std::map<std::string, std::string> symlinks;  // and where they point to
};

// Adds what is below the root, or below a folder of it, and not there yet. Folders reached through symlinks count while
// they are below the root; a folder that contains itself is entered once.
void walk_root(int root_fd, const std::string& folder, TreeContents& found, std::vector<WalkedFolder>* walked = nullptr);

// False also when a folder changed so shortly before it was read that a later change could have the same time.
bool are_unchanged(int root_fd, const std::vector<WalkedFolder>& folders);

// Opens `path` below the folder `root_fd`: no "..", no absolute path and no symlink gets out of it. The descriptor is
// empty when there is no such file. Throws Error when it is there and can't be opened.
UniqueFd open_beneath(int root_fd, const std::string& path, int flags);

}  // namespace halite
