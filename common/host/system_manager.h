// What systemd says of its units, asked over D-Bus without a child process.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/host/host.h"

namespace halite {

// One connection to the system bus, made at the first question. libsystemd is loaded then and not with the program:
// most calls never ask.
class SystemManager {
 public:
  SystemManager();
  ~SystemManager();
  SystemManager(const SystemManager&) = delete;
  SystemManager& operator=(const SystemManager&) = delete;

  // Nothing where the bus or systemd does not answer.
  std::optional<UnitStatus> unit_status(const std::string& unit);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace halite
