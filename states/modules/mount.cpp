// Mounted file systems, swap and /etc/fstab. Each function is in a file in mount/.
#include "states/modules/mount/mount.h"

#include "states/modules.h"

namespace halite::states {

Module mount() {
  return {"mount",
          "Mounted file systems, swap and the table of what is mounted at boot.",
          {mount_mounted(), mount_unmounted(), mount_swap(), mount_fstab_present(), mount_fstab_absent()}};
}

}  // namespace halite::states
