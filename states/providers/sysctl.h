// Kernel parameters: what the kernel has (from /proc/sys, without a child process) and what a file sets at boot.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/host/host.h"

namespace halite::states {

// Where Halite's own settings go: /etc/sysctl.d/99-salt.conf with systemd (the name that Salt used), else
// /etc/sysctl.conf.
std::string default_sysctl_file(Host& host);
// Nothing when the kernel has no such parameter. Throws Error(invalid) for what is no name of one.
std::optional<std::string> read_sysctl(const std::string& name, Host& host);
// name -> value of a file.
std::map<std::string, std::string> sysctl_file(const std::string& path, Host& host);
// With the program sysctl. Throws Error(unavailable) in its words.
void set_sysctl(const std::string& name, const std::string& value, Host& host);
// The line of the parameter in the file: replaced where it is, else added.
void persist_sysctl(const std::string& name, const std::string& value, const std::string& path, Host& host);
// Values that differ in white space alone are one.
std::string normal_sysctl_value(const std::string& value);

}  // namespace halite::states
