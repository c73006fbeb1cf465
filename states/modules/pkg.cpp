// Packages over apt. Each function is a file in pkg/.
#include "states/modules/pkg/pkg.h"

#include "states/modules.h"

namespace halite::states {

Module pkg() {
  return {"pkg",
          "Packages over apt.",
          {pkg_installed(), pkg_latest(), pkg_removed(), pkg_purged(), pkg_held(), pkg_unheld(), pkg_uptodate()}};
}

}  // namespace halite::states
