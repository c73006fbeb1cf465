// The state compiler's options as a master or a minion is configured.
#pragma once

#include "common/config/compile_settings.h"
#include "states/compile/compile.h"

namespace halite::states {

inline CompileOptions options_from(const CompileSettings& settings) {
  CompileOptions options;
  options.state_top = settings.state_top;
  if (options.state_top.starts_with("salt://")) options.state_top.erase(0, 7);
  options.state_top_saltenv = settings.state_top_saltenv;
  options.top_file_merging_strategy = settings.top_file_merging_strategy;
  options.default_top = settings.default_top;
  options.env_order = settings.env_order;
  options.state_auto_order = settings.state_auto_order;
  options.master_tops_first = settings.master_tops_first;
  options.disabled_requisites = settings.disabled_requisites.items;
  return options;
}

}  // namespace halite::states
