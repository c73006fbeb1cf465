#include "pillar/settings.h"

namespace halite::pillar {

std::vector<GitRemote> git_remotes_from(const CompileSettings& settings) {
  GitRemote defaults;
  defaults.branch = settings.git_pillar_branch;
  defaults.root = plain_folder(settings.git_pillar_root);
  defaults.base = settings.git_pillar_base;
  defaults.environment = settings.git_pillar_env;
  defaults.fallback = settings.git_pillar_fallback;
  defaults.user = settings.git_pillar_user;
  defaults.password = settings.git_pillar_password;
  defaults.private_key = settings.git_pillar_privkey;
  defaults.passphrase = settings.git_pillar_passphrase;
  std::vector<GitRemote> remotes;
  for (const auto& entry : settings.ext_pillar)
    if (const Value* git = entry.as_map("an entry of ext_pillar").find("git"))
      for (auto& remote : git_remotes_from(*git, defaults)) remotes.push_back(std::move(remote));
  return remotes;
}

}  // namespace halite::pillar
