// What salt['x.y'](...) is in an orchestration: the functions that pillars have on the master, and those that ask the master.
#pragma once

#include <map>
#include <string>

#include "common/host/host.h"
#include "common/render/renderer.h"
#include "master/orchestrate/master_line.h"
#include "pillar/master_functions.h"

namespace halite::master {

// saltutil.runner, saltutil.wheel, saltutil.cmd, mine.get, event.send; the rest is pillar::MasterFunctions.
// Functions of minions are not here: an orchestration asks minions for those.
class OrchestrationFunctions : public render::FunctionTable {
 public:
  // Both must outlive it.
  OrchestrationFunctions(Host& host, MasterLine& line);
  OrchestrationFunctions(const OrchestrationFunctions&) = delete;  // its functions refer to it
  OrchestrationFunctions& operator=(const OrchestrationFunctions&) = delete;

  const render::Function* find(std::string_view name) const override;
  std::vector<std::string> names() const override;
  std::string why_missing(std::string_view name) const override;

 private:
  Value run_on_master(const std::string& command, const std::vector<Value>& positional, const Map& named) const;
  Value run_on_minions(const std::vector<Value>& positional, const Map& named) const;
  Value mine(const std::vector<Value>& positional, const Map& named) const;
  Value send_event(const std::vector<Value>& positional, const Map& named) const;

  pillar::MasterFunctions more_;
  MasterLine& line_;
  std::map<std::string, render::Function, std::less<>> functions_;
};

}  // namespace halite::master
