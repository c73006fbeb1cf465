// git.latest: the arguments, what was found at the remote, and the working copy as it is.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "states/modules/git/common.h"

namespace halite::states {

struct GitLatest : GitRemoteAccess {
  std::string name, target;
  Text rev{"HEAD"};
  std::optional<Text> branch_asked;
  bool update_head = true, force_checkout = false, force_clone = false, force_fetch = false;
  Value force_reset = false;
  bool submodules = false, bare = false, mirror = false, fetch_tags = true, sync_tags = true;
  std::string remote = "origin";
  std::optional<Number> depth;
  std::string refspec_branch = "*", refspec_tag = "*";

  // What is compared.
  std::optional<std::string> revision;  // the commit at HEAD
  std::optional<std::string> branch;    // checked out; empty: HEAD is detached
  std::optional<std::string> upstream;
  std::optional<std::string> url;  // of the remote
  std::optional<bool> is_clean;
  std::optional<bool> has_commit;  // that the remote has, somewhere in the repository
  std::optional<std::vector<std::string>> missing_tags, stale_tags;
  std::optional<std::map<std::string, std::string>> references;  // of a bare repository
  std::optional<std::vector<std::string>> old_submodules;        // that `git submodule update` would change

  // What the remote offers, found out before the look.
  enum class Kind { nothing, head, branch, tag, commit };
  Kind kind = Kind::nothing;
  std::string remote_revision;  // the commit meant by `rev`; for a commit what was asked, perhaps its beginning
  std::string head_revision, head_branch;
  std::map<std::string, std::string> remote_refs;
  // What is here, found out before the plan.
  bool is_here = false;
  bool is_in_the_way = false;  // a directory that force_clone empties
  GitStatus status;
  std::set<std::string> local_branches;
  std::string base_revision;         // from which the update starts
  std::optional<bool> fast_forward;  // unset: not known before the fetch
  std::string full_revision;         // of a look
  GitSteps steps;                    // what was done
  std::shared_ptr<bool> is_forced;   // the update threw something away

  bool wants_reset() const { return force_reset != Value(false); }
  bool is_bare() const { return bare || mirror; }
  bool changes_branch() const { return branch_asked && branch_asked->text != status.branch; }
  bool is_at_revision() const { return !remote_revision.empty() && status.revision.starts_with(remote_revision); }
  // Whether HEAD is to be where the remote is; else it is fetched alone.
  bool moves_head() const { return !is_here || update_head || changes_branch(); }
  // "origin/main (1234567)"
  std::string place() const;
  // "origin/main", or nothing when `rev` is no branch.
  std::string wanted_upstream() const;
};

// Asks the remote and looks here. Throws Error, or settles the state, for what can't be done.
std::optional<Outcome> prepare_latest(GitLatest& asked, World& world);
std::optional<GitLatest> read_latest(const GitLatest& asked, World& world);
std::optional<GitLatest> want_latest(const GitLatest& asked);
void apply_latest(const std::optional<GitLatest>& now, const std::optional<GitLatest>& want, World& world);
Wording<GitLatest> latest_words();
bool is_ancestor(const std::string& older, const std::string& newer, const GitLatest& asked, const Git& git);
// Why an update that is no fast-forward is refused, in Salt's words.
[[noreturn]] void refuse_update(const GitLatest& asked);

}  // namespace halite::states
