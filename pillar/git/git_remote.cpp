// What a git remote may be, and reading remotes as Salt's configuration writes them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/directory_tree.h"
#include "pillar/git/git_store.h"
#include "pillar/git/handles.h"
#include "pillar/git/ssh_fetch.h"

namespace halite::pillar {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

[[noreturn]] void refuse(const GitRemote& remote, std::string_view why) {
  throw Error(ErrorKind::invalid,
              "the git remote '{}' {}; a remote is an absolute path, file:///PATH, https://HOST[:PORT]/PATH, ssh://[USER@]HOST[:PORT]/PATH or [USER@]HOST:PATH",
              escape_control(remote.url), why);
}

void check_https(const GitRemote& remote, std::string_view rest) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) refuse(remote, "names no path");
  auto host = rest.substr(0, slash);
  if (host.find('@') != std::string_view::npos)
    refuse({.url = "https://...@" + std::string(rest.substr(rest.find('@') + 1))},
           "has a user inside its URL: use the options user and password");
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos) {
    const auto port = parse_int(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) refuse(remote, "has a bad port");
    host = host.substr(0, colon);
  }
  if (host.empty() || host.front() == '-' || host.front() == '.' ||
      !std::all_of(host.begin(), host.end(), is_host_character))
    refuse(remote, "has a bad host name");
}

void check_url(const GitRemote& remote) {
  const std::string_view url = remote.url;
  constexpr std::string_view https = "https://";
  constexpr std::string_view file = "file:///";
  if (url.size() > 4096) throw Error(ErrorKind::invalid, "a git remote's URL is {} characters long", url.size());
  if (has_control_character(url)) refuse(remote, "has control characters");
  if (url.starts_with(https)) return check_https(remote, url.substr(https.size()));
  if (url.starts_with('/') || url.starts_with(file)) return;
  if (is_ssh(url)) {
    ssh_address(remote.url);
    return;
  }
  refuse(remote,
         url.find("::") != std::string_view::npos ? "names a helper program" : "is of a kind that is not taken");
}

void check_branch(const GitRemote& remote) {
  if (remote.branch == each_environment) return;
  const auto reference = "refs/heads/" + remote.branch;
  start_git();
  int valid = 0;
  git_reference_name_is_valid(&valid, reference.c_str());
  if (valid == 0 || remote.branch.front() == '-')
    throw Error(ErrorKind::invalid, "'{}' is no name of a git branch (remote '{}')", escape_control(remote.branch),
                remote.url);
}

void set_option(GitRemote& remote, const std::string& name, const std::string& value) {
  const std::pair<std::string_view, std::string*> members[] = {
      {"root", &remote.root},         {"env", &remote.environment},   {"base", &remote.base}, {"mountpoint", &remote.mountpoint},
      {"fallback", &remote.fallback}, {"user", &remote.user},         {"password", &remote.password},
      {"privkey", &remote.private_key}, {"passphrase", &remote.passphrase}, {"history", &remote.history}};
  std::vector<std::string> names{"name", "pubkey"};
  for (const auto& [known, member] : members) {
    if (known == name) {
      *member = name == "mountpoint" || name == "root" ? plain_folder(value) : value;
      return;
    }
    names.emplace_back(known);
  }
  // Salt's, to tell apart two remotes of one URL, which share a store here; and the half of a key that ssh has in the other.
  if (name == "name" || name == "pubkey") return;
  throw Error(ErrorKind::invalid, "the git remote '{}' has an unknown option '{}'{}", remote.url, name, did_you_mean(name, names));
}

void read_options(GitRemote& remote, const Value& options) {
  for (const auto& option : options.as_list("the options of git remote '" + remote.url + "'"))
    for (const auto& [name, value] : option.as_map("an option of git remote '" + remote.url + "'"))
      set_option(remote, name.as_string("an option's name"), value.as_string("option '" + name.as_string() + "'"));
}

GitRemote remote_from(const std::string& text, const GitRemote& defaults) {
  const auto words = split_words(text);
  if (words.size() != 2)
    throw Error(ErrorKind::invalid, "the git remote '{}' must be written as BRANCH URL", escape_control(text));
  GitRemote remote = defaults;
  remote.branch = words[0];
  remote.url = words[1];
  return remote;
}

}  // namespace

std::string plain_folder(std::string_view folder) {
  constexpr std::string_view scheme = "salt://";
  if (folder.starts_with(scheme)) folder.remove_prefix(scheme.size());
  while (folder.starts_with('/')) folder.remove_prefix(1);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return std::string(folder);
}

std::string environment_of(const GitRemote& remote) {
  if (!remote.environment.empty()) return remote.environment;
  return remote.branch == remote.base ? "base" : remote.branch;
}

void check(const GitRemote& remote) {
  if (remote.url.empty()) throw Error(ErrorKind::invalid, "a git remote has no URL");
  check_url(remote);
  if (remote.branch.empty()) throw Error(ErrorKind::invalid, "the git remote '{}' names no branch", remote.url);
  check_branch(remote);
  if (remote.history != "any" && remote.history != "ff-only")
    throw Error(ErrorKind::invalid, "the history '{}' of git remote '{}' must be any or ff-only", escape_control(remote.history), remote.url);
  for (const auto& [folder, what] : {std::pair{&remote.root, "root"}, std::pair{&remote.mountpoint, "mountpoint"}})
    if (!folder->empty() && !is_tree_path(*folder))
      throw Error(ErrorKind::invalid, "the {} '{}' of git remote '{}' must be a relative path inside the repository", what,
                  escape_control(*folder), remote.url);
}

std::vector<GitRemote> git_remotes_from(const Value& entries, const GitRemote& defaults) {
  std::vector<GitRemote> remotes;
  for (const auto& entry : entries.as_list("the list of git remotes")) {
    if (const auto* text = entry.if_string()) {
      remotes.push_back(remote_from(*text, defaults));
    } else {
      for (const auto& [key, options] : entry.as_map("a git remote")) {
        remotes.push_back(remote_from(key.as_string("a git remote"), defaults));
        read_options(remotes.back(), options);
      }
    }
    check(remotes.back());
  }
  return remotes;
}

}  // namespace halite::pillar
