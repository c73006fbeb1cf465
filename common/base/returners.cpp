#include "common/base/returners.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {

std::vector<std::string> split_returners(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& part : split(text, ',')) {
    const std::string name(trim(part));
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

void check_returner(const std::string& name) {
  if (name == "file" || name == "local") return;
  throw Error(ErrorKind::invalid, "there is no returner '{}'; there are file (a file on the minion) and local (the master's own store)",
              escape_control(name.substr(0, 80)));
}

void check_returners(std::string_view text) {
  for (const auto& name : split_returners(text)) check_returner(name);
}

}  // namespace halite
