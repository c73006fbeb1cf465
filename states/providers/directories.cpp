#include "states/providers/directories.h"

namespace halite::states {

std::string parent_directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

void make_directories(Host& host, const std::string& path, const FileAttributes& attributes) {
  if (path == "/" || host.status_of_target(path)) return;
  make_directories(host, parent_directory(path), attributes);
  host.make_directory(path, attributes);
}

}  // namespace halite::states
