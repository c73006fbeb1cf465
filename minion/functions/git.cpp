// git.*: git by its program. The functions that look are in git_look.cpp.
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

Value add(const G& args, Call& call) {
  Argv words{"add", "--verbose"};
  append(words, git_words(args.opts));
  append(words, {"--", args.filename});
  return run_git(args, call, words);
}

Value archive(const G& args, Call& call) {
  Argv words{"archive"};
  const std::string standard = args.cwd.substr(args.cwd.rfind('/') + 1) + "/";
  append(words, {"--prefix", args.prefix.empty() ? standard : args.prefix});
  if (!args.format.empty()) append(words, {"--format", args.format});
  append(words, {"--output", args.output, args.rev.empty() ? "HEAD" : args.rev});
  run_git(args, call, words);
  return true;
}

Value branch(const G& args, Call& call) {
  Argv words{"branch"};
  append(words, git_words(args.opts));
  if (!args.name.empty()) words.push_back(args.name);
  run_git(args, call, words);
  return true;
}

Value checkout(const G& args, Call& call) {
  Argv words{"checkout"};
  if (args.force) words.push_back("--force");
  const Argv options = git_words(args.opts);
  append(words, options);
  const bool makes_branch = std::find_if(options.begin(), options.end(), [](const std::string& word) {
                              return word == "-b" || word == "-B";
                            }) != options.end();
  if (args.rev.empty() && !makes_branch) throw Error(ErrorKind::invalid, "'rev' argument is required unless -b or -B in opts");
  if (!args.rev.empty()) words.push_back(args.rev);
  return run_git(args, call, words, true);
}

Value clone(const G& args, Call& call) {
  G elsewhere = args;
  elsewhere.cwd = args.name.empty() ? "/" : args.cwd;
  Argv words{"clone"};
  append(words, git_words(args.opts));
  append(words, {"--", args.url, args.name.empty() ? args.cwd : args.name});
  if (!args.name.empty() && !call.tools.host.status_of_target(args.cwd)) call.tools.host.make_directory(args.cwd, {});
  run_git(elsewhere, call, words);
  return true;
}

Value commit(const G& args, Call& call) {
  Argv words{"commit", "-m", args.message};
  append(words, git_words(args.opts));
  if (!args.filename.empty()) append(words, {"--", args.filename});
  return run_git(args, call, words);
}

void require_place(const G& args) {
  if (args.cwd.empty() && !args.is_global) throw Error(ErrorKind::invalid, "'cwd' argument required unless global=True");
}

Value values_of(const G& args, Call& call) {
  const CommandResult result = try_git(args, call, {"config", args.is_global ? "--global" : "--local", "--get-all", args.key});
  if (result.exit_code == 1) return {};
  return split_lines(result.output);
}

Value config_get(const G& args, Call& call) {
  require_place(args);
  const Value values = values_of(args, call);
  if (values.is_null() || args.all) return values;
  return values.as_list().empty() ? Value("") : values.as_list().back();
}

Value config_get_regexp(const G& args, Call& call) {
  require_place(args);
  Argv words{"config", args.is_global ? "--global" : "--local", "--get-regexp", args.key};
  if (!args.value_regex.empty()) words.push_back(args.value_regex);
  Map found;
  for (const auto& line : split_lines(try_git(args, call, words).output)) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    Value& values = found[line.substr(0, space)];
    if (!values.is_list()) values = List{};
    values.edit_list().push_back(line.substr(space + 1));
  }
  return found;
}

Value config_set(const G& args, Call& call) {
  require_place(args);
  if (args.value.has_value() == !args.multivar.is_null())
    throw Error(ErrorKind::invalid, "Only one of 'value' and 'multivar' is permitted");
  const auto values = args.value ? std::vector<std::string>{args.value->text} : git_list(args.multivar);
  const char* mode = args.add && args.value ? "--add" : "--replace-all";
  for (const auto& value : values) {
    run_git(args, call, {"config", args.is_global ? "--global" : "--local", mode, args.key, value});
    mode = "--add";
  }
  return values_of(args, call);
}

Value config_unset(const G& args, Call& call) {
  require_place(args);
  Argv words{"config", args.is_global ? "--global" : "--local", args.all ? "--unset-all" : "--unset", args.key};
  if (!args.value_regex.empty()) words.push_back(args.value_regex);
  const CommandResult result = try_git(args, call, words);
  switch (result.exit_code) {
    case 0: return true;
    case 1: throw Error(ErrorKind::invalid, "Section or key is invalid");
    case 5:
      if (values_of(args, call).is_null()) throw Error(ErrorKind::not_found, "Key '{}' does not exist", args.key);
      throw Error(ErrorKind::invalid, "Multiple values exist for key '{}'{}", args.key,
                  args.value_regex.empty() ? "" : " and value_regex matches multiple values");
    case 6: throw Error(ErrorKind::invalid, "The value_regex is invalid");
    default:
      throw Error(ErrorKind::unavailable, "Failed to unset key '{}', git config returned exit code {}; {}", args.key, result.exit_code,
                  trim(result.error));
  }
}

Value discard_local_changes(const G& args, Call& call) {
  return run_git(args, call, {"checkout", "--", args.filename.empty() ? "." : args.filename}, true);
}

// What a fetch brought, read from git's own report.
Value fetch(const G& args, Call& call) {
  Argv words{"fetch"};
  if (args.force) words.push_back("--force");
  append(words, git_words(args.opts));
  if (!args.remote.empty()) words.push_back(args.remote);
  append(words, git_list(args.refspecs));
  Map told;
  const auto add_to = [&](const char* key, const std::string& name) {
    Value& list = told[key];
    if (!list.is_list()) list = List{};
    list.edit_list().push_back(name);
  };
  for (const auto& line : split_lines(run_git(args, call, words, true))) {
    const std::size_t arrow = line.find("->");
    if (arrow == std::string::npos) continue;
    std::string what(trim(std::string_view(line).substr(0, arrow)));
    while (!what.empty() && (what[0] == '*' || what[0] == '+' || what[0] == 't' || what[0] == ' ') && what.size() > 1 && what[1] == ' ')
      what = std::string(trim(what.substr(1)));
    const auto parts = split_words(what);
    if (parts.size() < 2) continue;
    const std::string& name = parts.back();
    const std::size_t dots = parts[0].find("..");
    if (what.starts_with("[new tag]")) add_to("new tags", name);
    else if (what.starts_with("[new branch]")) add_to("new branches", name);
    else if (what.starts_with("[tag update]")) add_to("updated tags", name);
    else if (dots != std::string::npos) {
      Value& branches = told["updated branches"];
      if (!branches.is_map()) branches = Map{};
      branches.edit_map().set(name, Map{{"old", parts[0].substr(0, dots)}, {"new", parts[0].substr(parts[0].rfind('.') + 1)}});
    }
  }
  return told;
}

Value init(const G& args, Call& call) {
  G elsewhere = args;
  elsewhere.cwd = "/";
  Argv words{"init"};
  if (args.bare) words.push_back("--bare");
  if (!args.template_directory.empty()) words.push_back("--template=" + args.template_directory);
  if (!args.separate_git_dir.empty()) words.push_back("--separate-git-dir=" + args.separate_git_dir);
  if (!args.shared.is_null())
    words.push_back("--shared=" + (args.shared.is_int() ? "0" : std::string()) + to_lower(states::python_text(args.shared)));
  append(words, git_words(args.opts));
  words.push_back(args.cwd);
  return run_git(elsewhere, call, words);
}

// "git VERB opts [rev]"
template <const char* const& verb>
Value with_rev(const G& args, Call& call) {
  Argv words{verb};
  append(words, git_words(args.opts));
  if (!args.rev.empty()) words.push_back(args.rev);
  return run_git(args, call, words);
}
constexpr const char* merge_verb = "merge";
constexpr const char* pull_verb = "pull";
constexpr const char* rebase_verb = "rebase";
constexpr const char* reset_verb = "reset";
constexpr const char* pick_verb = "cherry-pick";

Value push(const G& args, Call& call) {
  Argv words{"push"};
  append(words, git_words(args.opts));
  append(words, {args.remote, args.ref});
  return run_git(args, call, words);
}

Value remote_set(const G& args, Call& call) {
  const std::string remote = args.remote.empty() ? "origin" : args.remote;
  const auto known = split_lines(run_git(args, call, {"remote"}));
  if (std::find(known.begin(), known.end(), remote) != known.end()) run_git(args, call, {"remote", "rm", remote});
  run_git(args, call, {"remote", "add", remote, args.url});
  if (!args.push_url.empty()) run_git(args, call, {"remote", "set-url", "--push", remote, args.push_url});
  return Map{{"fetch", states::without_password(args.url)},
             {"push", states::without_password(args.push_url.empty() ? args.url : args.push_url)}};
}

Value remove(const G& args, Call& call) {
  Argv words{"rm"};
  append(words, git_words(args.opts));
  append(words, {"--", args.filename});
  return run_git(args, call, words);
}

Value stash(const G& args, Call& call) {
  Argv words{"stash", args.action.empty() ? "save" : args.action};
  append(words, git_words(args.opts));
  return run_git(args, call, words);
}

Value submodule(const G& args, Call& call) {
  Argv words{"submodule", args.command};
  append(words, git_words(args.opts));
  return run_git(args, call, words);
}

Value tag(const G& args, Call& call) {
  Argv words{"tag"};
  const Argv options = git_words(args.opts);
  append(words, options);
  if (!args.message.empty()) append(words, {"-m", args.message});
  words.push_back(args.name);
  const bool deletes = std::find(options.begin(), options.end(), "-d") != options.end();
  if (!deletes) words.push_back(args.ref.empty() ? "HEAD" : args.ref);
  run_git(args, call, words);
  return true;
}

Value worktree_add(const G& args, Call& call) {
  Argv words{"worktree", "add"};
  if (args.force) words.push_back("--force");
  if (args.detach) words.push_back("--detach");
  else if (!args.branch.empty()) append(words, {args.reset_branch ? "-B" : "-b", args.branch});
  append(words, git_words(args.opts));
  words.push_back(args.worktree_path);
  if (!args.ref.empty()) words.push_back(args.ref);
  return run_git(args, call, words, true);
}

Value worktree_prune(const G& args, Call& call) {
  Argv words{"worktree", "prune"};
  if (args.verbose) words.push_back("--verbose");
  if (args.dry_run) words.push_back("--dry-run");
  if (!args.expire.empty()) append(words, {"--expire", args.expire});
  append(words, git_words(args.opts));
  return run_git(args, call, words);
}

Value worktree_rm(const G& args, Call& call) {
  if (!call.tools.host.status(args.cwd)) throw Error(ErrorKind::not_found, "{} does not exist", args.cwd);
  if (call.tools.host.status(args.cwd + "/.git") && call.tools.host.status(args.cwd + "/.git")->type == FileType::directory)
    throw Error(ErrorKind::invalid, "{} is not a git worktree", args.cwd);
  call.tools.host.remove_tree(args.cwd);
  return true;
}

}  // namespace

std::vector<Function> git_functions() {
  const auto f = [](const char* name, const char* doc, std::size_t required, std::vector<const char*> fields,
                    Value (*run)(const G&, Call&)) { return function<G>(name, doc, git_fields(required, fields), run); };
  return {
      f("git.add", "Adds a file to the index; gives what git says.", 2, {"cwd", "filename", "opts", "git_opts"}, add),
      f("git.archive", "Writes an archive of a revision. Gives true.", 2, {"cwd", "output", "rev", "prefix", "git_opts", "format"}, archive),
      f("git.branch", "Makes, moves or deletes a branch, by `opts`. Gives true.", 1, {"cwd", "name", "opts", "git_opts"}, branch),
      f("git.checkout", "Checks out a revision; gives what git says.", 1, {"cwd", "rev", "force", "opts", "git_opts"}, checkout),
      f("git.cherry_pick", "Takes a commit over.", 2, {"cwd", "rev", "opts", "git_opts"}, with_rev<pick_verb>),
      f("git.clone", "Clones a repository into `cwd`, or into `name` below it. Gives true.", 2,
        {"cwd", "url", "name", "opts", "git_opts", "identity", "https_user", "https_pass"}, clone),
      f("git.commit", "Commits; gives what git says.", 2, {"cwd", "message", "opts", "git_opts", "filename"}, commit),
      f("git.config_get", "The last value of a key, or every one; none when it is not set.", 1, {"key", "cwd", "global", "all"}, config_get),
      f("git.config_get_regexp", "Keys that match, with their values.", 1, {"key", "value_regex", "cwd", "global"}, config_get_regexp),
      f("git.config_get_regex", "Keys that match, with their values.", 1, {"key", "value_regex", "cwd", "global"}, config_get_regexp),
      f("git.config_set", "Sets a key; gives its values.", 1, {"key", "value", "multivar", "cwd", "global", "add"}, config_set),
      f("git.config_unset", "Unsets a key. Gives true.", 1, {"key", "value_regex", "cwd", "global", "all"}, config_unset),
      f("git.discard_local_changes", "Throws uncommitted changes to a path away.", 1, {"cwd", "path"}, discard_local_changes),
      f("git.fetch", "Fetches; gives new and updated branches and tags.", 1,
        {"cwd", "remote", "force", "refspecs", "opts", "git_opts", "identity", "https_user", "https_pass"}, fetch),
      f("git.init", "Makes a repository; gives what git says.", 1,
        {"cwd", "bare", "template", "separate_git_dir", "shared", "opts", "git_opts"}, init),
      f("git.merge", "Merges a revision; gives what git says.", 1, {"cwd", "rev", "opts", "git_opts", "identity"}, with_rev<merge_verb>),
      f("git.pull", "Pulls; gives what git says.", 1, {"cwd", "opts", "git_opts", "identity"}, with_rev<pull_verb>),
      f("git.push", "Pushes a reference; gives what git says.", 3, {"cwd", "remote", "ref", "opts", "git_opts", "identity"}, push),
      f("git.rebase", "Rebases onto a revision; gives what git says.", 2, {"cwd", "rev", "opts", "git_opts"}, with_rev<rebase_verb>),
      f("git.remote_set", "Sets the URL of a remote; gives its URLs.", 2, {"cwd", "url", "remote", "https_user", "https_pass", "push_url"},
        remote_set),
      f("git.reset", "Resets, by `opts`; gives what git says.", 1, {"cwd", "opts", "git_opts", "identity"}, with_rev<reset_verb>),
      f("git.rm", "Removes a file from index and working copy.", 2, {"cwd", "filename", "opts", "git_opts"}, remove),
      f("git.stash", "Puts uncommitted changes aside, or back.", 1, {"cwd", "action", "opts", "git_opts"}, stash),
      f("git.submodule", "Runs a command of git submodule.", 2, {"cwd", "command", "opts", "git_opts", "identity"}, submodule),
      f("git.tag", "Makes or deletes a tag. Gives true.", 2, {"cwd", "name", "ref", "message", "opts", "git_opts"}, tag),
      f("git.worktree_add", "Adds a worktree; gives what git says.", 2,
        {"cwd", "worktree_path", "ref", "branch", "reset_branch", "force", "detach", "opts", "git_opts"}, worktree_add),
      f("git.worktree_prune", "Forgets worktrees whose directories are gone.", 1, {"cwd", "dry_run", "verbose", "expire", "opts", "git_opts"}, worktree_prune),
      f("git.worktree_rm", "Removes the directory of a worktree. Gives true.", 1, {"cwd"}, worktree_rm),
  };
}

}  // namespace halite::minion
