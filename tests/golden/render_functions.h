// The few remote functions that recorded templates call through `salt`, over the pillar and grains of the case.
#pragma once

#include <map>
#include <string>

#include "common/render/renderer.h"

namespace halite::golden {

class CaseFunctions final : public render::FunctionTable {
 public:
  CaseFunctions(Value pillar, Value grains);
  const render::Function* find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  std::map<std::string, render::Function, std::less<>> functions_;
};

}  // namespace halite::golden
