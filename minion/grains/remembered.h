// What programs say that say the same until they are replaced: asked once, and kept in the cache. Starting a program
// costs more than all other grains together.
#pragma once

#include <optional>
#include <string>

#include "minion/grains/grains.h"

namespace halite::minion {

enum class Lasts {
  as_long_as_the_program,  // "systemctl --version"
  until_the_next_boot,     // what it says of this machine: "systemd-detect-virt"
};

// As output_of(), from the cache where this very program has answered before. Kept in files of root's own, below the
// cache directory; where that can't be written, or the settings name none, the program is asked each time.
std::optional<std::string> remembered_output(const GrainSource& source, const Argv& argv, Lasts lasts);

}  // namespace halite::minion
