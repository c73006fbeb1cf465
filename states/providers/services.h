// Services: systemd's over D-Bus, through systemctl where the bus does not answer, and System V scripts where there is
// no systemd. Looking starts no child process where the bus answers; changing always goes through the system's own tool.
#pragma once

#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

enum class ServiceManager {
  systemd,
  offline,  // systemd's tools are there, but it is not what booted: a container or a chroot
  sysv,     // scripts in /etc/init.d
};

// Throws Error(unavailable) where services can't be managed.
ServiceManager service_manager(Host& host);

struct ServiceStatus {
  bool is_known = false;
  bool is_running = false;
  bool is_enabled = false;  // starts at boot; true for what needs no enabling (static units)
  bool can_be_enabled = true;
  bool needs_reload = false;  // systemd has not read the present unit files
};

// "ssh" is ssh.service; a name with another unit type stays. Throws Error(invalid) for what is no name.
std::string unit_name(const std::string& name);

ServiceStatus service_status(const std::string& name, Host& host);
// As service_status, but systemd reads changed unit files first.
ServiceStatus fresh_service_status(const std::string& name, Host& host);

// Masked for good, or until the next boot.
bool is_service_masked(const std::string& name, bool runtime, Host& host);

// "start", "stop", "restart", "reload", "enable", "disable", "mask", "unmask". Throws Error(unavailable) with the tool's
// own words. `options` are systemctl's and go in front of the verb: "--no-block", "--runtime".
void tell_service(const std::string& verb, const std::string& name, Host& host, const Argv& options = {});

// Names of services by what their unit file says ("enabled", "static"; empty: all), sorted; without ".service".
std::vector<std::string> services_by_state(const std::string& state, Host& host);
std::vector<std::string> running_services(Host& host);

}  // namespace halite::states
