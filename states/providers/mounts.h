// Mounted file systems and swap (from /proc, without a child process), and the table of them in /etc/fstab.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct Mount {
  std::string place, device, type;
  std::vector<std::string> options;        // of this mount point
  std::vector<std::string> super_options;  // of the file system
  std::string root = "/";                  // what part of it is here: of a bind mount
};

// The last one mounted at each place. Spaces are spaces again.
std::vector<Mount> mounts(Host& host);
std::optional<Mount> mount_at(const std::string& place, Host& host);

// Device -> what /proc/swaps says of it: type, size, used, priority.
std::map<std::string, std::map<std::string, std::string>> swaps(Host& host);

// mount, umount, swapon and swapoff with these words; throws Error(unavailable) in their own.
void run_mount_tool(const Argv& argv, Host& host, const std::string& user = "");
Argv mount_words(const std::string& device, const std::string& place, const std::string& type,
                 const std::vector<std::string>& options);

// A symlink's target, and UUID= and LABEL= by /dev/disk; the name itself when nothing is known of it.
std::string real_device(const std::string& device, Host& host);

}  // namespace halite::states
