// What pillar templates and external pillars on a master may call beyond what needs nothing: http.query, and the functions
// of the PSF's Consul module that its external pillar works with.
#pragma once

#include <map>
#include <string>

#include "common/host/host.h"
#include "common/render/renderer.h"

namespace halite::pillar {

class MasterFunctions : public render::FunctionTable {
 public:
  // The host must outlive it. Consul is asked at its agent on this machine.
  explicit MasterFunctions(Host& host);
  MasterFunctions(const MasterFunctions&) = delete;  // its functions refer to it
  MasterFunctions& operator=(const MasterFunctions&) = delete;

  const render::Function* find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  Value query(const std::vector<Value>& positional, const Map& named) const;
  void add_consul();

  Host& host_;
  std::map<std::string, render::Function, std::less<>> functions_;
};

}  // namespace halite::pillar
