// git.latest: comments and changes.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/latest.h"
#include "states/providers/secrets.h"

namespace halite::states {
namespace {

using Latest = GitLatest;
using Kind = GitLatest::Kind;

// As Python's capitalize(): the rest is in lower case.
std::string capitalized(const std::string& text) {
  std::string result = to_lower(text);
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result;
}

std::string up_to_date(const std::string& target) {
  return fmt::format("Repository {} is up-to-date", target);
}

std::string correct(const Latest& asked) {
  if (asked.is_here && !asked.is_bare() && !asked.moves_head() && !asked.is_at_revision() && asked.kind != Kind::nothing)
    return fmt::format(
        "{} is already present and local HEAD ({}) does not match, but update_head=False. HEAD has not been updated "
        "locally.",
        asked.kind == Kind::head ? capitalized(asked.place()) : asked.place(), short_commit(asked.status.revision));
  return up_to_date(asked.target) +
         (asked.status.has_changes
              ? ", but with uncommitted changes. Set 'force_reset' to True to purge uncommitted changes."
              : "");
}

const Difference* find(const Change<Latest>& change, std::string_view field) {
  for (const Difference& difference : change.differences)
    if (difference.field == field) return &difference;
  return nullptr;
}

Value commit_value(const std::string& commit) { return commit.empty() ? Value() : Value(commit); }

// Whether the real run would throw something away, as far as that is known before the fetch.
bool would_force(const Latest& asked) {
  const bool throws_away = asked.status.has_changes && asked.force_reset == Value(true);
  return throws_away || (asked.fast_forward && !*asked.fast_forward);
}

Map changes_of_clone(const Change<Latest>& change) {
  const Latest& asked = change.asked;
  Map shown;
  if (asked.is_in_the_way) shown.set("forced clone", true);
  shown.set("new", asked.name + " => " + asked.target);
  const std::string planned = asked.kind == Kind::nothing ? asked.head_revision : asked.remote_revision;
  const std::string& made = change.after->full_revision.empty() ? planned : change.after->full_revision;
  if (!made.empty()) shown.set("revision", Map{{"old", Value()}, {"new", made}});
  return shown;
}

Map changes(const Change<Latest>& change) {
  if (change.creates()) return changes_of_clone(change);
  const Latest& asked = change.asked;
  Map shown;
  if (const Difference* remote = find(change, "remote")) {
    const std::string old = remote->before.if_string() ? *remote->before.if_string() : "";
    if (old.empty())
      shown.set("new", asked.name + " => " + asked.remote);
    else
      shown.set("remote", Map{{"old", without_password(old)}, {"new", without_password(asked.name)}});
  }
  if (const Difference* tags = find(change, "new_tags")) shown.set("new_tags", tags->before);
  if (const Difference* tags = find(change, "deleted_tags")) shown.set("deleted_tags", tags->before);
  for (const char* field : {"branch", "upstream", "references", "submodules"})
    if (const Difference* difference = find(change, field))
      shown.set(field, Map{{"old", difference->before}, {"new", difference->after}});
  if (find(change, "is fetched") && !asked.moves_head()) shown.set("fetched", asked.remote_revision);
  if (find(change, "revision")) {
    const std::string& made = change.after->full_revision.empty() ? asked.remote_revision : change.after->full_revision;
    shown.set("revision", Map{{"old", commit_value(change.before->full_revision)}, {"new", commit_value(made)}});
  }
  const bool is_forced = *asked.is_forced || (find(change, "revision") && would_force(asked));
  if (is_forced || find(change, "is clean")) shown.set("forced update", true);
  return shown;
}

std::string planned_head(const Change<Latest>& change) {
  const Latest& asked = change.asked;
  const std::string now = short_commit(change.before->full_revision), next = short_commit(asked.remote_revision);
  if (would_force(asked)) return fmt::format("Repository would be hard-reset from {} to {}", now, next);
  if (asked.fast_forward) return fmt::format("Repository would be fast-forwarded from {} to {}", now, next);
  return fmt::format("Repository would be updated from {} to {}", now, next);
}

std::vector<std::string> planned_steps(const Change<Latest>& change) {
  const Latest& asked = change.asked;
  std::vector<std::string> steps;
  const auto add = [&](std::string text) { steps.push_back(std::move(text)); };
  if (const Difference* remote = find(change, "remote"))
    add(fmt::format("Remote '{}' would be changed from {} to {}", asked.remote,
                    without_password(remote->before.as_string()), without_password(asked.name)));
  if (find(change, "is fetched") || find(change, "new_tags") || find(change, "references"))
    add(fmt::format("Remote '{}' would be fetched", asked.remote));
  if (const Difference* tags = find(change, "deleted_tags"))
    add("The following tags would be removed from the local checkout: " +
        join(Convert<std::vector<std::string>>::decode(tags->before), ", "));
  if (find(change, "branch")) {
    const std::string& branch = asked.branch_asked->text;
    if (asked.local_branches.count(branch))
      add(fmt::format("Branch '{}' would be checked out and {} to {}", branch,
                      would_force(asked) ? "hard-reset" : asked.fast_forward ? "fast-forwarded" : "updated",
                      short_commit(asked.remote_revision)));
    else
      add(fmt::format("New branch '{}' would be checked out, with {} as a starting point", branch, asked.place()));
  } else if (find(change, "revision") || find(change, "is clean")) {
    add(planned_head(change));
  }
  if (const Difference* upstream = find(change, "upstream")) {
    if (upstream->after == Value(""))
      add("Tracking branch would be unset");
    else
      add(fmt::format("Tracking branch would be {} to {}", upstream->before == Value("") ? "set" : "updated",
                      upstream->after.as_string()));
  }
  if (find(change, "submodules")) add("Submodules would be updated");
  return steps;
}

std::string planned(const Change<Latest>& change) {
  const Latest& asked = change.asked;
  if (change.creates() && asked.is_in_the_way)
    return fmt::format(
        "Target directory {0} exists. Since force_clone=True, the contents of {0} would be deleted, and {1} would be "
        "cloned into this directory.",
        asked.target, asked.name);
  if (change.creates()) return fmt::format("Repository {} would be cloned to {}", asked.name, asked.target);
  if (asked.is_bare()) return fmt::format("Bare repository at {} would be fetched", asked.target);
  return told(planned_steps(change));
}

std::string done(const Change<Latest>& change) {
  const std::string steps = told(*change.asked.steps);
  if (change.creates() || find(change, "revision")) return steps;
  return up_to_date(change.asked.target) + (steps.empty() ? "" : "\n\nChanges made: " + steps);
}

}  // namespace

void refuse_update(const GitLatest& asked) {
  std::string advice;
  const std::string& rev = asked.rev.text;
  const std::string& local = asked.status.branch;
  if (!asked.branch_asked && rev != "HEAD" && local != rev)
    advice = fmt::format(
        " The desired rev ({0}) differs from the name of the local branch ({1}), if the desired rev is a branch name "
        "then a forced update could possibly be avoided by setting the 'branch' argument to '{0}' instead.",
        rev, local);
  else if (!asked.branch_asked && rev == "HEAD" && !asked.head_branch.empty() && local != asked.head_branch)
    advice = fmt::format(
        " The default remote branch ({0}) differs from the local branch ({1}). This could be caused by changing the "
        "default remote branch, or if the local branch was manually changed. Rather than forcing an update, it may be "
        "advisable to set the 'branch' argument to '{0}' instead. To ensure that this state follows the '{0}' branch "
        "instead of the remote HEAD, set the 'rev' argument to '{0}'.",
        asked.head_branch, local);
  const bool has_changes = asked.status.has_changes;
  const std::string from = short_commit(asked.base_revision), to = short_commit(asked.remote_revision);
  throw Error(ErrorKind::invalid, "Repository would be updated {}{}, but {}. Set 'force_reset' to True{} to force this update{}.{}",
              has_changes && from != to ? fmt::format("from {} to {}", from, to) : "to " + to,
              asked.changes_branch() ? fmt::format(" (after checking out local branch '{}')", asked.branch_asked->text) : "",
              has_changes ? "there are uncommitted changes" : "this is not a fast-forward merge",
              has_changes ? " (or 'remote-changes')" : "", has_changes ? " and discard these changes" : "", advice);
}

Wording<GitLatest> latest_words() { return {correct, planned, done, changes}; }

}  // namespace halite::states
