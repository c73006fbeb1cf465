// git by its program: as a user, with that user's keys or a password, never asking anything.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/world.h"

namespace halite::states {

struct GitOptions {
  std::string user;                   // whose environment and files; empty: ours
  std::vector<std::string> identity;  // private keys for ssh: paths, or salt://
  std::string url;                    // where https_user and https_pass are for
  std::string https_user, https_pass;
};

class Git {
 public:
  Git(GitOptions options, World& world) : options_(std::move(options)), world_(world) {}

  // `words` without "git". An empty directory is the user's home.
  CommandResult try_run(const Argv& words, const std::string& directory = {}) const;
  // Standard output without the white space at its end. A failure is Error(unavailable) in git's own words, without
  // passwords.
  std::string run(const Argv& words, const std::string& directory = {}) const;

  // What a repository elsewhere offers: "HEAD", "refs/heads/main", "refs/tags/v1", "refs/tags/v1^{}".
  std::map<std::string, std::string> remote_refs(const std::string& url) const;
  // The references of a repository here, with the commits that they lead to (a tag's, not the tag object).
  std::map<std::string, std::string> refs(const std::string& directory) const;
  // The full name of a commit, or nothing when it is not there.
  std::string commit(const std::string& directory, const std::string& revision) const;
  // Values of a key in a repository's configuration, or in the user's when `directory` is empty.
  std::vector<std::string> config(const std::string& key, const std::string& directory) const;
  // {key: [values]} of the keys that match, whose values match too when that is asked.
  std::map<std::string, std::vector<std::string>> config_matching(const std::string& key, const std::string& value,
                                                                  const std::string& directory) const;
  // A working copy, or a worktree of one.
  bool is_checkout(const std::string& directory) const;

  const GitOptions& options() const { return options_; }

 private:
  CommandResult execute(const Argv& words, const std::string& directory, const std::string& ssh) const;

  GitOptions options_;
  World& world_;
};

// What `git status` says of a working copy.
struct GitStatus {
  std::string revision;      // of HEAD; empty: nothing is committed yet
  std::string branch;        // empty: HEAD is detached
  std::string upstream;      // "origin/main"
  bool has_changes = false;  // to files that git knows
};
GitStatus git_status(const Git& git, const std::string& directory);
// A commit's name, or the beginning of one.
bool looks_like_commit(const std::string& revision);

}  // namespace halite::states
