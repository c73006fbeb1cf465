// git.latest: a working copy stands at what a remote has.
#include "states/modules/git/latest.h"

#include "common/base/strings.h"
#include "states/modules/git/functions.h"

namespace halite::states {
namespace {

using Latest = GitLatest;

Schema<Latest> schema() {
  Schema<Latest> schema =
      Schema<Latest>()
          .key(&Latest::name, "name", "The remote repository: a URL or a path.")
          .key(&Latest::target, "target", "Where the working copy is: an absolute path.")
          .parameter(&Latest::rev, "rev", "Branch, tag or commit of the remote to stand at. HEAD: what the remote's HEAD is.")
          .parameter(&Latest::branch_asked, "branch",
                     "Local branch to check out, made when it is not there. Unset: the one that is checked out.")
          .parameter(&Latest::update_head, "update_head", "False: fetch alone, and leave what is checked out.")
          .parameter(&Latest::force_checkout, "force_checkout", "Change to `branch` in spite of uncommitted changes.")
          .parameter(&Latest::force_clone, "force_clone",
                     "Empty a target that is no repository, and clone there.")
          .parameter(&Latest::force_fetch, "force_fetch", "Fetch branches that were rewritten at the remote too.")
          .parameter(&Latest::force_reset, "force_reset",
                     "True: throw away local commits and uncommitted changes. remote-changes: only when the remote "
                     "has something new.")
          .parameter(&Latest::submodules, "submodules", "Update submodules, those in submodules too.")
          .parameter(&Latest::bare, "bare", "A repository without a working copy. Not together with `rev`.")
          .parameter(&Latest::mirror, "mirror", "A bare repository with exactly the remote's references.")
          .parameter(&Latest::remote, "remote", "Name of the remote in the working copy.")
          .parameter(&Latest::fetch_tags, "fetch_tags", "Have every tag of the remote.")
          .parameter(&Latest::sync_tags, "sync_tags", "Have no tag that the remote does not have.")
          .parameter(&Latest::depth, "depth", "Clone and fetch that many commits only; `rev` must be a branch or tag.")
          .parameter(&Latest::refspec_branch, "refspec_branch", "Glob of the branches to fetch.")
          .parameter(&Latest::refspec_tag, "refspec_tag", "Glob of the tags to fetch.");
  return with_git_remote_access(std::move(schema));
}

Schema<Latest> derived() {
  return Schema<Latest>()
      .property(&Latest::revision, "revision", "The commit at HEAD.")
      .property(&Latest::branch, "branch", "What is checked out.")
      .property(&Latest::upstream, "upstream", "The branch that the local one follows.")
      .property(&Latest::url, "remote", "Where the remote is.")
      .property(&Latest::is_clean, "is clean", "Nothing is uncommitted.")
      .property(&Latest::has_commit, "is fetched", "The commit is here.")
      .property(&Latest::missing_tags, "new_tags", "Tags that only the remote has.")
      .property(&Latest::stale_tags, "deleted_tags", "Tags that the remote does not have.")
      .property(&Latest::references, "references", "Branches and tags of a bare repository.")
      .property(&Latest::old_submodules, "submodules", "Submodules that are not where they should be.");
}

}  // namespace

Function git_latest() {
  Resource<Latest> latest{.name = "git", .schema = schema(), .read = read_latest, .apply = apply_latest};
  latest.derived = derived();
  latest.prepare = prepare_latest;
  latest.provides = [](const Latest& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.target}};
  };
  return latest.ensure("latest", "A repository is cloned, and its working copy is where the remote is.",
                       {{"name", "https://git.example.org/app.git"}, {"target", "/srv/app"}, {"rev", "main"}}, want_latest,
                       latest_words());
}

}  // namespace halite::states
