// Files, directories and symlinks. Each function is a file in states/modules/file.
#include "states/modules.h"
#include "states/modules/file/common.h"

namespace halite::states {

Module file() {
  return {"file",
          "Files, directories and symlinks.",
          {
              file_absent(),
              file_append(),
              file_directory(),
              file_exists(),
              file_managed(),
              file_missing(),
              file_prepend(),
              file_symlink(),
          }};
}

}  // namespace halite::states
