#include "states/modules.h"

namespace halite::states {

std::vector<Module> all_modules() {
  return {
      cmd(),
      file(),
      group(),
      service(),
      ssh_auth(),
      test(),
      user(),
  };
}

}  // namespace halite::states
