#include "states/modules/git/common.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {

Git git_of(const GitAccess& access, World& world) {
  return Git(GitOptions{.user = access.user, .identity = {}, .url = {}, .https_user = {}, .https_pass = {}}, world);
}

Git git_of(const GitRemoteAccess& access, const std::string& url, World& world) {
  const bool has_password = !access.https_user.empty() || !access.https_pass.empty();
  if (has_password && !url.starts_with("https://"))
    throw Error(ErrorKind::invalid, "Basic Auth only supported for HTTPS");
  std::vector<std::string> keys;
  for (const auto& key : access.identity.items) {
    const auto account = world.host.user(access.user.empty() ? "root" : access.user);
    const bool is_at_home = key.starts_with("~/") && account;
    keys.push_back(is_at_home ? account->home + key.substr(1) : key);
    if (!keys.back().starts_with('/') && !key.starts_with("salt://"))
      throw Error(ErrorKind::invalid, "identity '{}' is not an absolute path", key);
  }
  return Git(GitOptions{.user = access.user,
                        .identity = std::move(keys),
                        .url = url,
                        .https_user = access.https_user,
                        .https_pass = access.https_pass},
             world);
}

std::string told(const std::vector<std::string>& steps) {
  return join(steps, ". ") + (steps.size() > 1 ? "." : "");
}

void with_steps(const GitSteps& steps, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (steps->empty()) throw;
    throw Error(error.kind(), "{}\n\nChanges already made: {}", error.what(), told(*steps));
  }
}

bool is_git_only_planned(const std::string& user, World& world) {
  if (!world.dry_run) return false;
  if (!user.empty() && !world.host.user(user) && world.plan.has("user", user)) return true;
  return !world.host.find_program("git") && world.plan.has("package", "git");
}

bool is_occupied(const std::string& directory, World& world) {
  const auto status = world.host.status_of_target(directory);
  return status && status->type == FileType::directory && !world.host.list_directory(directory).empty();
}

void empty_directory(const std::string& directory, World& world) {
  for (const auto& name : world.host.list_directory(directory)) world.host.remove_tree(directory + "/" + name);
}

// Behind '-': not there yet; '+': at another commit; 'U': with conflicts.
std::vector<std::string> old_submodules(const Git& git, const std::string& target) {
  std::vector<std::string> old;
  for (const auto& line : split_lines(git.run({"submodule", "status", "--recursive"}, target)))
    if (!line.empty() && line[0] != ' ')
      if (const auto words = split_words(std::string_view(line).substr(1)); words.size() >= 2) old.push_back(words[1]);
  return old;
}

std::string short_commit(const std::string& commit) {
  return commit.empty() ? "None" : commit.substr(0, 7);
}

}  // namespace halite::states
