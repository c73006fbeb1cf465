// Services of systemd, asked and told through systemctl.
#pragma once

#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct ServiceStatus {
  bool is_known = false;
  bool is_running = false;
  bool is_masked = false;
  bool is_enabled = false;  // starts at boot; true for what needs no enabling (static units)
  bool can_be_enabled = true;
};

ServiceStatus service_status(const std::string& name, Host& host);

// "start", "stop", "restart", "reload", "enable", "disable", "mask", "unmask". Throws Error(unavailable) with
// systemctl's own words. `options` go in front of the verb: "--no-block", "--runtime".
void tell_service(const std::string& verb, const std::string& name, Host& host, const Argv& options = {});

}  // namespace halite::states
