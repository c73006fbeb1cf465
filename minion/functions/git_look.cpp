// git.*: the functions that only look.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/git_call.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/git.h"
#include "states/providers/secrets.h"

namespace halite::minion {
namespace {

using G = GitCall;

void append(Argv& words, const Argv& more) { words.insert(words.end(), more.begin(), more.end()); }

Value current_branch(const G& args, Call& call) { return run_git(args, call, {"rev-parse", "--abbrev-ref", "HEAD"}); }

Value describe(const G& args, Call& call) {
  return run_git(args, call, {"describe", "--always", args.rev.empty() ? "HEAD" : args.rev});
}

Value diff(const G& args, Call& call) {
  if (args.no_index && args.cached)
    throw Error(ErrorKind::invalid, "The 'no_index' and 'cached' options cannot be used together");
  Argv words{"diff"};
  append(words, git_words(args.opts));
  if (args.no_index) words.push_back("--no-index");
  if (args.cached) words.push_back("--cached");
  if (!args.no_index && !args.item1.empty()) words.push_back(args.item1);
  if (!args.no_index && !args.cached && !args.item2.empty()) words.push_back(args.item2);
  if (const auto paths = git_list(args.paths); !paths.empty()) {
    words.push_back("--");
    append(words, paths);
  }
  // Without an index a difference is exit code 1.
  if (args.no_index) return std::string(trim_right(try_git(args, call, words).output));
  return run_git(args, call, words);
}

Value is_worktree(const G& args, Call& call) {
  const CommandResult top = try_git(args, call, {"rev-parse", "--show-toplevel"});
  if (top.exit_code != 0) return false;
  const std::string path = std::string(trim(top.output)) + "/.git";
  const auto status = call.tools.host.status(path);
  return status && status->type == FileType::regular && call.tools.host.read_file(path).starts_with("gitdir: /");
}

Value list_branches(const G& args, Call& call) {
  return split_lines(run_git(args, call, {"for-each-ref", "--format=%(refname:short)", args.remote_branches ? "refs/remotes/" : "refs/heads/"}));
}

Value list_tags(const G& args, Call& call) {
  return split_lines(run_git(args, call, {"for-each-ref", "--format=%(refname:short)", "refs/tags/"}));
}

Value list_worktrees(const G& args, Call& call) {
  if (args.all && args.stale) throw Error(ErrorKind::invalid, "'all' and 'stale' cannot both be set to True");
  Map found;
  std::string path;
  Map one;
  const auto finish = [&] {
    if (path.empty()) return;
    const bool is_stale = !call.tools.host.status_of_target(path).has_value();
    if (args.all || is_stale == args.stale) {
      one.set("stale", is_stale);
      found.set(path, one);
    }
    path.clear();
    one = Map();
  };
  for (const auto& line : split_lines(run_git(args, call, {"worktree", "list", "--porcelain"}) + "\n")) {
    if (line.starts_with("worktree ")) {
      finish();
      path = line.substr(9);
    } else if (line.starts_with("HEAD ")) {
      one.set("HEAD", line.substr(5));
    } else if (line.starts_with("branch ")) {
      one.set("detached", false);
      one.set("branch", line.starts_with("branch refs/heads/") ? line.substr(18) : line.substr(7));
    } else if (line == "detached") {
      one.set("detached", true);
      one.set("branch", Value());
    }
  }
  finish();
  return found;
}

Map refs_in(const std::string& output) {
  Map refs;
  for (const auto& line : split_lines(output))
    if (const auto columns = split_words(line); columns.size() == 2) refs.set(columns[1], columns[0]);
  return refs;
}

Value ls_remote(const G& args, Call& call) {
  Argv words{"ls-remote"};
  append(words, git_words(args.opts));
  words.push_back(args.remote.empty() ? "origin" : args.remote);
  if (!args.ref.empty()) words.push_back(args.ref);
  return refs_in(run_git(args, call, words));
}

Value remote_refs(const G& args, Call& call) {
  Argv words{"ls-remote"};
  if (args.heads) words.push_back("--heads");
  if (args.tags) words.push_back("--tags");
  words.push_back(args.url);
  if (!args.filter.is_null()) words.push_back(states::python_text(args.filter));
  return refs_in(run_git(args, call, words));
}

Value merge_base(const G& args, Call& call) {
  auto refs = git_list(args.refs);
  const int kinds = args.octopus + args.independent + args.is_ancestor + !args.fork_point.empty();
  if (kinds > 1)
    throw Error(ErrorKind::invalid, "Only one of 'octopus', 'independent', 'is_ancestor', and 'fork_point' is permitted");
  if (args.all && (args.independent || args.is_ancestor || !args.fork_point.empty()))
    throw Error(ErrorKind::invalid, "The 'all' argument is not compatible with 'independent', 'is_ancestor', or 'fork_point'");
  if (args.is_ancestor && refs.size() != 2)
    throw Error(ErrorKind::invalid, "Two refs/commits are required if 'is_ancestor' is True");
  Argv words{"merge-base"};
  append(words, git_words(args.opts));
  if (args.all) words.push_back("--all");
  if (args.octopus) words.push_back("--octopus");
  if (args.is_ancestor) words.push_back("--is-ancestor");
  if (args.independent) words.push_back("--independent");
  if (!args.fork_point.empty()) {
    append(words, {"--fork-point", args.fork_point});
    if (refs.empty()) refs = {"HEAD"};
  }
  append(words, refs);
  if (args.is_ancestor) return try_git(args, call, words).exit_code == 0;
  const auto bases = split_lines(run_git(args, call, words));
  if (args.all) return bases;
  return bases.empty() ? Value() : Value(bases[0]);
}

Value merge_tree(const G& args, Call& call) {
  const std::string base = args.base.empty() ? run_git(args, call, {"merge-base", args.ref1, args.ref2}) : args.base;
  return run_git(args, call, {"merge-tree", base, args.ref1, args.ref2});
}

Map all_remotes(const G& args, Call& call) {
  Map remotes;
  for (const auto& line : split_lines(run_git(args, call, {"remote", "--verbose"}))) {
    const auto words = split_words(line);
    if (words.size() != 3) continue;
    Value& urls = remotes[words[0]];
    if (!urls.is_map()) urls = Map{};
    const std::string action = words[2] == "(push)" ? "push" : "fetch";
    urls.edit_map().set(action, args.redact_auth ? states::without_password(words[1]) : words[1]);
  }
  return remotes;
}

Value remotes(const G& args, Call& call) { return all_remotes(args, call); }

Value remote_get(const G& args, Call& call) {
  const std::string remote = args.remote.empty() ? "origin" : args.remote;
  const Map known = all_remotes(args, call);
  const Value* found = known.find(remote);
  if (!found) throw Error(ErrorKind::not_found, "Remote '{}' not present in git checkout located at {}", remote, args.cwd);
  return *found;
}

Value rev_parse(const G& args, Call& call) {
  Argv words{"rev-parse"};
  append(words, git_words(args.opts));
  if (!args.rev.empty()) words.push_back(args.rev);
  return run_git(args, call, words);
}

Value revision(const G& args, Call& call) {
  Argv words{"rev-parse"};
  if (args.short_name) words.push_back("--short");
  words.push_back(args.rev.empty() ? "HEAD" : args.rev);
  return run_git(args, call, words);
}

Value status(const G& args, Call& call) {
  Map found;
  for (const auto& entry : split(run_git(args, call, {"status", "-z", "--porcelain"}), '\0')) {
    const auto text = trim(entry);
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view code = text.substr(0, space);
    const char* name = code == "M" ? "modified" : code == "A" ? "new" : code == "D" ? "deleted" : code == "??" ? "untracked" : nullptr;
    Value& files = found[name ? std::string(name) : std::string(code)];
    if (!files.is_list()) files = List{};
    files.edit_list().push_back(std::string(trim(text.substr(space))));
  }
  return found;
}

Value symbolic_ref(const G& args, Call& call) {
  Argv words{"symbolic-ref"};
  append(words, git_words(args.opts));
  words.push_back(args.ref);
  if (args.value) words.push_back(args.value->text);
  return run_git(args, call, words);
}

struct Version {
  bool versioninfo = false;
};

Value version(const Version& args, Call& call) {
  const auto words = split_words(call.tools.host.run({"git", "--version"}));
  const std::string text = words.size() > 2 ? words[2] : "";
  if (!args.versioninfo) return text;
  List parts;
  for (const auto& part : split(text, '.')) {
    const auto number = parse_int(part);
    parts.push_back(number ? Value(*number) : Value(part));
  }
  return parts;
}

}  // namespace

std::vector<Function> git_look_functions() {
  const auto f = [](const char* name, const char* doc, std::size_t required, std::vector<const char*> fields,
                    Value (*run)(const G&, Call&)) { return function<G>(name, doc, git_fields(required, fields), run); };
  return {
      f("git.current_branch", "The branch that is checked out; HEAD when it is detached.", 1, {"cwd"}, current_branch),
      f("git.describe", "A revision by the tag nearest to it.", 1, {"cwd", "rev"}, describe),
      f("git.diff", "What differs.", 1, {"cwd", "item1", "item2", "opts", "git_opts", "no_index", "cached", "paths"}, diff),
      f("git.is_worktree", "Is this a worktree of a repository elsewhere?", 1, {"cwd"}, is_worktree),
      function<G>("git.list_branches", "Names of the branches.",
                  git_fields(1, {"cwd"}).optional(&G::remote_branches, "remote", "Those of the remotes."), list_branches),
      f("git.list_tags", "Names of the tags.", 1, {"cwd"}, list_tags),
      f("git.list_worktrees", "The worktrees, by directory.", 1, {"cwd", "stale", "all"}, list_worktrees),
      f("git.ls_remote", "References of a remote, with their commits.", 0,
        {"cwd", "remote", "ref", "opts", "git_opts", "identity", "https_user", "https_pass"}, ls_remote),
      f("git.merge_base", "The best common ancestor of commits.", 1,
        {"cwd", "refs", "octopus", "is_ancestor", "independent", "fork_point", "opts", "git_opts", "all"}, merge_base),
      f("git.merge_tree", "What a merge would give, without making it.", 3, {"cwd", "ref1", "ref2", "base"}, merge_tree),
      f("git.remote_get", "The URLs of a remote.", 1, {"cwd", "remote", "redact_auth"}, remote_get),
      f("git.remote_refs", "References of a repository elsewhere, with their commits.", 1,
        {"url", "heads", "tags", "identity", "https_user", "https_pass", "filter"}, remote_refs),
      f("git.remotes", "The URLs of every remote.", 1, {"cwd", "redact_auth"}, remotes),
      f("git.rev_parse", "The commit that a revision means.", 1, {"cwd", "rev", "opts", "git_opts"}, rev_parse),
      f("git.revision", "The commit that is checked out, or that a revision means.", 1, {"cwd", "rev", "short"}, revision),
      f("git.status", "Changed, new, deleted and untracked files.", 1, {"cwd"}, status),
      f("git.symbolic_ref", "What a symbolic reference points to, or sets it.", 2, {"cwd", "ref", "value", "opts", "git_opts"}, symbolic_ref),
      function<Version>("git.version", "The version of git.",
                        Schema<Version>().optional(&Version::versioninfo, "versioninfo", "As a list of its parts."), version),
  };
}

}  // namespace halite::minion
