#include "tests/states/fake_git.h"

#include <algorithm>
#include <regex>

#include <fmt/format.h>

#include "common/base/strings.h"

namespace halite::states {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

CommandResult fatal(const std::string& text) { return FakeHost::result(128, "", "fatal: " + text + "\n"); }

bool has(const Argv& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); }

std::string option(const Argv& words, const std::string& name, const std::string& standard = "") {
  const auto at = std::find(words.begin(), words.end(), name);
  return at == words.end() ? standard : *(at + 1);
}

// What stands behind "--".
Argv operands(const Argv& words) {
  const auto at = std::find(words.begin(), words.end(), "--");
  return at == words.end() ? Argv{} : Argv(at + 1, words.end());
}

std::string value_of(const Pairs& config, const std::string& key) {
  for (const auto& [name, value] : config)
    if (name == key) return value;
  return "";
}

std::string after(const std::string& text, const std::string& start) { return text.substr(start.size()); }

}  // namespace

void FakeGit::install(FakeHost& host) {
  host_ = &host;
  host.programs["git"] = [this](const Command& command) { return run(command); };
}

std::string FakeGit::commit(const std::string& url, const std::string& branch, bool rewrites) {
  Repository& repository = repositories_[url];
  std::string& tip = repository.refs["refs/heads/" + branch];
  const std::string made = fmt::format("abc{:04d}{:033d}", parents_.size(), 0);
  parents_[made] = rewrites ? "" : tip;
  tip = made;
  repository.has.push_back(made);
  return made;
}

bool FakeGit::is_ancestor(const std::string& older, std::string newer) const {
  for (; !newer.empty(); newer = parents_.count(newer) ? parents_.at(newer) : "")
    if (newer == older) return true;
  return false;
}

std::string FakeGit::resolve(const Repository& repository, const std::string& name) const {
  if (name == "HEAD") {
    const auto found = repository.refs.find(repository.head);
    if (found != repository.refs.end()) return found->second;
    return repository.head.starts_with("refs/") ? "" : repository.head;
  }
  for (const char* start : {"", "refs/heads/", "refs/remotes/", "refs/tags/"})
    if (const auto found = repository.refs.find(start + name); found != repository.refs.end()) return found->second;
  for (const auto& commit : repository.has)
    if (name.size() >= 7 && commit.starts_with(name)) return commit;
  return "";
}

CommandResult FakeGit::run(const Command& command) {
  commands.push_back(command);
  const Argv words(command.argv.begin() + 1, command.argv.end());
  const std::string& verb = words.at(0);
  if (verb == "--version") return FakeHost::result(0, "git version 2.39.5\n");
  if (verb == "ls-remote") {
    const auto found = repositories_.find(words.back());
    if (found == repositories_.end()) return fatal("repository '" + words.back() + "' not found");
    std::string text;
    if (const std::string head = resolve(found->second, "HEAD"); !head.empty()) text += head + "\tHEAD\n";
    for (const auto& [name, commit] : found->second.refs) text += commit + "\t" + name + "\n";
    return FakeHost::result(0, text);
  }
  if (verb == "config") return config(command, words);
  if (verb == "clone") return clone(command, words);
  if (verb == "init") {
    const std::string target = words.back();
    ++host_->changes;
    if (has(words, "--bare")) host_->files[target + "/HEAD"] = "ref: refs/heads/main\n";
    else host_->add_directory(target + "/.git");
    repositories_[target];
    return {};
  }
  const auto found = repositories_.find(command.directory);
  if (found == repositories_.end()) return fatal("not a git repository (or any of the parent directories): .git");
  return run_in(found->second, words);
}

CommandResult FakeGit::clone(const Command&, const Argv& words) {
  const Argv names = operands(words);
  const auto source = repositories_.find(names.at(0));
  if (source == repositories_.end()) return fatal("repository '" + names.at(0) + "' not found");
  ++host_->changes;
  const std::string remote = option(words, "--origin", "origin");
  const bool is_bare = has(words, "--bare") || has(words, "--mirror");
  host_->add_directory(is_bare ? names.at(1) + "/refs" : names.at(1) + "/.git");
  Repository made;
  made.has = source->second.has;
  made.config = {{"remote." + remote + ".url", names.at(0)}};
  for (const auto& [name, commit] : source->second.refs) {
    if (name.starts_with("refs/tags/") || is_bare) made.refs[name] = commit;
    else made.refs["refs/remotes/" + remote + "/" + after(name, "refs/heads/")] = commit;
  }
  made.head = source->second.head;
  const std::string branch = option(words, "--branch");
  if (!branch.empty() && source->second.refs.count("refs/heads/" + branch)) made.head = "refs/heads/" + branch;
  if (!branch.empty() && !source->second.refs.count("refs/heads/" + branch)) made.head = resolve(source->second, branch);
  const auto tip = source->second.refs.find(made.head);
  if (!is_bare && tip != source->second.refs.end()) {
    made.refs[made.head] = tip->second;
    const std::string local = after(made.head, "refs/heads/");
    made.config.emplace_back("branch." + local + ".upstream", remote + "/" + local);
  }
  repositories_[names.at(1)] = made;
  return {};
}

CommandResult FakeGit::fetch(Repository& repository, const Argv& words) {
  const Argv names = operands(words);
  const std::string url = value_of(repository.config, "remote." + names.at(0) + ".url");
  if (!repositories_.count(url)) return fatal("'" + names.at(0) + "' does not appear to be a git repository");
  const Repository& source = repositories_.at(url);
  for (const auto& [name, commit] : source.refs) {
    std::string local = name;
    if (name.starts_with("refs/heads/")) local = "refs/remotes/" + names.at(0) + "/" + after(name, "refs/heads/");
    const std::string now = repository.refs.count(local) ? repository.refs[local] : "";
    if (!now.empty() && name.starts_with("refs/heads/") && !is_ancestor(now, commit) && !has(words, "--force"))
      return FakeHost::result(1, "", " ! [rejected] main -> origin/main (non-fast-forward)\n");
  }
  ++host_->changes;
  for (const auto& [name, commit] : source.refs)
    repository.refs[name.starts_with("refs/heads/") ? "refs/remotes/" + names.at(0) + "/" + after(name, "refs/heads/") : name] =
        commit;
  repository.has = source.has;
  return {};
}

CommandResult FakeGit::config(const Command& command, const Argv& words) {
  const std::string user = command.run_as.empty() ? "root" : command.run_as;
  Pairs& pairs = words.at(1) == "--global" ? global[user] : repositories_[command.directory].config;
  if (has(words, "--get-all") || has(words, "--get-regexp")) {
    const bool by_pattern = has(words, "--get-regexp");
    const std::string pattern = option(words, by_pattern ? "--get-regexp" : "--get-all");
    std::string text;
    for (const auto& [key, value] : pairs) {
      if (by_pattern ? !std::regex_search(key, std::regex(pattern)) : key != pattern) continue;
      if (by_pattern && words.back() != pattern && !std::regex_search(value, std::regex(words.back()))) continue;
      text += (by_pattern ? key + "\n" : "") + value + '\0';
    }
    return FakeHost::result(text.empty() ? 1 : 0, text);
  }
  ++host_->changes;
  const std::string key = words.at(3);
  if (words.at(2) != "--add") std::erase_if(pairs, [&](const auto& pair) { return pair.first == key; });
  if (!words.at(2).starts_with("--unset")) pairs.emplace_back(key, words.at(4));
  return {};
}

CommandResult FakeGit::checkout(Repository& repository, const Argv& words) {
  const std::string name = words.at(words.size() - 2);
  const std::string commit = resolve(repository, name);
  if (commit.empty()) return FakeHost::result(1, "", "error: pathspec '" + name + "' did not match\n");
  if (has(words, "--force")) repository.is_dirty = false;
  if (has(words, "-b")) {
    const std::string branch = option(words, "-b");
    repository.refs["refs/heads/" + branch] = commit;
    repository.head = "refs/heads/" + branch;
    if (repository.refs.count("refs/remotes/" + name)) repository.config.emplace_back("branch." + branch + ".upstream", name);
  } else {
    repository.head = repository.refs.count("refs/heads/" + name) ? "refs/heads/" + name : commit;
  }
  return {};
}

CommandResult FakeGit::run_in(Repository& repository, const Argv& words) {
  const std::string& verb = words.at(0);
  const bool is_on_branch = repository.head.starts_with("refs/heads/");
  const std::string branch = is_on_branch ? after(repository.head, "refs/heads/") : "";
  const auto move_head = [&](const std::string& commit) {
    if (is_on_branch) repository.refs[repository.head] = commit;
    else repository.head = commit;
  };
  const auto set_upstream = [&](const std::string& upstream) {
    std::erase_if(repository.config, [&](const auto& pair) { return pair.first == "branch." + branch + ".upstream"; });
    if (!upstream.empty()) repository.config.emplace_back("branch." + branch + ".upstream", upstream);
  };
  if (verb == "status") {
    const std::string head = resolve(repository, "HEAD"), upstream = value_of(repository.config, "branch." + branch + ".upstream");
    std::string text = "# branch.oid " + (head.empty() ? "(initial)" : head) + "\n# branch.head " +
                       (is_on_branch ? branch : "(detached)") + "\n";
    if (!upstream.empty()) text += "# branch.upstream " + upstream + "\n";
    return FakeHost::result(0, text + (repository.is_dirty ? "1 .M N... 100644 100644 100644 a b file\n" : ""));
  }
  if (verb == "for-each-ref") {
    std::string text;
    for (const auto& [name, commit] : repository.refs) text += name + " " + commit + " \n";
    return FakeHost::result(0, text);
  }
  if (verb == "rev-parse") {
    std::string name = words.back();
    if (name.ends_with("^{commit}")) name.resize(name.size() - 9);
    const std::string commit = resolve(repository, name);
    return commit.empty() ? FakeHost::result(1) : FakeHost::result(0, commit + "\n");
  }
  if (verb == "merge-base") return FakeHost::result(is_ancestor(words.at(2), words.at(3)) ? 0 : 1);
  if (verb == "submodule" && words.at(1) == "status") {
    std::string text;
    for (const auto& name : repository.old_submodules) text += "-0000 " + name + "\n";
    return FakeHost::result(0, text);
  }
  ++host_->changes;
  if (verb == "fetch") return fetch(repository, words);
  if (verb == "checkout") return checkout(repository, words);
  if (verb == "submodule") repository.old_submodules.clear();
  if (verb == "reset") {
    repository.is_dirty = false;
    move_head(resolve(repository, words.back()));
  }
  if (verb == "merge") {
    if (!is_ancestor(resolve(repository, "HEAD"), words.back())) return fatal("Not possible to fast-forward, aborting.");
    move_head(words.back());
  }
  if (verb == "branch") set_upstream(words.at(1) == "--unset-upstream" ? "" : words.back());
  if (verb == "tag") repository.refs.erase("refs/tags/" + words.back());
  if (verb == "remote" && words.at(1) == "rm")
    std::erase_if(repository.config, [&](const auto& pair) { return pair.first == "remote." + words.back() + ".url"; });
  if (verb == "remote" && words.at(1) == "add")
    repository.config.emplace_back("remote." + words.at(3) + ".url", words.back());
  return {};
}

}  // namespace halite::states
