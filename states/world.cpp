#include "states/world.h"

#include <algorithm>

#include "common/base/strings.h"
#include "states/providers/paths.h"

namespace halite::states {
namespace {

bool may_come(const World& world) {
  return world.dry_run && world.plan.has_any("package");
}

// Where packages put files; what lies in homes and in /srv is never theirs.
bool is_for_packages(const std::string& path) {
  for (const char* place : {"/etc/", "/usr/", "/lib/", "/bin/", "/sbin/", "/opt/", "/var/", "/boot/"})
    if (path.starts_with(place)) return true;
  return false;
}

}  // namespace

bool Plan::has_state(const std::string& type, const std::string& id_or_name) const {
  const std::string start = "state:" + type + "_|-";
  for (auto at = made_.lower_bound(start); at != made_.end() && at->starts_with(start); ++at) {
    const std::size_t id_end = at->find("_|-", start.size());
    const std::size_t name_end = at->rfind("_|-");
    if (id_end == std::string::npos || name_end < id_end + 3) continue;
    if (at->substr(start.size(), id_end - start.size()) == id_or_name ||
        at->substr(id_end + 3, name_end - id_end - 3) == id_or_name)
      return true;
  }
  return false;
}

bool requires_planned_package(const World& world) {
  const List* required = world.require.if_list();
  if (!world.dry_run || !required) return false;
  return std::any_of(required->begin(), required->end(), [&](const Value& entry) {
    const Value* pattern = entry.find("pkg");
    return pattern && pattern->is_string() && world.plan.has_state("pkg", *pattern->if_string());
  });
}

std::string package_note(const std::string& path, const World& world) {
  if (!world.dry_run || !world.plan.has_any("package") || !is_for_packages(path)) return "";
  return "\nNote: a package that would be installed before may bring it.";
}

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
