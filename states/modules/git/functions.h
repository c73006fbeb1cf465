// The state functions of git, one a file.
#pragma once

#include "states/registry.h"

namespace halite::states {

Function git_latest();
Function git_cloned();
Function git_detached();
Function git_present();
Function git_config_set();
Function git_config_unset();

}  // namespace halite::states
