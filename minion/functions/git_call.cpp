#include "minion/functions/git_call.h"

#include <map>

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "minion/functions/world.h"
#include "states/providers/git.h"
#include "states/providers/secrets.h"

namespace halite::minion {
namespace {

using G = GitCall;
struct Row {
  void (*add)(Schema<G>& schema, bool is_required, const char* name, const char* doc);
  const char* doc;
};

template <auto member>
void add(Schema<G>& schema, bool is_required, const char* name, const char* doc) {
  if (is_required) schema.required(member, name, doc);
  else schema.optional(member, name, doc);
}

const std::map<std::string_view, Row>& table() {
  static const std::map<std::string_view, Row> fields{
      {"cwd", {add<&G::cwd>, "The working copy or repository."}},
      {"url", {add<&G::url>, "The repository elsewhere."}},
      {"name", {add<&G::name>, "The name."}},
      {"rev", {add<&G::rev>, "A commit, a branch or a tag."}},
      {"remote", {add<&G::remote>, "Name of the remote, or its URL."}},
      {"ref", {add<&G::ref>, "A reference."}},
      {"filename", {add<&G::filename>, "The file or directory."}},
      {"path", {add<&G::filename>, "The file or directory."}},
      {"message", {add<&G::message>, "The message."}},
      {"output", {add<&G::output>, "File to write."}},
      {"prefix", {add<&G::prefix>, "In front of every path in the archive. Unset: the directory's name."}},
      {"format", {add<&G::format>, "Format of the archive. Unset: by the file's name."}},
      {"item1", {add<&G::item1>, "First thing to compare."}},
      {"item2", {add<&G::item2>, "Second thing to compare."}},
      {"command", {add<&G::command>, "The command of git submodule."}},
      {"action", {add<&G::action>, "The command of git stash. Unset: save."}},
      {"key", {add<&G::key>, "The key, such as user.name."}},
      {"value", {add<&G::value>, "The value."}},
      {"multivar", {add<&G::multivar>, "Several values: a list, or text with commas."}},
      {"value_regex", {add<&G::value_regex>, "Only values that this regular expression matches."}},
      {"all", {add<&G::all>, "Every one."}},
      {"global", {add<&G::is_global>, "The user's own configuration."}},
      {"add", {add<&G::add>, "Add a value to those there are."}},
      {"force", {add<&G::force>, "Also where that throws something away."}},
      {"heads", {add<&G::heads>, "Branches alone."}},
      {"tags", {add<&G::tags>, "Tags alone."}},
      {"filter", {add<&G::filter>, "Glob of the references."}},
      {"short", {add<&G::short_name>, "The beginning of the commit's name."}},
      {"bare", {add<&G::bare>, "Without a working copy."}},
      {"template", {add<&G::template_directory>, "Directory whose files the repository gets."}},
      {"separate_git_dir", {add<&G::separate_git_dir>, "Keep the repository there, and link to it."}},
      {"shared", {add<&G::shared>, "Who may write to it."}},
      {"redact_auth", {add<&G::redact_auth>, "Hide passwords."}},
      {"push_url", {add<&G::push_url>, "Another URL to push to."}},
      {"cached", {add<&G::cached>, "What is staged."}},
      {"no_index", {add<&G::no_index>, "Compare files that are in no repository."}},
      {"paths", {add<&G::paths>, "Only these paths."}},
      {"refs", {add<&G::refs>, "Commits: a list, or text with commas."}},
      {"refspecs", {add<&G::refspecs>, "What to fetch: a list, or text with commas."}},
      {"is_ancestor", {add<&G::is_ancestor>, "Say whether the first is an ancestor of the second."}},
      {"octopus", {add<&G::octopus>, "The best base of all of them."}},
      {"independent", {add<&G::independent>, "Those that no other one reaches."}},
      {"fork_point", {add<&G::fork_point>, "Where the branch forked from this reference."}},
      {"ref1", {add<&G::ref1>, "First commit."}},
      {"ref2", {add<&G::ref2>, "Second commit."}},
      {"base", {add<&G::base>, "Their common base. Unset: found out."}},
      {"stale", {add<&G::stale>, "Only worktrees whose directory is gone."}},
      {"worktree_path", {add<&G::worktree_path>, "Directory of the worktree."}},
      {"branch", {add<&G::branch>, "Branch of the worktree. Unset: named as its directory."}},
      {"reset_branch", {add<&G::reset_branch>, "Move a branch that is there."}},
      {"detach", {add<&G::detach>, "On no branch."}},
      {"dry_run", {add<&G::dry_run>, "Only say what."}},
      {"verbose", {add<&G::verbose>, "Say what."}},
      {"expire", {add<&G::expire>, "Only those gone since longer than this, such as 2.weeks."}},
      {"opts", {add<&G::opts>, "Further options of the command: text or a list."}},
      {"git_opts", {add<&G::git_opts>, "Options in front of the command: text or a list."}},
      {"identity", {add<&G::identity>, "Private keys for ssh: paths, or salt:// files."}},
      {"https_user", {add<&G::https_user>, "User name for a repository over https."}},
      {"https_pass", {add<&G::https_pass>, "Password for it."}},
  };
  return fields;
}

std::string directory_of(const GitCall& args, Call& call) {
  if (args.cwd.empty() || args.cwd.starts_with('/')) return args.cwd;
  const auto account = call.tools.host.user(args.user.empty() ? "root" : args.user);
  return (account ? account->home : std::string("/root")) + "/" + args.cwd;
}

}  // namespace

Schema<GitCall> git_fields(std::size_t required, const std::vector<const char*>& names) {
  Schema<G> schema;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Row& row = table().at(names[i]);
    row.add(schema, i < required, names[i], row.doc);
  }
  return schema.optional(&G::user, "user", "User to run git as.")
      .optional(&G::password, "password", "It means something on Windows alone.")
      .optional(&G::ignore_retcode, "ignore_retcode", "Kept for Salt's callers; failures are not logged.")
      .optional(&G::output_encoding, "output_encoding", "Kept for Salt's callers; output is UTF-8.")
      .optional(&G::saltenv, "saltenv", "Environment of salt:// keys.");
}

CommandResult try_git(const GitCall& args, Call& call, const Argv& words) {
  states::World world = make_world(call);
  if (!args.saltenv.is_null()) world.environment = states::python_text(args.saltenv);
  const states::Git git({.user = args.user,
                         .identity = args.identity.items,
                         .url = args.url,
                         .https_user = args.https_user,
                         .https_pass = args.https_pass},
                        world);
  Argv all = git_words(args.git_opts);
  all.insert(all.end(), words.begin(), words.end());
  return git.try_run(all, directory_of(args, call));
}

std::string run_git(const GitCall& args, Call& call, Argv words, bool with_error_output) {
  const CommandResult result = try_git(args, call, words);
  if (result.exit_code != 0) {
    const std::string error(trim(result.error.empty() ? result.output : result.error));
    throw Error(ErrorKind::unavailable, "Command 'git {}' failed{}", states::without_password(join(words, " ")),
                error.empty() ? "" : ": " + states::without_password(error));
  }
  std::string text = result.output;
  if (with_error_output) text += (text.empty() || text.ends_with('\n') ? "" : "\n") + result.error;
  return std::string(trim_right(text));
}

Argv git_words(const Value& options) {
  if (options.is_null()) return {};
  Argv words;
  if (const List* list = options.if_list())
    for (const Value& item : *list) words.push_back(states::python_text(item));
  else
    words = split_shell_words(states::python_text(options));
  if (!words.empty() && words.back() == "--") words.pop_back();
  return words;
}

std::vector<std::string> git_list(const Value& value) {
  std::vector<std::string> items;
  if (value.is_null()) return items;
  for (const auto& item : Convert<states::TextList>::decode(value).items) {
    if (value.is_list()) items.push_back(item);
    else
      for (const auto& part : split(item, ',')) items.emplace_back(trim(part));
  }
  return items;
}

}  // namespace halite::minion
