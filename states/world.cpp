#include "states/world.h"

namespace halite::states {

bool has_user(World& world, const std::string& name_or_id) {
  return world.accounts.uid(name_or_id).has_value() || world.plan.has("user", name_or_id);
}

bool has_group(World& world, const std::string& name_or_id) {
  return world.accounts.gid(name_or_id).has_value() || world.plan.has("group", name_or_id);
}

bool has_directory(World& world, const std::string& path) {
  const auto status = world.host.status_of_target(path);
  return (status && status->type == FileType::directory) || world.plan.has("directory", path);
}

}  // namespace halite::states
