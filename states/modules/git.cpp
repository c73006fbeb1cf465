// git: repositories and working copies. A function is a file below git/.
#include "states/modules.h"
#include "states/modules/git/functions.h"

namespace halite::states {

Module git() {
  return {"git",
          "Git repositories and working copies, by the program git.",
          {git_latest(), git_cloned(), git_detached(), git_present(), git_config_set(), git_config_unset()}};
}

}  // namespace halite::states
