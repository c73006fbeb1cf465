#include "common/config/common_settings.h"

namespace halite {

DefaultPaths default_paths(std::string_view role, bool is_salts, const std::string& config_directory) {
  const std::string_view name = is_salts ? "salt" : "halite";
  DefaultPaths paths;
  // Salt keeps keys beside its configuration; they are state, so our own stand under /var/lib.
  paths.pki_dir = is_salts ? fmt::format("{}/pki/{}", config_directory, role) : fmt::format("/var/lib/halite/pki/{}", role);
  paths.cachedir = fmt::format("/var/cache/{}/{}", name, role);
  paths.state_dir = fmt::format("/var/lib/halite/{}", role);
  paths.sock_dir = fmt::format("/run/{}/{}", name, role);
  paths.pidfile = fmt::format("/run/halite-{}.pid", role);
  return paths;
}

std::string below_root(const std::string& root_dir, const std::string& path) {
  std::string root = root_dir;
  while (root.ends_with('/')) root.pop_back();
  if (root.empty() || path.empty() || path == root || path.starts_with(root + "/")) return path;
  return path.starts_with('/') ? root + path : root + "/" + path;
}

void complete_paths(CommonSettings& settings, const DefaultPaths& paths) {
  const auto complete = [&](std::string& path, const std::string& standard) {
    path = below_root(settings.root_dir, path.empty() ? standard : path);
  };
  complete(settings.pki_dir, paths.pki_dir);
  complete(settings.cachedir, paths.cachedir);
  complete(settings.state_dir, paths.state_dir);
  complete(settings.sock_dir, paths.sock_dir);
  complete(settings.pidfile, paths.pidfile);
  complete(settings.log_file, paths.log_file);
}

}  // namespace halite
