#include "tests/states/fake_pip.h"

#include <algorithm>
#include <stdexcept>

#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/value.h"
#include "states/providers/python_version.h"

namespace halite::states {
namespace {

bool has(const Argv& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); }

std::string listed(const std::map<std::string, std::string>& packages, const char* version) {
  List list;
  for (const auto& [name, value] : packages) list.push_back(Map{{"name", name}, {version, value}});
  return to_json(list);
}

}  // namespace

void FakePip::install(FakeHost& host) {
  host_ = &host;
  const auto python = [this](const Command& command) {
    const Argv& argv = command.argv;
    if (argv.size() > 2 && argv[2] == "venv") {
      make(argv.back());
      ++host_->changes;
      return CommandResult{};
    }
    if (argv.back() == "-V") return FakeHost::result(0, "Python 3.11.2\n");
    const std::string environment = argv[0].ends_with("/bin/python") ? argv[0].substr(0, argv[0].size() - 11) : "";
    return run(environment, {argv.begin() + 3, argv.end()});
  };
  host.programs["python"] = host.programs["python3"] = python;
  host.programs["virtualenv"] = [this](const Command& command) {
    make(command.argv.back());
    ++host_->changes;
    return CommandResult{};
  };
}

void FakePip::make(const std::string& path) {
  host_->files[path + "/bin/python"] = "";
  environments[path] = {{"pip", version}};
}

// Name and version of what these arguments ask for and does not fit yet.
std::map<std::string, std::string> FakePip::wanted(const std::string& environment, const Argv& words) const {
  const auto& there = environments.at(environment);
  Argv texts(std::find(words.begin(), words.end(), "--"), words.end());
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == "--requirement")
      for (const auto& line : split_lines(host_->read_file(words[i + 1]))) texts.push_back(line);
  std::map<std::string, std::string> result;
  for (const auto& text : texts) {
    if (text == "--") continue;
    const auto requirement = parse_python_requirement(text);
    if (requirement.name.empty()) continue;
    const std::string name = python_package_key(requirement.name);
    const auto known = there.find(name);
    if (known != there.end() && requirement.allows(known->second) && !has(words, "--upgrade")) continue;
    std::string newest;
    if (index.count(name))
      for (const auto& one : index.at(name))
        if (requirement.allows(one)) newest = one;
    if (newest.empty()) throw std::runtime_error("No matching distribution found for " + text);
    if (known == there.end() || known->second != newest) result[name] = newest;
  }
  return result;
}

CommandResult FakePip::run(const std::string& environment, const Argv& words) {
  auto& there = environments[environment];
  if (words[0] == "--version") return FakeHost::result(0, "pip " + version + " from /x (python 3.11)\n");
  if (words[0] == "list" && has(words, "--outdated")) {
    std::map<std::string, std::string> newer;
    for (const auto& [name, have] : there)
      if (index.count(name) && index.at(name).back() != have) newer[name] = index.at(name).back();
    return FakeHost::result(0, listed(newer, "latest_version"));
  }
  if (words[0] == "list") return FakeHost::result(0, listed(there, "version"));
  if (words[0] == "uninstall") {
    there.erase(python_package_key(words.back()));
    ++host_->changes;
    return {};
  }
  try {
    const auto packages = wanted(environment, words);
    if (has(words, "--dry-run")) {
      std::string text = "Would install";
      for (const auto& [name, one] : packages) text += " " + name + "-" + one;
      return FakeHost::result(0, packages.empty() ? "Requirement already satisfied\n" : text + "\n");
    }
    ++host_->changes;
    for (const auto& [name, one] : packages) there[name] = one;
    return {};
  } catch (const std::runtime_error& error) {
    return FakeHost::result(1, "", std::string("ERROR: ") + error.what() + "\n");
  }
}

}  // namespace halite::states
