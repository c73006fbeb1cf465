// What the functions of state module git share: who runs git and with which keys, and what stands at the target.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/providers/git.h"
#include "states/resource.h"

namespace halite::states {

struct GitAccess {
  std::string user, password, output_encoding;
};

// Access to a repository elsewhere.
struct GitRemoteAccess : GitAccess {
  TextList identity;
  std::string https_user, https_pass;
};

template <class T>
Schema<T> with_git_access(Schema<T> schema) {
  return schema
      .parameter(static_cast<std::string T::*>(&T::user), "user",
                 "User to run git as, with that user's login environment.")
      .parameter(static_cast<std::string T::*>(&T::password), "password", "It means something on Windows alone.")
      .secret()
      .parameter(static_cast<std::string T::*>(&T::output_encoding), "output_encoding",
                 "Kept for Salt's trees; output is UTF-8.");
}

template <class T>
Schema<T> with_git_remote_access(Schema<T> schema) {
  return with_git_access(std::move(schema))
      .parameter(static_cast<TextList T::*>(&T::identity), "identity",
                 "Private keys for ssh: paths, or salt:// files. The server's key must be known to the user.")
      .parameter(static_cast<std::string T::*>(&T::https_user), "https_user", "User name for a repository over https.")
      .parameter(static_cast<std::string T::*>(&T::https_pass), "https_pass",
                 "Password for it. It is handed to git alone and not written into the repository's configuration.")
      .secret();
}

Git git_of(const GitAccess& access, World& world);
// For the repository at `url`. Throws Error(invalid) for a password that would not go over https, and for a key whose
// path is not absolute.
Git git_of(const GitRemoteAccess& access, const std::string& url, World& world);

// The actions taken, for the comment: those of a change that fails half-way too.
using GitSteps = std::shared_ptr<std::vector<std::string>>;
// "A. B." or "A"
std::string told(const std::vector<std::string>& steps);
// Runs `work`; an error that leaves it also tells the steps already taken.
void with_steps(const GitSteps& steps, const std::function<void()>& work);

// True when an earlier state of this dry run would make the user or the program that git needs: nothing can be asked.
bool is_git_only_planned(const std::string& user, World& world);

// The directory is there and holds something.
bool is_occupied(const std::string& directory, World& world);
// Empties a directory, which itself stays.
void empty_directory(const std::string& directory, World& world);

// Submodules that `git submodule update` would change.
std::vector<std::string> old_submodules(const Git& git, const std::string& target);

std::string short_commit(const std::string& commit);

}  // namespace halite::states
