// git.latest: what the remote offers, what is here, and what can't be done.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/latest.h"

namespace halite::states {
namespace {

using Latest = GitLatest;
using Kind = GitLatest::Kind;

void check_arguments(const Latest& asked, World& world) {
  const auto refuse = [](const std::string& text) { throw Error(ErrorKind::invalid, "{}", text); };
  if (asked.remote.empty()) refuse("'remote' argument is required");
  if (asked.target.empty()) refuse("'target' argument is required");
  if (asked.rev.text.empty()) refuse("'' is not a valid value for the 'rev' argument");
  if (!asked.force_reset.is_bool() && asked.force_reset != Value("remote-changes"))
    refuse("'force_reset' must be one of True, False, or 'remote-changes'");
  if (!asked.target.starts_with('/')) refuse(fmt::format("target '{}' is not an absolute path", asked.target));
  if (asked.name.starts_with('-')) refuse(fmt::format("'{}' is no repository", asked.name));
  if (asked.rev.text != "HEAD" && asked.is_bare())
    refuse("'rev' is not compatible with the 'mirror' and 'bare' arguments");
  for (const std::string& word : {asked.rev.text, asked.remote, asked.branch_asked ? asked.branch_asked->text : ""})
    if (word.starts_with('-')) refuse(fmt::format("'{}' would be an option to git", word));
  const auto status = world.host.status_of_target(asked.target);
  if (status && status->type != FileType::directory)
    refuse(fmt::format("Target '{}' exists and is a regular file, cannot proceed", asked.target));
}

// Which commit `rev` means at the remote.
void resolve(Latest& asked) {
  const auto ref = [&](const std::string& name) {
    const auto found = asked.remote_refs.find(name);
    return found == asked.remote_refs.end() ? std::string() : found->second;
  };
  asked.head_revision = ref("HEAD");
  for (const auto& [name, commit] : asked.remote_refs)
    if (!asked.head_revision.empty() && commit == asked.head_revision && name.starts_with("refs/heads/") &&
        asked.head_branch.empty())
      asked.head_branch = name.substr(std::string("refs/heads/").size());
  const std::string& rev = asked.rev.text;
  const auto take = [&](Kind kind, const std::string& commit) {
    asked.kind = commit.empty() ? Kind::nothing : kind;
    asked.remote_revision = commit;
    return !commit.empty();
  };
  if (asked.is_bare()) return;
  if (rev == "HEAD") {
    take(Kind::head, asked.head_revision);
    return;
  }
  if (take(Kind::branch, ref("refs/heads/" + rev)) || take(Kind::tag, ref("refs/tags/" + rev + "^{}")) ||
      take(Kind::tag, ref("refs/tags/" + rev)))
    return;
  if (looks_like_commit(rev)) {
    take(Kind::commit, to_lower(rev));
    return;
  }
  throw Error(ErrorKind::not_found, "No revision matching '{}' exists in the remote repository", rev);
}

// A plan for a clone whose user or git itself is still to come. The remote is asked without the user, as far as that
// gets an answer.
Outcome plan_blind(Latest asked, World& world) {
  Map changes{{"new", asked.name + " => " + asked.target}};
  asked.user.clear();
  if (world.host.find_program("git")) {
    try {
      asked.remote_refs = git_of(asked, asked.name, world).remote_refs(asked.name);
    } catch (const Error&) {
    }
    if (!asked.remote_refs.empty()) resolve(asked);
    if (!asked.remote_revision.empty()) changes.set("revision", Map{{"old", Value()}, {"new", asked.remote_revision}});
  }
  return {.result = Result::would_change,
          .comment = fmt::format("Repository {} would be cloned to {}", asked.name, asked.target),
          .changes = std::move(changes)};
}

bool is_repository(const Latest& asked, const Git& git, World& world) {
  if (!asked.is_bare()) return git.is_checkout(asked.target);
  const auto status = world.host.status_of_target(asked.target + "/refs");
  return status && status->type == FileType::directory;
}

void look_at_target(Latest& asked, World& world) {
  if (!is_occupied(asked.target, world)) {
    asked.is_in_the_way = asked.force_clone && world.host.status_of_target(asked.target).has_value();
    return;
  }
  if (!asked.force_clone)
    throw Error(ErrorKind::invalid,
                "Target '{}' exists, is non-empty and is not a git repository. Set the 'force_clone' option to True to "
                "remove this directory's contents and proceed with cloning the remote repository",
                asked.target);
  asked.is_in_the_way = true;
}

// The remote's commit by its full name, when it is here already.
std::string local_copy(const Latest& asked, const Git& git, const std::map<std::string, std::string>& refs) {
  const auto ref = [&](const std::string& name) {
    const auto found = refs.find(name);
    return found == refs.end() ? std::string() : found->second;
  };
  if (asked.kind == Kind::branch && ref("refs/remotes/" + asked.wanted_upstream()) != asked.remote_revision) return "";
  if (asked.kind == Kind::tag) {
    const std::string tag = ref("refs/tags/" + asked.rev.text);
    if (!tag.empty() && tag != asked.remote_revision && !asked.wants_reset())
      throw Error(ErrorKind::invalid,
                  "'{}' is a tag, but the remote SHA1 for this tag ({}) doesn't match the local SHA1 ({}). Set "
                  "'force_reset' to True to force this update.",
                  asked.rev.text, short_commit(asked.remote_revision), short_commit(tag));
    if (tag != asked.remote_revision) return "";
  }
  return git.commit(asked.target, asked.remote_revision);
}

// What an update would start from, and whether it may go ahead.
void judge_update(Latest& asked, const Git& git) {
  const GitStatus& status = asked.status;
  const auto refs = git.refs(asked.target);
  for (const auto& [name, commit] : refs)
    if (name.starts_with("refs/heads/")) asked.local_branches.insert(name.substr(std::string("refs/heads/").size()));
  const std::string copy = local_copy(asked, git, refs);
  if (!copy.empty()) asked.remote_revision = copy;
  asked.base_revision = status.revision;
  if (asked.changes_branch()) {
    const auto known = refs.find("refs/heads/" + asked.branch_asked->text);
    asked.base_revision = known == refs.end() ? asked.remote_revision : known->second;
    if (status.has_changes && !asked.force_checkout)
      throw Error(ErrorKind::invalid,
                  "Local branch '{}' has uncommitted changes. Set 'force_checkout' to True to discard them and proceed.",
                  status.branch);
  }
  if (!asked.moves_head() || (asked.is_at_revision() && !asked.changes_branch())) {
    asked.fast_forward = true;
    return;
  }
  if (status.has_changes && !asked.wants_reset() && !asked.changes_branch()) refuse_update(asked);
  const bool follows = asked.kind == Kind::branch || asked.kind == Kind::head;
  if (status.branch.empty() && !asked.branch_asked && follows)
    throw Error(ErrorKind::invalid, "Unable to fast-forward, HEAD is detached");
  if (asked.base_revision.empty() || asked.base_revision == asked.remote_revision) {
    asked.fast_forward = true;
  } else if (!copy.empty()) {
    asked.fast_forward = is_ancestor(asked.base_revision, asked.remote_revision, asked, git);
    if (!*asked.fast_forward && !asked.wants_reset()) refuse_update(asked);
  }
}

// The tags of the remote or of a repository here, that `refspec_tag` means.
std::set<std::string> tags_in(const std::map<std::string, std::string>& refs, const std::string& pattern) {
  std::set<std::string> tags;
  for (const auto& [name, commit] : refs)
    if (name.starts_with("refs/tags/") && !name.ends_with("^{}") && glob_match(pattern, name.substr(10)))
      tags.insert(name.substr(10));
  return tags;
}

std::vector<std::string> only_in(const std::set<std::string>& these, const std::set<std::string>& those) {
  std::vector<std::string> result;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(result));
  return result;
}

// Branches and tags by name, as the remote has them: those of a plain bare repository lie below refs/remotes/.
std::map<std::string, std::string> mirrored(const Latest& asked, const std::map<std::string, std::string>& refs) {
  const std::string heads = asked.mirror ? "refs/heads/" : "refs/remotes/" + asked.remote + "/";
  std::map<std::string, std::string> result;
  for (const auto& [name, commit] : refs)
    if (name.starts_with("refs/tags/") && asked.fetch_tags)
      result[name] = commit;
    else if (name.starts_with(heads) && name != heads + "HEAD")
      result["refs/heads/" + name.substr(heads.size())] = commit;
  return result;
}

std::map<std::string, std::string> offered(const Latest& asked) {
  std::map<std::string, std::string> result;
  for (const auto& [name, commit] : asked.remote_refs) {
    const bool is_peeled = name.ends_with("^{}");
    const std::string plain = is_peeled ? name.substr(0, name.size() - 3) : name;
    const bool is_wanted = plain.starts_with("refs/heads/") || (plain.starts_with("refs/tags/") && asked.fetch_tags);
    if (is_wanted && (is_peeled || !result.count(plain) || !asked.remote_refs.count(plain + "^{}"))) result[plain] = commit;
  }
  return result;
}

}  // namespace

bool is_ancestor(const std::string& older, const std::string& newer, const GitLatest& asked, const Git& git) {
  return git.try_run({"merge-base", "--is-ancestor", older, newer}, asked.target).exit_code == 0;
}

std::string GitLatest::wanted_upstream() const {
  return kind == Kind::branch ? remote + "/" + rev.text : std::string();
}

std::string GitLatest::place() const {
  const std::string commit = remote_revision.substr(0, 7);
  if (kind == Kind::head) return "remote HEAD (" + commit + ")";
  if (kind == Kind::commit) return commit;
  return fmt::format("{} ({})", kind == Kind::branch ? wanted_upstream() : rev.text, commit);
}

std::optional<Outcome> prepare_latest(GitLatest& asked, World& world) {
  asked.steps = std::make_shared<std::vector<std::string>>();
  asked.is_forced = std::make_shared<bool>(false);
  while (asked.target.size() > 1 && asked.target.ends_with('/')) asked.target.pop_back();
  check_arguments(asked, world);
  if (is_git_only_planned(asked.user, world)) return plan_blind(asked, world);
  const Git git = git_of(asked, asked.name, world);
  try {
    asked.remote_refs = git.remote_refs(asked.name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    throw Error(ErrorKind::unavailable, "Failed to check remote refs: {}", error.message());
  }
  resolve(asked);
  if (asked.depth && asked.kind != Kind::branch && asked.kind != Kind::tag)
    throw Error(ErrorKind::invalid,
                "When 'depth' is used, 'rev' must be set to the name of a branch or tag on the remote repository");
  asked.is_here = is_repository(asked, git, world);
  if (!asked.is_here) {
    look_at_target(asked, world);
    return std::nullopt;
  }
  if (asked.is_bare()) return std::nullopt;
  asked.status = git_status(git, asked.target);
  if (asked.kind == Kind::nothing && !asked.status.revision.empty())
    throw Error(ErrorKind::invalid,
                "Remote repository is empty, cannot update from a non-empty to an empty repository");
  if (asked.kind != Kind::nothing) judge_update(asked, git);
  return std::nullopt;
}

std::optional<GitLatest> read_latest(const GitLatest& asked, World& world) {
  const Git git = git_of(asked, asked.name, world);
  if (!is_repository(asked, git, world)) return std::nullopt;
  GitLatest found;
  const auto refs = git.refs(asked.target);
  if (asked.is_bare()) {
    found.references = mirrored(asked, refs);
    found.full_revision = git.commit(asked.target, "HEAD");
    return found;
  }
  const GitStatus status = git_status(git, asked.target);
  found.full_revision = status.revision;
  const bool is_same = !asked.remote_revision.empty() && status.revision.starts_with(asked.remote_revision);
  found.revision = is_same ? asked.remote_revision : status.revision;
  found.branch = status.branch;
  found.upstream = status.upstream;
  found.is_clean = !status.has_changes;
  const auto urls = git.config("remote." + asked.remote + ".url", asked.target);
  found.url = urls.empty() ? "" : urls.front();
  found.has_commit = asked.kind == Kind::nothing || !git.commit(asked.target, asked.remote_revision).empty();
  const auto here = tags_in(refs, "*");
  found.missing_tags = only_in(tags_in(asked.remote_refs, asked.refspec_tag), here);
  found.stale_tags = only_in(here, tags_in(asked.remote_refs, "*"));
  if (asked.submodules && !status.revision.empty()) found.old_submodules = old_submodules(git, asked.target);
  return found;
}

std::optional<GitLatest> want_latest(const GitLatest& asked) {
  GitLatest want = asked;
  if (asked.is_bare()) {
    want.references = offered(asked);
    return want;
  }
  if (asked.kind == Kind::nothing) return want;
  if (asked.moves_head()) want.revision = asked.remote_revision;
  want.has_commit = true;
  want.url = asked.name;
  if (asked.branch_asked) want.branch = asked.branch_asked->text;
  if (asked.moves_head() && asked.kind != Kind::head) want.upstream = asked.wanted_upstream();
  if (asked.force_reset == Value(true)) want.is_clean = true;
  if (asked.fetch_tags && !asked.depth) want.missing_tags.emplace();
  if (asked.sync_tags && asked.is_here) want.stale_tags.emplace();
  if (asked.submodules) want.old_submodules.emplace();
  return want;
}

}  // namespace halite::states
