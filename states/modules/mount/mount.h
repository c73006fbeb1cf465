// The functions of mount, a file each.
#pragma once

#include "states/registry.h"

namespace halite::states {

Function mount_mounted();
Function mount_unmounted();
Function mount_swap();
Function mount_fstab_present();
Function mount_fstab_absent();

}  // namespace halite::states
