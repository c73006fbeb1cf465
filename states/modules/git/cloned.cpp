// git.cloned: a working copy exists, on a branch if that is asked; what it holds is its users' own business.
#include "common/base/error.h"
#include "states/modules/git/common.h"
#include "states/modules/git/functions.h"

namespace halite::states {
namespace {

struct Cloned : GitRemoteAccess {
  std::string name, target;
  std::optional<Text> branch_asked;
  std::optional<std::string> branch;
};

Schema<Cloned> schema() {
  return with_git_remote_access(
      Schema<Cloned>()
          .key(&Cloned::name, "name", "The remote repository: a URL or a path.")
          .key(&Cloned::target, "target", "Where the working copy is: an absolute path.")
          .parameter(&Cloned::branch_asked, "branch", "Branch to have checked out. Unset: whichever is."));
}

std::optional<Outcome> prepare(Cloned& asked, World& world) {
  if (!asked.target.starts_with('/')) throw Error(ErrorKind::invalid, "'target' path must be absolute");
  if (asked.branch_asked && (asked.branch_asked->text.empty() || asked.branch_asked->text.starts_with('-')))
    throw Error(ErrorKind::invalid, "Invalid 'branch' argument");
  if (asked.name.starts_with('-')) throw Error(ErrorKind::invalid, "'{}' is no repository", asked.name);
  if (asked.branch_asked) asked.branch = asked.branch_asked->text;
  const std::string with = asked.branch ? fmt::format(" with branch '{}'", *asked.branch) : "";
  if (is_git_only_planned(asked.user, world))
    return Outcome{.result = Result::would_change,
                   .comment = fmt::format("{} would be cloned to {}{}", asked.name, asked.target, with),
                   .changes = {{"new", asked.name + " => " + asked.target}}};
  return std::nullopt;
}

std::optional<Cloned> read(const Cloned& asked, World& world) {
  if (!world.host.status_of_target(asked.target)) return std::nullopt;
  const Git git = git_of(asked, asked.name, world);
  if (!git.is_checkout(asked.target)) {
    if (!is_occupied(asked.target, world)) return std::nullopt;
    throw Error(ErrorKind::invalid, "Target '{}' exists, is non-empty and is not a git repository", asked.target);
  }
  Cloned found;
  found.branch = git_status(git, asked.target).branch;
  return found;
}

void apply(const std::optional<Cloned>& now, const std::optional<Cloned>& want, World& world) {
  const Git git = git_of(*want, want->name, world);
  if (!now) {
    Argv words{"clone"};
    if (want->branch) words.insert(words.end(), {"--branch", *want->branch});
    words.insert(words.end(), {"--", want->name, want->target});
    try {
      git.run(words, "/");
    } catch (const Error& error) {
      throw Error(error.kind(), "Clone failed: {}", error.message());
    }
    return;
  }
  const bool is_known = !git.commit(want->target, *want->branch).empty();
  try {
    git.run(is_known ? Argv{"checkout", *want->branch, "--"} : Argv{"checkout", "-b", *want->branch, "origin/" + *want->branch, "--"},
            want->target);
  } catch (const Error& error) {
    throw Error(error.kind(), "Failed to change branch to '{}': {}", *want->branch, error.message());
  }
}

Map changes(const Change<Cloned>& change) {
  if (change.creates()) return {{"new", change.asked.name + " => " + change.asked.target}};
  return changes_of(change.differences);
}

std::string correct(const Cloned& asked) {
  return fmt::format("Repository already exists at {}{}", asked.target,
                     asked.branch ? fmt::format(" and is checked out to branch '{}'", *asked.branch) : "");
}

std::string words(const Change<Cloned>& change, bool is_planned) {
  const Cloned& asked = change.asked;
  if (!change.creates()) return fmt::format("Branch {}changed to '{}'", is_planned ? "would be " : "", *asked.branch);
  return fmt::format("{} {}cloned to {}{}", asked.name, is_planned ? "would be " : "", asked.target,
                     asked.branch ? fmt::format(" with branch '{}'", *asked.branch) : "");
}

}  // namespace

Function git_cloned() {
  Resource<Cloned> cloned{.name = "git", .schema = schema(), .read = read, .apply = apply};
  cloned.derived = Schema<Cloned>().property(&Cloned::branch, "branch", "What is checked out.");
  cloned.prepare = prepare;
  cloned.provides = [](const Cloned& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.target}};
  };
  return cloned.ensure("cloned", "A repository is cloned; nothing is fetched later.",
                       {{"name", "https://git.example.org/app.git"}, {"target", "/srv/app"}}, as_given<Cloned>,
                       {correct, [](const Change<Cloned>& change) { return words(change, true); },
                        [](const Change<Cloned>& change) { return words(change, false); }, changes});
}

}  // namespace halite::states
