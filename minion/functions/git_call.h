// git.*: what the functions share. A field of a call is named once, in the table of git_call.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minion/functions/function.h"
#include "states/arguments.h"

namespace halite::minion {

struct GitCall {
  std::string cwd, url, name, rev, remote, ref, filename, message, output, prefix, format, item1, item2, command, action;
  std::string key, user, https_user, https_pass, push_url, base, ref1, ref2, worktree_path, branch, value_regex, template_directory;
  std::string separate_git_dir;
  std::optional<states::Text> value;
  Value opts, git_opts, refspecs, refs, paths, multivar, shared, filter;
  states::TextList identity;
  bool force = false, all = false, is_global = false, add = false, heads = false, tags = false, short_name = false, bare = false;
  bool redact_auth = true, cached = false, no_index = false, is_ancestor = false, octopus = false, independent = false;
  bool remote_branches = false, dry_run = false, verbose = true, stale = false, reset_branch = false, detach = false;
  std::string fork_point, expire;
  Value ignore_retcode, password, output_encoding, saltenv;
};

// A schema of these fields, the first `required` of which must be given. The user and what Salt's callers pass besides
// come with it.
Schema<GitCall> git_fields(std::size_t required, const std::vector<const char*>& names);

// Runs git in the call's directory, below the user's home when it is relative. Gives what it printed, without white space
// at the end. Throws Error(unavailable) "Command 'git ...' failed: ..." without passwords.
std::string run_git(const GitCall& args, Call& call, Argv words, bool with_error_output = false);
CommandResult try_git(const GitCall& args, Call& call, const Argv& words);

// "--force -x" or ["--force", "-x"]
Argv git_words(const Value& options);
// "a, b" or ["a", "b"]
std::vector<std::string> git_list(const Value& value);

}  // namespace halite::minion
