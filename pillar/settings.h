// The pillar compiler's options as a master or a masterless minion is configured.
#pragma once

#include "common/config/compile_settings.h"
#include "common/render/jinja_env.h"
#include "pillar/compiler.h"
#include "pillar/git/git_store.h"

namespace halite::pillar {

// Throws Error(invalid) for a strategy and for an option of Jinja that there is not. `opts`, `decrypt` and
// safe_render_error are the caller's to decide.
inline PillarOptions options_from(const CompileSettings& settings) {
  PillarOptions options;
  options.state_top = settings.state_top;
  options.renderer = settings.renderer;
  options.merge.strategy = merge_strategy_from(settings.pillar_source_merging_strategy);
  options.merge.merge_lists = settings.pillar_merge_lists;
  options.includes_override_sls = settings.pillar_includes_override_sls;
  options.ext_pillar_first = settings.ext_pillar_first;
  options.safe_render_error = settings.pillar_safe_render_error;
  options.pillar_opts = settings.pillar_opts;
  options.pillarenv = settings.pillarenv;
  options.pillarenv_from_saltenv = settings.pillarenv_from_saltenv;
  options.nodegroups = settings.nodegroups;
  options.jinja = render::jinja_options(settings.jinja_sls_env, settings.jinja_trim_blocks, settings.jinja_lstrip_blocks);
  return options;
}

// The git repositories among ext_pillar, with what the options git_pillar_* say for all of them.
std::vector<GitRemote> git_remotes_from(const CompileSettings& settings);

// What templates see as `opts`, and with pillar_opts minions as `master`: every setting but the secret ones.
template <class Settings>
Map shown_options(const Schema<Settings>& schema, const Settings& settings) {
  Map options = schema.encode(settings);
  for (const auto& field : schema.fields())
    if (field.is_secret) options.erase(Value(field.name));
  for (const auto* name : {"ext_pillar", "gitfs_remotes"}) options.erase(Value(name));  // they may hold passwords
  return options;
}

}  // namespace halite::pillar
