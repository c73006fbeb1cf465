// git.detached: a working copy stands at one commit of a remote, on no branch.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/common.h"
#include "states/modules/git/functions.h"
#include "states/providers/secrets.h"

namespace halite::states {
namespace {

struct Detached : GitRemoteAccess {
  std::string name, target, remote = "origin";
  Text rev;
  bool force_clone = false, force_checkout = false, fetch_remote = true, hard_reset = false, submodules = false;

  std::optional<std::string> commit;  // at HEAD
  std::optional<std::string> url;
  std::optional<bool> is_clean;
  std::optional<std::vector<std::string>> old_submodules;

  bool is_in_the_way = false, needs_fetch = false;
  GitSteps steps;
};

Schema<Detached> schema() {
  return with_git_remote_access(
      Schema<Detached>()
          .key(&Detached::name, "name", "The remote repository: a URL or a path.")
          .key(&Detached::rev, "rev", "Branch, tag or commit of the remote to check out, detached from any branch.")
          .key(&Detached::target, "target", "Where the working copy is: an absolute path.")
          .parameter(&Detached::remote, "remote", "Name of the remote in the working copy.")
          .parameter(&Detached::force_clone, "force_clone", "Empty a target that is no repository, and clone there.")
          .parameter(&Detached::force_checkout, "force_checkout", "Check out in spite of uncommitted changes.")
          .parameter(&Detached::fetch_remote, "fetch_remote", "False: only what is here already can be checked out.")
          .parameter(&Detached::hard_reset, "hard_reset", "Throw uncommitted changes away first.")
          .parameter(&Detached::submodules, "submodules", "Update submodules, those in submodules too."));
}

void check_arguments(const Detached& asked, World& world) {
  if (asked.rev.text.empty() || asked.rev.text.starts_with('-'))
    throw Error(ErrorKind::invalid, "'{}' is not a valid value for the 'rev' argument", asked.rev.text);
  if (!asked.target.starts_with('/')) throw Error(ErrorKind::invalid, "Target '{}' is not an absolute path", asked.target);
  if (asked.name.starts_with('-')) throw Error(ErrorKind::invalid, "'{}' is no repository", asked.name);
  const auto status = world.host.status_of_target(asked.target);
  if (status && status->type != FileType::directory)
    throw Error(ErrorKind::invalid, "Target '{}' exists and is a regular file, cannot proceed", asked.target);
}

// The commit that a branch or tag means, by the remote or, when that is not to be asked, by what was fetched.
std::string commit_of_name(const Detached& asked, const Git& git, bool is_here) {
  std::map<std::string, std::string> refs;
  std::string heads = "refs/heads/";
  if (asked.fetch_remote || !is_here) {
    refs = git.remote_refs(asked.name);
  } else {
    refs = git.refs(asked.target);
    heads = "refs/remotes/" + asked.remote + "/";
  }
  const std::string tag = "refs/tags/" + asked.rev.text;
  for (const std::string& name : {heads + asked.rev.text, tag + "^{}", tag})
    if (const auto found = refs.find(name); found != refs.end()) return found->second;
  throw Error(ErrorKind::not_found, "Revision '{}' does not exist", asked.rev.text);
}

std::optional<Outcome> prepare(Detached& asked, World& world) {
  asked.steps = std::make_shared<std::vector<std::string>>();
  check_arguments(asked, world);
  if (is_git_only_planned(asked.user, world))
    return Outcome{.result = Result::would_change,
                   .comment = fmt::format("Repository {} would be cloned to {}", asked.name, asked.target),
                   .changes = {{"new", asked.name + " => " + asked.target}}};
  const Git git = git_of(asked, asked.name, world);
  const bool is_here = git.is_checkout(asked.target);
  if (!is_here && is_occupied(asked.target, world) && !asked.force_clone)
    throw Error(ErrorKind::invalid,
                "Target '{}' exists, is non-empty and is not a git repository. Set the 'force_clone' option to True to "
                "remove this directory's contents and proceed with cloning the remote repository",
                asked.target);
  asked.is_in_the_way = !is_here && asked.force_clone && world.host.status_of_target(asked.target).has_value();
  const bool is_hash = looks_like_commit(asked.rev.text);
  asked.commit = is_hash ? to_lower(asked.rev.text) : commit_of_name(asked, git, is_here);
  if (!is_here) return std::nullopt;
  const std::string copy = git.commit(asked.target, *asked.commit);
  asked.needs_fetch = copy.empty();
  if (!copy.empty()) asked.commit = copy;
  if (asked.needs_fetch && !asked.fetch_remote)
    throw Error(ErrorKind::not_found, "Revision '{}' does not exist", asked.rev.text);
  if (!is_hash) asked.url = asked.name;
  if (asked.hard_reset) asked.is_clean = true;
  if (asked.submodules) asked.old_submodules.emplace();
  return std::nullopt;
}

std::optional<Detached> read(const Detached& asked, World& world) {
  const Git git = git_of(asked, asked.name, world);
  if (!git.is_checkout(asked.target)) return std::nullopt;
  const GitStatus status = git_status(git, asked.target);
  Detached found;
  // A commit may be asked for by its beginning.
  found.commit = status.revision.starts_with(*asked.commit) ? *asked.commit : status.revision;
  const auto urls = git.config("remote." + asked.remote + ".url", asked.target);
  found.url = urls.empty() ? "" : urls.front();
  found.is_clean = !status.has_changes;
  if (asked.submodules && !status.revision.empty()) found.old_submodules = old_submodules(git, asked.target);
  return found;
}

void apply(const std::optional<Detached>& now, const std::optional<Detached>& want, World& world) {
  const Git git = git_of(*want, want->name, world);
  const auto run = [&](const Argv& words) { return git.run(words, want->target); };
  const auto tell = [&](std::string text) { want->steps->push_back(std::move(text)); };
  with_steps(want->steps, [&] {
    if (!now) {
      if (want->is_in_the_way) empty_directory(want->target, world);
      Argv words{"clone", "--no-checkout"};
      if (want->remote != "origin") words.insert(words.end(), {"--origin", want->remote});
      words.insert(words.end(), {"--", want->name, want->target});
      git.run(words, "/");
      tell(fmt::format("{} cloned to {}", want->name, want->target));
    } else if (want->url && now->url != want->url) {
      if (!now->url->empty()) run({"remote", "rm", want->remote});
      run({"remote", "add", "--", want->remote, want->name});
      tell(fmt::format("Remote {} updated from '{}' to '{}'", want->remote, without_password(*now->url),
                       without_password(want->name)));
    }
    if (now && want->needs_fetch) {
      try {
        run({"fetch", "--force", "--", want->remote, "refs/heads/*:refs/remotes/" + want->remote + "/*",
             "+refs/tags/*:refs/tags/*"});
      } catch (const Error& error) {
        throw Error(error.kind(), "Fetch failed:\n\n{}", error.message());
      }
      tell(fmt::format("Remote {} was fetched, resulting in updated refs", want->remote));
    }
    if (git.commit(want->target, *want->commit).empty())
      throw Error(ErrorKind::not_found, "Revision '{}' does not exist", want->rev.text);
    if (want->hard_reset) {
      run({"reset", "--hard", "HEAD"});
      tell("Repository was reset to HEAD before checking out revision");
    }
    if (!now || now->commit != want->commit) {
      Argv words{"checkout", "--detach"};
      if (want->force_checkout) words.push_back("--force");
      words.insert(words.end(), {*want->commit, "--"});
      run(words);
      tell(fmt::format("Commit ID {} was checked out at {}", *want->commit, want->target));
    }
    if (want->submodules) {
      run({"submodule", "update", "--init", "--recursive"});
      tell("Submodules were updated");
    }
  });
}

Map changes(const Change<Detached>& change) {
  Map shown;
  if (change.asked.is_in_the_way) shown.set("forced clone", true);
  if (change.creates()) shown.set("new", change.asked.name + " => " + change.asked.target);
  for (const Difference& difference : change.differences) {
    const Map pair{{"old", difference.before == Value("") ? Value() : difference.before}, {"new", difference.after}};
    if (difference.field == "HEAD") shown.set("HEAD", pair);
    if (change.creates()) continue;
    if (difference.field == "remote") shown.set("remote", pair);
    if (difference.field == "is clean") shown.set("forced update", true);
    if (difference.field == "submodules") shown.set("submodules", pair);
  }
  return shown;
}

Wording<Detached> words() {
  Wording<Detached> words;
  words.correct = [](const Detached&) -> std::string { return "Already checked out at correct revision"; };
  words.planned = [](const Change<Detached>& change) {
    const Detached& asked = change.asked;
    if (change.creates() && asked.is_in_the_way)
      return fmt::format(
          "Target directory {0} exists. Since force_clone=True, the contents of {0} would be deleted, and {1} would be "
          "cloned into this directory.",
          asked.target, asked.name);
    if (change.creates()) return fmt::format("Repository {} would be cloned to {}", asked.name, asked.target);
    std::vector<std::string> steps;
    for (const Difference& difference : change.differences) {
      if (difference.field == "remote") steps.push_back(fmt::format("Remote {} would be set to {}", asked.remote, asked.name));
      if (difference.field == "is clean")
        steps.push_back(fmt::format("Hard reset to HEAD would be performed on {}", asked.target));
      if (difference.field == "HEAD")
        steps.push_back(fmt::format("Commit ID {} would be checked out at {}", *asked.commit, asked.target));
      if (difference.field == "submodules") steps.push_back("Submodules would be updated");
    }
    return told(steps);
  };
  words.done = [](const Change<Detached>& change) { return told(*change.asked.steps); };
  words.changes = changes;
  return words;
}

}  // namespace

Function git_detached() {
  Resource<Detached> detached{.name = "git", .schema = schema(), .read = read, .apply = apply};
  detached.derived = Schema<Detached>()
                         .property(&Detached::commit, "HEAD", "The commit that is checked out.")
                         .property(&Detached::url, "remote", "Where the remote is.")
                         .property(&Detached::is_clean, "is clean", "Nothing is uncommitted.")
                         .property(&Detached::old_submodules, "submodules", "Submodules that are not where they should be.");
  detached.prepare = prepare;
  detached.provides = [](const Detached& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.target}};
  };
  return detached.ensure("detached", "A working copy stands at one commit of a remote, on no branch.",
                         {{"name", "https://git.example.org/app.git"}, {"rev", "main"}, {"target", "/srv/app"}},
                         as_given<Detached>, words());
}

}  // namespace halite::states
