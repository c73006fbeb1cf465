#include "master/files/file_sources.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/config/roots.h"
#include "common/crypto/hash.h"
#include "common/host/directory_tree.h"
#include "common/host/filtered_tree.h"
#include "common/host/layered_tree.h"

namespace halite::master {
namespace {

bool is_git(const std::string& backend) { return backend == "git" || backend == "gitfs"; }

pillar::EnvironmentsRemote defaults_of(const MasterSettings& settings) {
  pillar::EnvironmentsRemote defaults;
  defaults.remote.base = settings.gitfs_base;
  defaults.remote.root = pillar::plain_folder(settings.gitfs_root);
  defaults.remote.mountpoint = pillar::plain_folder(settings.gitfs_mountpoint);
  defaults.remote.fallback = settings.gitfs_fallback;
  defaults.remote.user = settings.gitfs_user;
  defaults.remote.password = settings.gitfs_password;
  defaults.remote.private_key = settings.gitfs_privkey;
  defaults.remote.passphrase = settings.gitfs_passphrase;
  defaults.reference_types = settings.gitfs_ref_types.items;
  defaults.allowed = settings.gitfs_saltenv_whitelist.items;
  defaults.denied = settings.gitfs_saltenv_blacklist.items;
  defaults.is_mapping_disabled = settings.gitfs_disable_saltenv_mapping;
  defaults.places = pillar::environment_places_from(List(settings.gitfs_saltenv));
  return defaults;
}

}  // namespace

std::shared_ptr<FileTree> make_directory_tree(const Roots& roots) {
  return std::make_shared<DirectoryTree>(environment_roots(roots), [](const auto& next_part) {
    return crypto::hash_parts_hex(crypto::HashType::sha256, next_part);
  });
}

FileSources::FileSources(const MasterSettings& settings, Host& host)
    : backends_(settings.fileserver_backend.items),
      roots_(settings.file_roots),
      ignored_regexes_(settings.file_ignore_regex),
      ignored_globs_(settings.file_ignore_glob),
      directories_(make_directory_tree(settings.file_roots)) {
  filtered(directories_);  // a bad expression is told at the start
  bool uses_git = false;
  for (const auto& backend : backends_) {
    uses_git = uses_git || is_git(backend);
    if (backend != "roots" && !is_git(backend))
      throw Error(ErrorKind::invalid, "fileserver_backend: there is no backend '{}'; there are roots and git{}", backend,
                  did_you_mean(backend, {"roots", "git", "gitfs"}));
  }
  if (!uses_git) return;
  for (auto& remote : pillar::environments_remotes_from(List(settings.gitfs_remotes), defaults_of(settings))) {
    pillar::GitStore store(settings.cachedir + "/git", remote.remote, &host);
    remotes_.push_back({std::move(remote), std::move(store)});
  }
}

std::shared_ptr<FileTree> FileSources::tree() const {
  std::vector<std::shared_ptr<FileTree>> layers;
  for (const auto& backend : backends_) {
    if (!is_git(backend)) {
      layers.push_back(directories_);
      continue;
    }
    for (const auto& remote : remotes_) {
      try {
        layers.push_back(pillar::environments_tree(remote.store, remote.options));
      } catch (const Error& error) {
        log::error("gitfs remote {}: {}", remote.options.remote.url, error.what());
      }
    }
  }
  return filtered(std::make_shared<LayeredTree>(std::move(layers)));
}

std::shared_ptr<FileTree> FileSources::filtered(std::shared_ptr<FileTree> tree) const {
  return without_ignored(std::move(tree), ignored_regexes_.items, ignored_globs_.items, environment_roots(roots_));
}

std::vector<pillar::RemoteUpdate> FileSources::update() {
  const std::lock_guard guard(updating_);
  std::vector<pillar::RemoteUpdate> updates;
  for (auto& [options, store] : remotes_) {
    const auto base_of = [&](const pillar::GitReferences& references) {
      const auto found = references.branches.find(options.remote.base);
      return found == references.branches.end() ? std::string() : found->second;
    };
    const auto before = store.references();
    pillar::RemoteUpdate update{.url = options.remote.url, .commit = base_of(before)};
    try {
      const auto now = store.fetch_all();
      update.commit = base_of(now);
      update.has_changed = now != before;
    } catch (const Error& error) {
      update.error = error.what();
    }
    updates.push_back(std::move(update));
  }
  return updates;
}

}  // namespace halite::master
