// Options of pillar and states that the master's and the minion's file have in common: what a minion without a master
// compiles by, and what a master does or tells its minions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/config/common_settings.h"

namespace halite {

struct CompileSettings {
  // Pillar
  Roots pillar_roots{{"base", {{"/srv/pillar"}}}};
  std::vector<Value> ext_pillar;
  bool ext_pillar_first = false;
  std::string pillar_source_merging_strategy = "smart";
  bool pillar_merge_lists = false;
  bool pillar_includes_override_sls = false;
  bool pillar_safe_render_error = true;
  bool pillar_opts = false;
  std::optional<std::string> pillarenv;
  bool pillarenv_from_saltenv = false;
  Value decrypt_pillar;
  std::string decrypt_pillar_delimiter = ":";
  std::string decrypt_pillar_default = "gpg";
  std::vector<std::string> decrypt_pillar_renderers{"gpg"};
  std::string gpg_keydir;
  std::string git_pillar_base = "master";
  std::string git_pillar_branch = "master";
  std::string git_pillar_env;
  std::string git_pillar_fallback;
  std::string git_pillar_root;
  std::string git_pillar_user;
  std::string git_pillar_password;
  std::string git_pillar_privkey;
  std::string git_pillar_pubkey;
  std::string git_pillar_passphrase;
  bool git_pillar_ssl_verify = true;

  // States
  Map nodegroups;
  std::string renderer = "jinja|yaml";
  bool failhard = false;
  bool test = false;
  std::optional<std::string> saltenv;
  std::string state_top = "top.sls";
  std::optional<std::string> state_top_saltenv;
  std::string default_top = "base";
  std::string top_file_merging_strategy = "merge";
  std::vector<std::string> env_order;
  bool master_tops_first = false;
  bool state_auto_order = true;
  Value state_aggregate = false;
  TextList disabled_requisites;
  bool state_events = false;
  bool jinja_lstrip_blocks = false;
  bool jinja_trim_blocks = false;
  Map jinja_env;
  Map jinja_sls_env;
};

template <class T>
void add_pillar_options(Schema<T>& schema) {
  using config_detail::in;
  using S = CompileSettings;
  schema.optional(in<T>(&S::pillar_roots), "pillar_roots", "Environment -> directories of pillar; __env__ stands for every other environment.")
      .optional(in<T>(&S::ext_pillar), "ext_pillar", "External pillars in order; git repositories are one: - git: [BRANCH URL].")
      .optional(in<T>(&S::ext_pillar_first), "ext_pillar_first", "Compile external pillars before pillar_roots.")
      .optional(in<T>(&S::pillar_source_merging_strategy), "pillar_source_merging_strategy", "How pillar sources are merged.")
      .one_of({"smart", "none", "recurse", "aggregate", "overwrite"})
      .optional(in<T>(&S::pillar_merge_lists), "pillar_merge_lists", "Append lists instead of replacing them.")
      .optional(in<T>(&S::pillar_includes_override_sls), "pillar_includes_override_sls", "Let an included file override the file that includes it.")
      .optional(in<T>(&S::pillar_safe_render_error), "pillar_safe_render_error", "Keep details of pillar errors on the master.")
      .optional(in<T>(&S::pillar_opts), "pillar_opts", "Put the options, but for secrets, into the pillar as `master`.")
      .optional(in<T>(&S::pillarenv), "pillarenv", "Use only this environment's pillar.")
      .optional(in<T>(&S::pillarenv_from_saltenv), "pillarenv_from_saltenv", "Take pillarenv from saltenv.")
      .optional(in<T>(&S::decrypt_pillar), "decrypt_pillar", "Pillar keys whose values are encrypted: a list of KEY or KEY -> gpg.")
      .optional(in<T>(&S::decrypt_pillar_delimiter), "decrypt_pillar_delimiter", "What parts the keys of decrypt_pillar.")
      .optional(in<T>(&S::decrypt_pillar_default), "decrypt_pillar_default", "What decrypts a key that does not say: gpg.")
      .optional(in<T>(&S::decrypt_pillar_renderers), "decrypt_pillar_renderers", "What decrypt_pillar may name: gpg.")
      .optional(in<T>(&S::gpg_keydir), "gpg_keydir", "Directory of the gpg keys; empty: gpgkeys beside the configuration.")
      .optional(in<T>(&S::git_pillar_base), "git_pillar_base", "Branch that is the base environment when the branch is __env__.")
      .optional(in<T>(&S::git_pillar_branch), "git_pillar_branch", "Branch to read when a remote names none.")
      .optional(in<T>(&S::git_pillar_env), "git_pillar_env", "Environment of the pillar; empty: from the branch.")
      .optional(in<T>(&S::git_pillar_fallback), "git_pillar_fallback", "Branch to read where the environment's own is missing.")
      .optional(in<T>(&S::git_pillar_root), "git_pillar_root", "Directory inside the repository.")
      .optional(in<T>(&S::git_pillar_user), "git_pillar_user", "User for HTTP.")
      .optional(in<T>(&S::git_pillar_password), "git_pillar_password", "Password for HTTP.").secret()
      .optional(in<T>(&S::git_pillar_privkey), "git_pillar_privkey", "Private key file for ssh; empty: the keys of the user we run as.")
      .optional(in<T>(&S::git_pillar_pubkey), "git_pillar_pubkey", "Kept for Salt's configuration; ssh needs the private key alone.")
      .optional(in<T>(&S::git_pillar_passphrase), "git_pillar_passphrase", "Passphrase of the private key.").secret()
      .optional(in<T>(&S::git_pillar_ssl_verify), "git_pillar_ssl_verify", "Check the server's certificate.");
}

template <class T>
void add_state_options(Schema<T>& schema) {
  using config_detail::in;
  using S = CompileSettings;
  schema.optional(in<T>(&S::nodegroups), "nodegroups", "Name -> compound target, as text or list.")
      .optional(in<T>(&S::renderer), "renderer", "How SLS files are read when they do not say.")
      .optional(in<T>(&S::failhard), "failhard", "Stop a state run at the first failure.")
      .optional(in<T>(&S::test), "test", "Dry runs by default.")
      .optional(in<T>(&S::saltenv), "saltenv", "Use only this environment's states.").alias("environment")
      .optional(in<T>(&S::state_top), "state_top", "Name of the top file.")
      .optional(in<T>(&S::state_top_saltenv), "state_top_saltenv", "Read the top file from this environment only.")
      .optional(in<T>(&S::default_top), "default_top", "Environment whose top file counts with top_file_merging_strategy same.")
      .optional(in<T>(&S::top_file_merging_strategy), "top_file_merging_strategy", "How the top files of several environments are merged.")
      .one_of({"merge", "merge_all", "same"})
      .optional(in<T>(&S::env_order), "env_order", "Order of the environments when top files are merged.")
      .optional(in<T>(&S::master_tops_first), "master_tops_first", "Put what master_tops gives before what the top file gives.")
      .optional(in<T>(&S::state_auto_order), "state_auto_order", "Run states in the order in which they are written.")
      .optional(in<T>(&S::state_aggregate), "state_aggregate", "Do states that can be done together at once: true, or a list of modules.")
      .optional(in<T>(&S::disabled_requisites), "disabled_requisites", "Requisites that are passed over.")
      .optional(in<T>(&S::state_events), "state_events", "Send an event for each state of a run.")
      .optional(in<T>(&S::jinja_lstrip_blocks), "jinja_lstrip_blocks", "Remove blanks before a template block.")
      .optional(in<T>(&S::jinja_trim_blocks), "jinja_trim_blocks", "Remove the line end after a template block.")
      .optional(in<T>(&S::jinja_env), "jinja_env", "Options of Jinja for files.")
      .optional(in<T>(&S::jinja_sls_env), "jinja_sls_env", "Options of Jinja for SLS files.");
}

}  // namespace halite
