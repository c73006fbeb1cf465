// A git repository as a file server backend: its branches and tags are environments.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pillar/git/git_store.h"

namespace halite::pillar {

// Where one environment comes from when it is not the branch of its name, with the remote's root and mountpoint.
struct EnvironmentPlace {
  std::optional<std::string> reference = {}, root = {}, mountpoint = {};
};

// One of gitfs_remotes. Globs are of environments' names; as Salt has it they may be regular expressions, too.
struct EnvironmentsRemote {
  GitRemote remote = {};  // its `branch` means nothing here
  std::vector<std::string> reference_types{"branch", "tag", "sha"};
  std::vector<std::string> allowed = {}, denied = {};  // no globs: all are allowed, none is denied
  bool is_mapping_disabled = false;                    // only the environments of `places` are served
  std::string served_everywhere = {};                  // a branch or tag that is every environment's
  std::map<std::string, EnvironmentPlace> places = {};
};

// `gitfs_remotes`: each entry is a URL, or a URL with a list of options (base, root, mountpoint, ref_types,
// saltenv_whitelist, saltenv_blacklist, disable_saltenv_mapping, all_saltenvs, fallback, saltenv, name, user, password, privkey, pubkey, passphrase).
// Throws Error(invalid) naming the entry.
std::vector<EnvironmentsRemote> environments_remotes_from(const Value& entries, const EnvironmentsRemote& defaults = {});
// `gitfs_saltenv`, for all remotes or one: a list of NAME -> list of ref, root, mountpoint.
std::map<std::string, EnvironmentPlace> environment_places_from(const Value& entries);

// The environments of what was fetched last, fixed from now on. A commit is read when a file of it is asked for first.
std::shared_ptr<FileTree> environments_tree(const GitStore& store, const EnvironmentsRemote& remote);

}  // namespace halite::pillar
