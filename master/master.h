// The composition root: builds every part of the master and shows how they connect.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/config/master_settings.h"
#include "common/host/host.h"
#include "common/wire/loop.h"
#include "master/commands/command_table.h"
#include "master/metrics/metrics.h"

namespace halite::master {

class Master {
 public:
  // Takes the directories as prepare_directories leaves them. Binds the ports and opens the store; throws Error, one line
  // that says what is wrong: another master runs, a port is in use, a key or the store can't be read.
  Master(wire::Loop& loop, Host& host, const MasterSettings& settings);
  ~Master();
  Master(const Master&) = delete;

  // Loads what is stored and begins to answer. Once it is done, minions and tools are served.
  Task<void> start();
  // Answers nobody any more. Runs on the loop.
  void close();

  // Where it really listens; a port of 0 in the settings takes a free one.
  int publish_port() const;
  int request_port() const;
  // Of the master's key, SHA-256.
  std::string fingerprint() const;
  // Everything that a minion can ask, but for its pillar; everything that an operator can.
  std::vector<CommandInfo> minion_commands() const;
  std::vector<CommandInfo> operator_commands() const;
  const Metrics& metrics() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace halite::master
