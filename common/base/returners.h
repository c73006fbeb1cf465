// Where results go beside the master: Salt's returners, as far as they are here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halite {

// "file,local" as a list, each once, blanks cut off.
std::vector<std::string> split_returners(std::string_view text);
// file: a file on the minion. local: the master's own store, which has each result in any case.
// Throws Error(invalid) for another name, which tells those there are.
void check_returner(const std::string& name);
void check_returners(std::string_view text);

}  // namespace halite
