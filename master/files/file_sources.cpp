#include "master/files/file_sources.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/host/directory_tree.h"
#include "master/files/layered_tree.h"

namespace halite::master {
namespace {

bool is_git(const std::string& backend) { return backend == "git" || backend == "gitfs"; }

pillar::GitRemote defaults_of(const MasterSettings& settings) {
  pillar::GitRemote defaults;
  defaults.branch = settings.gitfs_base;
  defaults.root = settings.gitfs_root;
  defaults.user = settings.gitfs_user;
  defaults.password = settings.gitfs_password;
  return defaults;
}

}  // namespace

std::shared_ptr<FileTree> make_directory_tree(const Roots& roots) {
  EnvironmentRoots environments;
  for (const auto& [name, folders] : roots) environments.emplace_back(name, folders.items);
  return std::make_shared<DirectoryTree>(std::move(environments), [](std::string_view text) {
    return crypto::hash_hex(crypto::HashType::sha256, text);
  });
}

FileSources::FileSources(const MasterSettings& settings)
    : backends_(settings.fileserver_backend.items), directories_(make_directory_tree(settings.file_roots)) {
  bool uses_git = false;
  for (const auto& backend : backends_) {
    uses_git = uses_git || is_git(backend);
    if (backend != "roots" && !is_git(backend))
      throw Error(ErrorKind::invalid, "fileserver_backend: there is no backend '{}'; there are roots and git{}", backend,
                  did_you_mean(backend, {"roots", "git", "gitfs"}));
  }
  if (!uses_git) return;
  for (auto& remote : pillar::git_remotes_from(List(settings.gitfs_remotes), defaults_of(settings)))
    stores_.emplace_back(settings.cachedir + "/gitfs", std::move(remote));
}

std::shared_ptr<FileTree> FileSources::tree() const {
  std::vector<std::shared_ptr<FileTree>> layers;
  for (const auto& backend : backends_) {
    if (!is_git(backend)) {
      layers.push_back(directories_);
      continue;
    }
    for (const auto& store : stores_) {
      try {
        if (const auto commit = store.head()) layers.push_back(store.tree(*commit));
      } catch (const Error& error) {
        log::error("gitfs remote {}: {}", store.remote().url, error.what());
      }
    }
  }
  return std::make_shared<LayeredTree>(std::move(layers));
}

std::vector<pillar::RemoteUpdate> FileSources::update() {
  const std::lock_guard guard(updating_);
  std::vector<pillar::RemoteUpdate> updates;
  for (auto& store : stores_) {
    const auto before = store.head();
    pillar::RemoteUpdate update{store.remote().url, before.value_or(""), false, ""};
    try {
      update.commit = store.fetch();
      update.has_changed = update.commit != before;
    } catch (const Error& error) {
      update.error = error.what();
    }
    updates.push_back(std::move(update));
  }
  return updates;
}

}  // namespace halite::master
