// git in memory, for tests of states: repositories elsewhere and working copies on the fake host.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_host.h"

namespace halite::states {

class FakeGit {
 public:
  struct Repository {
    std::map<std::string, std::string> refs;                    // "refs/heads/main": commit
    std::string head = "refs/heads/main";                       // or a commit, when detached
    std::vector<std::pair<std::string, std::string>> config;    // in order
    bool is_dirty = false;
    std::vector<std::string> old_submodules = {};
    std::vector<std::string> has = {};  // commits that are here
  };

  // `git` of the host. The fake must outlive the host's use of it.
  void install(FakeHost& host);
  // A commit on a branch of a repository elsewhere; gives its name. `rewrites` forgets what was there before.
  std::string commit(const std::string& url, const std::string& branch = "main", bool rewrites = false);
  Repository& at(const std::string& path) { return repositories_[path]; }

  std::map<std::string, std::vector<std::pair<std::string, std::string>>> global;  // by user
  std::vector<Command> commands;                                                  // every run, to look at environments

 private:
  CommandResult run(const Command& command);
  CommandResult run_in(Repository& repository, const Argv& words);
  CommandResult clone(const Command& command, const Argv& words);
  CommandResult fetch(Repository& repository, const Argv& words);
  CommandResult config(const Command& command, const Argv& words);
  CommandResult checkout(Repository& repository, const Argv& words);
  std::string resolve(const Repository& repository, const std::string& name) const;
  bool is_ancestor(const std::string& older, std::string newer) const;

  FakeHost* host_ = nullptr;
  std::map<std::string, Repository> repositories_;
  std::map<std::string, std::string> parents_;
};

}  // namespace halite::states
