#include "states/world.h"

#include "states/providers/paths.h"

namespace halite::states {
namespace {

bool may_come(const World& world) {
  return world.dry_run && world.plan.has_any("package");
}

}  // namespace

void foresee(World& world, const std::string& kind, const std::string& name) {
  world.plan.add(kind, name);
  if (kind != "directory" || !world.dry_run || world.host.status_of_target(name)) return;
  make_parents(name, {}, world);
  world.host.make_directory(name, {});
}

bool has_user(World& world, const std::string& name_or_id) {
  return world.accounts.uid(name_or_id).has_value() || world.plan.has("user", name_or_id) || may_come(world);
}

bool has_group(World& world, const std::string& name_or_id) {
  return world.accounts.gid(name_or_id).has_value() || world.plan.has("group", name_or_id) || may_come(world);
}

bool has_directory(World& world, const std::string& path) {
  const auto status = world.host.status_of_target(path);
  if (!status && may_come(world)) {
    foresee(world, "directory", path);
    return true;
  }
  return status && status->type == FileType::directory;
}

}  // namespace halite::states
