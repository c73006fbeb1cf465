#include "states/modules/file/common.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {

void check_owners(const std::optional<Text>& user, const std::optional<Text>& group, World& world) {
  std::string problem;
  if (user && !has_user(world, user->text)) problem += fmt::format("User {} is not available ", user->text);
  if (group && !has_group(world, group->text)) problem += fmt::format("Group {} is not available", group->text);
  if (!problem.empty()) throw Error(ErrorKind::not_found, "{}", problem);
}

void check_owners_exist(const std::optional<Text>& user, const std::optional<Text>& group, World& world) {
  std::vector<std::string> problems;
  if (user && !has_user(world, user->text)) problems.push_back(fmt::format("User {} does not exist", user->text));
  if (group && !has_group(world, group->text)) problems.push_back(fmt::format("Group {} does not exist", group->text));
  if (!problems.empty())
    throw Error(ErrorKind::not_found, "{}{}", join(problems, ". "), problems.size() > 1 ? "." : "");
}

Text owner_or_root(const std::optional<Text>& user) {
  return user.value_or(Text{"root"});
}

std::optional<Text> group_of_owner(const Text& user, World& world) {
  const auto uid = world.accounts.uid(user.text);
  const auto account = uid ? world.host.user(*uid) : std::nullopt;
  if (!account) return std::nullopt;  // one that an earlier state of a dry run would make
  return Text{world.accounts.group_name(account->gid)};
}

std::string owner_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world) {
  if (asked && world.accounts.uid(asked->text) == status.uid) return asked->text;
  return world.accounts.user_name(status.uid);
}

std::string group_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world) {
  if (asked && world.accounts.gid(asked->text) == status.gid) return asked->text;
  return world.accounts.group_name(status.gid);
}

FileAttributes attributes_of(const std::optional<Text>& user, const std::optional<Text>& group,
                             const std::optional<unsigned>& mode, World& world) {
  FileAttributes attributes;
  attributes.mode = mode;
  if (user) attributes.uid = world.accounts.uid(user->text);
  if (group) attributes.gid = world.accounts.gid(group->text);
  return attributes;
}

std::vector<std::pair<std::string, std::string>> ignored_on_linux() {
  std::vector<std::pair<std::string, std::string>> ignored;
  for (const char* name : {"win_owner", "win_perms", "win_deny_perms", "win_inheritance", "win_perms_reset"})
    ignored.emplace_back(name, "it means something on Windows alone");
  return ignored;
}

}  // namespace halite::states
