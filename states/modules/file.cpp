// Files, directories and symlinks. Each function is a file in states/modules/file.
#include "states/modules.h"
#include "states/modules/file/common.h"

namespace halite::states {

Module file() {
  return {"file",
          "Files, directories and symlinks.",
          {
              file_absent(),
              file_accumulated(),
              file_append(),
              file_blockreplace(),
              file_cached(),
              file_comment(),
              file_copy(),
              file_decode(),
              file_directory(),
              file_exists(),
              file_hardlink(),
              file_keyvalue(),
              file_line(),
              file_managed(),
              file_missing(),
              file_mknod(),
              file_not_cached(),
              file_patch(),
              file_prepend(),
              file_pruned(),
              file_recurse(),
              file_rename(),
              file_replace(),
              file_serialize(),
              file_symlink(),
              file_tidied(),
              file_touch(),
              file_uncomment(),
          }};
}

}  // namespace halite::states
