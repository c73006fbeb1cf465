#include "states/providers/git.h"

#include <algorithm>
#include <memory>

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "states/providers/private_file.h"
#include "states/providers/secrets.h"
#include "states/providers/shell.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

// "https://host:port" of "https://host:port/a/b", for which alone the password is.
std::string server_of(const std::string& url) {
  const std::size_t host = url.find("://");
  return host == std::string::npos ? std::string() : url.substr(0, url.find('/', host + 3));
}

// The user and the password go to git through its environment: command lines and .git/config are read by others.
void add_password(const GitOptions& options, Map& environment) {
  if (options.https_user.empty() && options.https_pass.empty()) return;
  environment.set("GIT_CONFIG_COUNT", "1");
  environment.set("GIT_CONFIG_KEY_0", "credential." + server_of(options.url) + ".helper");
  environment.set("GIT_CONFIG_VALUE_0",
                  "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"$HALITE_GIT_USER\" "
                  "\"$HALITE_GIT_PASSWORD\"; }; f");
  environment.set("HALITE_GIT_USER", options.https_user);
  environment.set("HALITE_GIT_PASSWORD", options.https_pass);
}

// With keys of its own ssh uses those and no others, and asks nothing. The host's key must be known.
std::string ssh_command(const std::vector<std::string>& keys) {
  std::string command = "ssh -o BatchMode=yes -o IdentitiesOnly=yes";
  for (const auto& key : keys) command += " -i " + shell_quote(key);
  return command;
}

std::string words_of(const CommandResult& result, const Argv& words) {
  if (result.timed_out) return "git took too long and was ended";
  if (result.cancelled) return "git was ended, as the job was";
  const std::string text(trim(result.error.empty() ? result.output : result.error));
  return text.empty() ? fmt::format("git {} ended with code {}", words.at(0), result.exit_code) : without_password(text);
}

}  // namespace

CommandResult Git::execute(const Argv& words, const std::string& directory, const std::string& ssh) const {
  ShellOptions options;
  options.run_as = options_.user;
  options.directory = directory;
  // Without optional locks a look writes nothing: git would else freshen its index on the way.
  Map environment{{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_OPTIONAL_LOCKS", "0"}};
  if (!ssh.empty()) environment.set("GIT_SSH_COMMAND", ssh);
  add_password(options_, environment);
  options.environment = environment;
  Argv argv{"git"};
  argv.insert(argv.end(), words.begin(), words.end());
  return world_.host.execute(program_command(argv, options, world_));
}

CommandResult Git::try_run(const Argv& words, const std::string& directory) const {
  if (options_.identity.empty()) return execute(words, directory, "");
  std::vector<std::string> keys;
  std::vector<std::unique_ptr<PrivateFile>> fetched;
  for (const auto& key : options_.identity) {
    if (key.starts_with("salt://")) {
      fetched.push_back(std::make_unique<PrivateFile>("git-key", read_source({.sources = {key}}, world_).content, 0600,
                                                      options_.user, world_));
      keys.push_back(fetched.back()->path());
    } else if (world_.host.status_of_target(key)) {
      keys.push_back(key);
    } else {
      throw Error(ErrorKind::not_found, "The following identity file(s) were not found: {}", key);
    }
  }
  return execute(words, directory, ssh_command(keys));
}

std::string Git::run(const Argv& words, const std::string& directory) const {
  const CommandResult result = try_run(words, directory);
  if (result.exit_code != 0 || result.timed_out || result.cancelled)
    throw Error(ErrorKind::unavailable, "{}", words_of(result, words));
  return std::string(trim_right(result.output));
}

std::map<std::string, std::string> Git::remote_refs(const std::string& url) const {
  std::map<std::string, std::string> refs;
  for (const auto& line : split_lines(run({"ls-remote", "--", url})))
    if (const auto columns = split_words(line); columns.size() == 2) refs[columns[1]] = columns[0];
  return refs;
}

std::map<std::string, std::string> Git::refs(const std::string& directory) const {
  std::map<std::string, std::string> refs;
  for (const auto& line : split_lines(run({"for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"}, directory)))
    if (const auto columns = split_words(line); columns.size() >= 2) refs[columns[0]] = columns.back();
  return refs;
}

std::string Git::commit(const std::string& directory, const std::string& revision) const {
  const CommandResult result = try_run({"rev-parse", "--quiet", "--verify", "--end-of-options", revision + "^{commit}"}, directory);
  return result.exit_code == 0 ? std::string(trim(result.output)) : std::string();
}

namespace {

// 1 is git's answer for "no such key".
void require_config_answer(const CommandResult& result, const Argv& words) {
  if (result.exit_code > 1) throw Error(ErrorKind::unavailable, "{}", words_of(result, words));
}

Argv config_words(const std::string& directory, Argv more) {
  Argv words{"config", directory.empty() ? "--global" : "--local"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

std::vector<std::string> Git::config(const std::string& key, const std::string& directory) const {
  const Argv words = config_words(directory, {"--null", "--get-all", key});
  const CommandResult result = try_run(words, directory);
  require_config_answer(result, words);
  std::vector<std::string> values;
  if (result.exit_code == 0) values = split(result.output, '\0');
  if (!values.empty() && values.back().empty()) values.pop_back();
  return values;
}

std::map<std::string, std::vector<std::string>> Git::config_matching(const std::string& key, const std::string& value,
                                                                     const std::string& directory) const {
  Argv words = config_words(directory, {"--null", "--get-regexp", key});
  if (!value.empty()) words.push_back(value);
  const CommandResult result = try_run(words, directory);
  require_config_answer(result, words);
  std::map<std::string, std::vector<std::string>> found;
  if (result.exit_code != 0) return found;
  for (const auto& entry : split(result.output, '\0')) {
    if (entry.empty()) continue;
    const std::size_t end = entry.find('\n');
    found[entry.substr(0, end)].push_back(end == std::string::npos ? "" : entry.substr(end + 1));
  }
  return found;
}

bool Git::is_checkout(const std::string& directory) const {
  const std::string path = directory + "/.git";
  const auto status = world_.host.status_of_target(path);
  if (!status) return false;
  return status->type == FileType::directory || world_.host.read_file(path).starts_with("gitdir:");
}

GitStatus git_status(const Git& git, const std::string& directory) {
  GitStatus status;
  const auto after = [](const std::string& line, std::string_view start) {
    return line.starts_with(start) ? line.substr(start.size()) : std::string();
  };
  for (const auto& line : split_lines(git.run({"status", "--porcelain=v2", "--branch", "--untracked-files=no"}, directory))) {
    if (const auto text = after(line, "# branch.oid "); !text.empty() && text != "(initial)") status.revision = text;
    if (const auto text = after(line, "# branch.head "); !text.empty() && text != "(detached)") status.branch = text;
    if (const auto text = after(line, "# branch.upstream "); !text.empty()) status.upstream = text;
    if (!line.starts_with('#')) status.has_changes = true;
  }
  return status;
}

bool looks_like_commit(const std::string& revision) {
  return !revision.empty() && revision.size() <= 40 &&
         std::all_of(revision.begin(), revision.end(), [](unsigned char c) { return std::isxdigit(c); });
}

}  // namespace halite::states
