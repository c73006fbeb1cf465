// A second process of the program that runs, for work that must not take the first one with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace halite {

// Starts this very program, even when its file has been replaced, in a session of its own, with no signal blocked or handled. `words`
// are its name and arguments; `passed_fd` stands there as `as_fd`, -1: none. Throws as system_error does, with `doing`.
pid_t start_own_program(std::vector<std::string> words, const std::string& doing, int passed_fd = -1, int as_fd = -1);

}  // namespace halite
