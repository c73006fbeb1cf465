// Block devices: the file system on one, making one, and its settings.
#pragma once

#include <map>
#include <string>

#include "common/host/host.h"

namespace halite::states {

// "ext4"; empty when there is none. Asked with blkid.
std::string file_system_on(const std::string& device, Host& host);
// What blkid knows of devices: name -> {UUID: ..., TYPE: ...}. `device` or `token` (LABEL=x) empty: all.
std::map<std::string, std::map<std::string, std::string>> block_devices(const std::string& device,
                                                                        const std::string& token, Host& host);
// Throws Error(unavailable) in mkfs's words.
void make_file_system(const std::string& device, const std::string& type, const Argv& options, Host& host);
// getro, getsz, getss, ...: what blockdev tells of a device.
std::map<std::string, std::string> block_device_settings(const std::string& device, Host& host);

}  // namespace halite::states
