// Packages over apt. Each function is a file in pkg/.
#include "states/modules/pkg/pkg.h"

#include "states/modules.h"

namespace halite::states {

namespace {

// What several states name can be done at once; a change that one of them watches is answered by looking again.
Function of_packages(Function function) {
  function.absorb = absorb_packages;
  function.on_refresh = function.run;
  return function;
}

}  // namespace

Module pkg() {
  return {"pkg",
          "Packages over apt.",
          {of_packages(pkg_installed()), of_packages(pkg_latest()), of_packages(pkg_removed()), of_packages(pkg_purged()), pkg_downloaded(),
           pkg_held(), pkg_unheld(), pkg_uptodate()}};
}

}  // namespace halite::states
