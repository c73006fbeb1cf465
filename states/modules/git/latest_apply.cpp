// git.latest: the clone or the update, in Salt's order and with its steps told in Salt's words.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/latest.h"
#include "states/providers/secrets.h"

namespace halite::states {
namespace {

using Latest = GitLatest;
using Kind = GitLatest::Kind;

class Update {
 public:
  Update(const Latest& want, World& world) : want_(want), world_(world), git_(git_of(want, want.name, world)) {}

  void clone() {
    if (want_.is_in_the_way) empty_directory(want_.target, world_);
    Argv words{"clone"};
    if (want_.is_bare()) words.push_back(want_.mirror ? "--mirror" : "--bare");
    if (want_.remote != "origin") words.insert(words.end(), {"--origin", want_.remote});
    if (want_.depth) words.insert(words.end(), {"--depth", std::to_string(want_.depth->value), "--branch", want_.rev.text});
    words.insert(words.end(), {"--", want_.name, want_.target});
    failing("Clone failed: ", [&] { git_.run(words, "/"); });
    tell("{} cloned to {}{}", want_.name, want_.target,
         want_.mirror ? " as mirror" : want_.bare ? " as bare repository" : "");
    if (want_.is_bare()) return fetch();
    if (want_.kind == Kind::nothing) return;
    settle_clone();
    update_submodules();
  }

  void update(const Latest& now) {
    if (want_.is_bare()) return fetch();
    if (want_.kind == Kind::nothing) return;
    set_remote(*now.url);
    delete_tags(now);
    const bool lacks_tags = want_.missing_tags && now.missing_tags != want_.missing_tags;
    if (!*now.has_commit || !want_.fast_forward || lacks_tags) fetch();
    if (!want_.moves_head()) return;
    const bool is_forward = may_forward();
    change_branch();
    move_head(is_forward, now);
    follow();
    update_submodules();
  }

 private:
  template <class... Args>
  void tell(fmt::format_string<Args...> format, Args&&... args) {
    want_.steps->push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void failing(const std::string& what, const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      throw Error(error.kind(), "{}{}", what, error.message());
    }
  }

  std::string run(Argv words) { return git_.run(words, want_.target); }

  // A fresh clone stands at the remote's HEAD.
  void settle_clone() {
    GitStatus status = git_status(git_, want_.target);
    if (want_.branch_asked && status.branch != want_.branch_asked->text) {
      start_branch();
      tell("Branch '{}' checked out, with {} as a starting point", want_.branch_asked->text, want_.place());
      status = git_status(git_, want_.target);
    }
    if (status.branch.empty() && status.revision.empty())
      throw Error(ErrorKind::invalid,
                  "Remote HEAD refers to a ref that does not exist. This can happen when the default branch on the "
                  "remote repository is renamed or deleted. If you are unable to fix the remote repository, you can "
                  "work around this by setting the 'branch' argument (which will ensure that the named branch is "
                  "created if it does not already exist).");
    if (!status.revision.starts_with(want_.remote_revision)) {
      run({"reset", "--hard", want_.remote_revision});
      tell("Repository was reset to {}", want_.place());
    }
    follow();
  }

  void start_branch() {
    const std::string upstream = want_.wanted_upstream();
    const std::string start = want_.rev.text == "HEAD" ? want_.remote_revision : upstream.empty() ? want_.rev.text : upstream;
    Argv words{"checkout"};
    if (want_.force_checkout) words.push_back("--force");
    words.insert(words.end(), {"-b", want_.branch_asked->text, start, "--"});
    run(words);
  }

  void set_remote(const std::string& now) {
    if (now == want_.name) return;
    if (!now.empty()) run({"remote", "rm", want_.remote});
    run({"remote", "add", "--", want_.remote, want_.name});
    if (now.empty())
      tell("Remote '{}' set to {}", want_.remote, without_password(want_.name));
    else
      tell("Remote '{}' changed from {} to {}", want_.remote, without_password(now), without_password(want_.name));
  }

  void delete_tags(const Latest& now) {
    if (!want_.stale_tags || now.stale_tags->empty()) return;
    for (const auto& tag : *now.stale_tags) run({"tag", "-d", "--", tag});
    tell("The following tags were removed from the local checkout: {}", join(*now.stale_tags, ", "));
  }

  Argv refspecs() const {
    const std::string tracking = ":refs/remotes/" + want_.remote + "/";
    if (want_.depth && want_.kind == Kind::tag) return {"+refs/tags/" + want_.rev.text + ":refs/tags/" + want_.rev.text};
    if (want_.depth) return {"refs/heads/" + want_.rev.text + tracking + want_.rev.text};
    if (want_.mirror) return {};
    if (want_.bare && !want_.fetch_tags) return {"refs/heads/*" + tracking + "*"};
    if (!want_.fetch_tags) return {};
    return {"refs/heads/" + want_.refspec_branch + tracking + want_.refspec_branch,
            "+refs/tags/" + want_.refspec_tag + ":refs/tags/" + want_.refspec_tag};
  }

  void fetch() {
    Argv words{"fetch"};
    if (want_.force_fetch || want_.mirror) words.push_back("--force");
    if (want_.is_bare()) words.push_back("--prune");
    if (want_.depth) words.insert(words.end(), {"--depth", std::to_string(want_.depth->value)});
    words.insert(words.end(), {"--", want_.remote});
    for (const auto& refspec : refspecs()) words.push_back(refspec);
    const auto before = git_.refs(want_.target);
    failing(
        "Fetch failed. Set 'force_fetch' to True to force the fetch if the failure was due to not being able to "
        "fast-forward. Output of the fetch command follows:\n\n",
        [&] { run(words); });
    const bool has_news = git_.refs(want_.target) != before;
    if (want_.is_bare())
      tell("Bare repository at {} was fetched{}", want_.target, has_news ? ", resulting in updated refs" : "");
    else if (has_news)
      tell("{} was fetched, resulting in updated refs", without_password(want_.name));
    if (!want_.is_bare() && git_.commit(want_.target, want_.remote_revision).empty())
      throw Error(ErrorKind::not_found, "Fetch did not successfully retrieve rev '{}' from {}", want_.rev.text,
                  without_password(want_.name));
  }

  // Known before the plan, or only now that the commits are here.
  bool may_forward() {
    if (want_.fast_forward) return *want_.fast_forward;
    const bool is_forward = is_ancestor(want_.base_revision, want_.remote_revision, want_, git_);
    if (!is_forward && !want_.wants_reset()) refuse_update(want_);
    return is_forward;
  }

  void change_branch() {
    if (!want_.changes_branch()) return;
    const std::string& branch = want_.branch_asked->text;
    if (!want_.local_branches.count(branch)) {
      start_branch();
      tell("New branch '{}' was checked out, with {} as a starting point", branch, want_.place());
      return;
    }
    Argv words{"checkout"};
    if (want_.force_checkout) words.push_back("--force");
    words.insert(words.end(), {branch, "--"});
    run(words);
    tell("'{}' was checked out", branch);
  }

  void move_head(bool is_forward, const Latest& now) {
    const GitStatus status = git_status(git_, want_.target);
    const bool is_there = status.revision.starts_with(want_.remote_revision);
    const bool throws_away = status.has_changes && want_.force_reset == Value(true);
    if (!is_forward || throws_away) {
      run({"reset", "--hard", want_.remote_revision});
      *want_.is_forced = true;
      if (!*now.is_clean) tell("Uncommitted changes were discarded");
      tell("Repository was hard-reset to {}", want_.place());
      return;
    }
    if (is_there) return;
    if (status.has_changes) {
      run({"reset", "--hard", "HEAD"});
      tell("Uncommitted changes were discarded");
    }
    if (want_.kind == Kind::branch || want_.kind == Kind::head) {
      run({"merge", "--ff-only", want_.remote_revision});
      tell("Repository was fast-forwarded to {}", want_.place());
    } else {
      run({"reset", "--hard", want_.remote_revision});
      tell("Repository was reset to {} (fast-forward)", want_.rev.text);
    }
  }

  // The local branch follows the remote one, or none when `rev` is no branch.
  void follow() {
    if (!want_.upstream) return;
    const std::string now = git_status(git_, want_.target).upstream;
    if (now == *want_.upstream) return;
    if (want_.upstream->empty()) {
      run({"branch", "--unset-upstream"});
      tell("Tracking branch was unset");
      return;
    }
    run({"branch", "--set-upstream-to", *want_.upstream});
    tell("Tracking branch was {} to {}", now.empty() ? "set" : "updated", *want_.upstream);
  }

  void update_submodules() {
    if (want_.submodules)
      failing("Failed to update submodules: ", [&] { run({"submodule", "update", "--init", "--recursive"}); });
  }

  const Latest& want_;
  World& world_;
  Git git_;
};

}  // namespace

void apply_latest(const std::optional<GitLatest>& now, const std::optional<GitLatest>& want, World& world) {
  with_steps(want->steps, [&] {
    Update update(*want, world);
    if (now)
      update.update(*now);
    else
      update.clone();
  });
}

}  // namespace halite::states
