// External pillars that are built in, by their names in the master's `ext_pillar`.
#pragma once

#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/config/setting_types.h"
#include "common/data/value.h"
#include "common/host/host.h"
#include "pillar/compiler.h"

namespace halite::pillar {

// What they work with. All of it must outlive them.
struct ExternalTools {
  Host& host;
  const target::Nodegroups& nodegroups;
  const render::FunctionTable* functions = nullptr;  // consul.*, and what templates may call
  Roots pillar_roots = {};                           // where a relative root_dir of `file_tree` starts
  std::string renderer = "jinja|yaml";
};

// The pillar lacks what an external pillar needs. The minion is told of it in Salt's words: the first key that is missing.
class MissingKey : public Error {
 public:
  MissingKey(std::string_view path, std::string_view missing)
      : Error(ErrorKind::not_found, "the pillar has no '{}'", path), told_(fmt::format("'{}'", missing)) {}
  const std::string& told() const { return told_; }

 private:
  std::string told_;
};

// `ext_pillar` as configured: a list of maps with one name and its arguments each, run in that order. `git` is passed
// over: its remotes are the service's. Throws Error(invalid) naming the entry, with the nearest name.
std::vector<NamedExternal> externals_from(const Value& ext_pillar, const ExternalTools& tools);

// dc: {PATTERN: NAME, ...}. Gives {dc: NAME} of the first compound pattern that means the minion, else nothing.
ExternalPillar dc_pillar(const Value& arguments, const ExternalTools& tools);

// ca: {base: DIR, name: NAME, cert_opts: {C, ST, L, O, OU, emailAddress}}. A certificate authority, made when it is
// missing. Gives {tls: {ca: {NAME: certificate}}} to everyone; certs and acme_certs with their keys to the minions that
// have a role which tls:gen_certs or tls:acme_cert_configs names. Made anew when a quarter of their time is left.
// Unlike the PSF's script it makes its folders before it uses them.
ExternalPillar ca_pillar(const Value& arguments, const ExternalTools& tools);

// file_tree: {root_dir: DIR, keep_newline: BOOL or GLOBS, template: BOOL, render_default: RENDERER}. Folders are maps,
// files texts: those of nodegroups/GROUP for each group the minion is of, then those of hosts/MINION over them. Symlinks
// are followed below root_dir only, so follow_dir_links changes nothing.
ExternalPillar file_tree_pillar(const Value& arguments, const ExternalTools& tools);

// backup_ssh: {base_path: DIR}. A key pair for each target user of `backup:directories`, made with ssh-keygen when it
// is missing: {backup_keys: {USER: {public, private}}}. The backup server (backup:server) gets no private keys, and its
// backup:directories move to backup_directories.
ExternalPillar backup_ssh_pillar(const Value& arguments, const ExternalTools& tools);

// consul: {key_path: FILE, acl_path: DIR}. The gossip key, and the minion's token, made when they are missing.
ExternalPillar consul_pillar(const Value& arguments, const ExternalTools& tools);

// cmd_json and cmd_yaml: a program and its arguments, as a list or as words; no shell reads them. "%s" in an argument
// is the minion's id. Its output is the pillar.
ExternalPillar cmd_json_pillar(const Value& arguments, const ExternalTools& tools);
ExternalPillar cmd_yaml_pillar(const Value& arguments, const ExternalTools& tools);

// Makes the folder of a file and those above it, mode 0700 for new ones.
void make_folders(Host& host, const std::string& folder);

}  // namespace halite::pillar
