// libgit2's objects with one owner each, and its errors as ours. Private to this folder.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/base/error.h"

namespace halite::pillar {

struct GitFree {
  void operator()(git_repository* object) const { git_repository_free(object); }
  void operator()(git_remote* object) const { git_remote_free(object); }
  void operator()(git_reference* object) const { git_reference_free(object); }
  void operator()(git_object* object) const { git_object_free(object); }
  void operator()(git_commit* object) const { git_commit_free(object); }
  void operator()(git_tree* object) const { git_tree_free(object); }
  void operator()(git_tree_entry* object) const { git_tree_entry_free(object); }
  void operator()(git_odb* object) const { git_odb_free(object); }
  void operator()(git_odb_object* object) const { git_odb_object_free(object); }
};
template <class T>
using GitHandle = std::unique_ptr<T, GitFree>;

// Starts libgit2 once for the process, without any configuration file of the machine or the user: what a fetch does
// depends on our own options alone.
void start_git();

// libgit2's own words for the last failure.
std::string git_message();

// Throws Error(kind) "DOING: <libgit2's words>" when `result` is an error.
void git_check(int result, ErrorKind kind, std::string_view doing);

GitHandle<git_repository> open_store(const std::string& path);
git_oid to_oid(const std::string& commit);
std::string to_text(const git_oid& oid);

}  // namespace halite::pillar
