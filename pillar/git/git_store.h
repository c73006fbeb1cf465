// A remote git repository kept as a bare store: fetched, and read at one commit without ever a work tree.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/host.h"
#include "common/host/sls.h"

struct git_repository;  // libgit2's

namespace halite::pillar {

class LooseObjects;

// One configured remote. A minion can name none of this.
struct GitRemote {
  std::string url = {};                       // an absolute path, file:///PATH, https://HOST[:PORT]/PATH or one over ssh
  std::string branch = "master";              // or a tag
  std::string base = "master";                // the branch that is the environment "base"
  std::string root = {};                      // the folder of the repository that is the tree; empty: all of it
  std::string mountpoint = {};                // the folder below which its files appear
  std::string environment = {};               // what the tree is served as; empty: as the branch is named
  std::string fallback = {};                  // for environments that have no branch of their own
  std::string user = {}, password = {};       // for https; never part of the URL, so that no message shows them
  std::string private_key = {}, passphrase = {};  // for ssh: a file; without one ssh takes what our user has
  std::string history = "any";                // "ff-only": a branch that was rewritten or rewound is not followed
  std::chrono::milliseconds timeout{30'000};  // of one whole fetch
  std::int64_t size_limit_bytes = std::int64_t{2} << 30;  // of what one fetch may bring
};

// What a remote with one branch is served as.
std::string environment_of(const GitRemote& remote);

// A root or mountpoint as people write it ("salt://web/", "/srv") as the folder it means: "web", "srv".
std::string plain_folder(std::string_view folder);

// Throws Error(invalid) that names the option and what would be right: other URL schemes (ext::, git://, ...), users or
// passwords inside a URL, options, control characters, a branch git would not take, a root that leaves the repository.
void check(const GitRemote& remote);

// The remotes of Salt's `ext_pillar: - git: [...]`: each entry is "BRANCH URL", or one such key with a list of options
// (root, env, base, mountpoint, fallback, name, user, password, privkey, pubkey, passphrase). Throws Error(invalid) naming the entry.
std::vector<GitRemote> git_remotes_from(const Value& entries, const GitRemote& defaults = {});

// A commit's author-independent facts, for messages.
struct GitCommit {
  std::string id;       // 40 hex digits
  std::string subject;  // the first line of its message
  std::int64_t time_s = 0;
};

// The branches and tags of a store and the commits they are at.
struct GitReferences {
  std::map<std::string, std::string> branches = {}, tags = {};
  bool operator==(const GitReferences&) const = default;
};

// What of a store is a tree.
struct GitPlace {
  std::string commit = {};
  std::string root = {};
  std::string mountpoint = {};
  std::string environment = "base";
  auto operator<=>(const GitPlace&) const = default;
};

// Each call opens the store anew, so one GitStore may be used from several threads. Copies are of one store.
class GitStore {
 public:
  // `folder` holds bare stores, one for each URL; it is made (mode 0700) when it is not there.
  // Throws Error(invalid) as check() does. `host` runs git for remotes over ssh, and must outlive it; without one those
  // can't be fetched.
  GitStore(std::string folder, GitRemote remote, Host* host = nullptr);

  const GitRemote& remote() const { return remote_; }
  // Brings the store up to date and gives the commit the branch is at. Throws Error(unavailable) when the remote can't
  // be reached or is no repository, (timeout) after the remote's time, (not_found) when it has no such branch, (denied)
  // when the branch was rewritten and may not be. What was there before stays usable in any case.
  std::string fetch();
  // The same for all branches and tags, whatever the remote's own branch is.
  GitReferences fetch_all();
  // What was fetched last.
  GitReferences references() const;
  // The commit the branch was at when it was fetched last; nothing before the first fetch.
  std::optional<std::string> head() const;
  // That commit and those before it (first parents), newest first, `limit` at most.
  std::vector<GitCommit> history(const std::string& commit, std::size_t limit) const;
  // The files of a commit below the remote's root, as its environment. Symlinks are followed inside the root only;
  // submodules are left out. Throws Error(not_found) for a commit that the store has not, or without the root.
  // The tree stays valid and the same for as long as it is held, whatever is fetched meanwhile.
  std::shared_ptr<FileTree> tree(const std::string& commit) const;
  std::shared_ptr<FileTree> tree(const GitPlace& place) const;

  // A commit remembered under a name over restarts ("good"), with letters, digits, '-' and '.'.
  void remember(const std::string& name, const std::string& commit) const;
  std::optional<std::string> remembered(const std::string& name) const;

 private:
  struct Trees;

  void transfer(git_repository* repository) const;
  bool is_made() const;
  void judge_move(git_repository* repository, const std::string& before, const std::string& now) const;

  GitRemote remote_;
  Host* host_;
  std::string path_;
  std::shared_ptr<Trees> trees_;  // those asked for last: most questions are about a few commits
  std::shared_ptr<LooseObjects> loose_objects_;
};

}  // namespace halite::pillar
