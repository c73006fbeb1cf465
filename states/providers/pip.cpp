#include "states/providers/pip.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "states/providers/python_version.h"
#include "states/providers/shell.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

bool is_file(const std::string& path, World& world) {
  const auto status = world.host.status_of_target(path);
  return status && status->type == FileType::regular;
}

Argv find_pip(const std::string& bin_env, World& world) {
  if (bin_env.empty()) {
    if (!world.host.find_program("python3")) throw Error(ErrorKind::not_found, "there is no python3 on this host");
    return {"python3", "-m", "pip"};
  }
  const auto status = world.host.status_of_target(bin_env);
  if (status && status->type == FileType::directory) {
    for (const char* python : {"/bin/python", "/python"})
      if (is_file(bin_env + python, world)) return {bin_env + python, "-m", "pip"};
    throw Error(ErrorKind::not_found, "Could not find a pip binary in virtualenv {}", bin_env);
  }
  if (!status || (status->mode & 0111) == 0)
    throw Error(ErrorKind::not_found, "Access denied to {}, could not find a pip binary", bin_env);
  const std::string name = bin_env.substr(bin_env.rfind('/') + 1);
  return name.find("python") == std::string::npos ? Argv{bin_env} : Argv{bin_env, "-m", "pip"};
}

std::string word_of(const Value& value) { return python_text(value); }

// ["--prefix=/opt", {"--config": "x"}]
void add_extra(const List& extra, Argv& words) {
  for (const Value& item : extra) {
    if (const Map* map = item.if_map()) {
      for (const auto& [key, value] : *map) words.insert(words.end(), {word_of(key), word_of(value)});
    } else {
      words.push_back(word_of(item));
    }
  }
}

}  // namespace

Pip::Pip(PipAccess access, World& world) : access_(std::move(access)), world_(world), program_(find_pip(access_.bin_env, world)) {
  while (access_.bin_env.size() > 1 && access_.bin_env.ends_with('/')) access_.bin_env.pop_back();
}

CommandResult Pip::run(const Argv& words) const {
  ShellOptions options;
  options.run_as = access_.user;
  options.directory = access_.cwd;
  Map environment{{"PIP_DISABLE_PIP_VERSION_CHECK", "1"}, {"PIP_NO_INPUT", "1"}};
  if (program_.size() == 3 && !access_.bin_env.empty() && access_.bin_env != program_[0])
    environment.set("VIRTUAL_ENV", access_.bin_env);
  if (const Map* given = access_.env_vars.if_map())
    for (const auto& [key, value] : *given) environment.set(key, value.is_null() ? Value("") : Value(python_text(value)));
  options.environment = environment;
  Argv argv = program_;
  argv.insert(argv.end(), words.begin(), words.end());
  return world_.host.execute(program_command(argv, options, world_));
}

std::map<std::string, PythonPackage> Pip::list() const {
  const CommandResult result = run({"list", "--format=json"});
  require_pip(result, "listing Python packages");
  std::map<std::string, PythonPackage> packages;
  const Value listed = from_json(result.output, "pip list");
  for (const Value& item : listed.as_list("what pip list gave")) {
    PythonPackage package{item.as_map().at("name").as_string(), item.as_map().at("version").as_string()};
    const std::string key = python_package_key(package.name);
    packages[key] = std::move(package);
  }
  return packages;
}

std::map<std::string, std::string> Pip::outdated() const {
  const CommandResult result = run({"list", "--outdated", "--format=json"});
  require_pip(result, "listing outdated Python packages");
  std::map<std::string, std::string> packages;
  const Value listed = from_json(result.output, "pip list --outdated");
  for (const Value& item : listed.as_list("what pip list gave"))
    packages[item.as_map().at("name").as_string()] = item.as_map().at("latest_version").as_string();
  return packages;
}

std::string Pip::version() const {
  const CommandResult result = run({"--version"});
  const auto words = split_words(result.output);
  if (result.exit_code != 0 || words.size() < 2) throw Error(ErrorKind::not_found, "Could not find a `pip` binary");
  return words[1];
}

Argv Pip::words_of(const PipInstall& install, std::vector<std::unique_ptr<PrivateFile>>& fetched) const {
  Argv words{"install"};
  const auto option = [&](const char* name, const std::optional<std::string>& value) {
    if (value && !value->empty()) words.insert(words.end(), {name, *value});
  };
  const auto flag = [&](const char* name, bool is_set) {
    if (is_set) words.push_back(name);
  };
  const auto each = [&](const char* name, const TextList& list) {
    for (const auto& item : comma_list(list)) words.insert(words.end(), {name, item});
  };
  if (install.no_index && (install.index_url || install.extra_index_url))
    throw Error(ErrorKind::invalid, "'no_index' and ('index_url' or 'extra_index_url') are mutually exclusive.");
  for (const auto& file : install.requirements) {
    if (file.starts_with("salt://")) {
      fetched.push_back(std::make_unique<PrivateFile>("requirements", read_source({.sources = {file}}, world_).content, 0600,
                                                      access_.user, world_));
      words.insert(words.end(), {"--requirement", fetched.back()->path()});
    } else {
      words.insert(words.end(), {"--requirement", file});
    }
  }
  if (!install.no_binary.items.empty()) option("--no-binary", join(comma_list(install.no_binary), ","));
  option("--log", install.log);
  option("--proxy", install.proxy);
  if (install.timeout) option("--timeout", std::to_string(install.timeout->value));
  each("--find-links", install.find_links);
  option("--index-url", install.index_url);
  option("--extra-index-url", install.extra_index_url);
  flag("--no-index", install.no_index);
  option("--target", install.target);
  option("--cache-dir", install.cache_dir);
  option("--src", install.source);
  flag("--upgrade", install.upgrade);
  flag("--force-reinstall", install.force_reinstall);
  flag("--ignore-installed", install.ignore_installed);
  option("--exists-action", install.exists_action);
  flag("--no-deps", install.no_deps);
  flag("--no-cache-dir", install.no_cache_dir);
  flag("--pre", install.pre_releases);
  option("--cert", install.cert);
  each("--global-option", install.global_options);
  each("--install-option", install.install_options);
  option("--trusted-host", install.trusted_host);
  for (const auto& entry : install.editable) words.insert(words.end(), {"--editable", entry});
  add_extra(install.extra_args, words);
  if (!install.packages.empty()) words.push_back("--");
  words.insert(words.end(), install.packages.begin(), install.packages.end());
  return words;
}

CommandResult Pip::install(const PipInstall& install) const {
  std::vector<std::unique_ptr<PrivateFile>> fetched;
  return run(words_of(install, fetched));
}

std::optional<std::map<std::string, PythonPackage>> Pip::would_install(const PipInstall& install) const {
  if (std::is_lt(compare_python_versions(version(), "22.2"))) return std::nullopt;
  std::vector<std::unique_ptr<PrivateFile>> fetched;
  Argv words = words_of(install, fetched);
  words.insert(words.begin() + 1, "--dry-run");
  const CommandResult result = run(words);
  require_pip(result, "asking what pip would install");
  std::map<std::string, PythonPackage> packages;
  constexpr std::string_view start = "Would install ";
  for (const auto& line : split_lines(result.output)) {
    if (!line.starts_with(start)) continue;
    for (const auto& item : split_words(std::string_view(line).substr(start.size()))) {
      const std::size_t dash = item.rfind('-');
      packages[python_package_key(item.substr(0, dash))] = {item.substr(0, dash), dash == std::string::npos ? "" : item.substr(dash + 1)};
    }
  }
  return packages;
}

std::vector<std::string> comma_list(const TextList& list) {
  std::vector<std::string> items;
  for (const auto& item : list.items)
    for (const auto& part : split(item, ','))
      if (const auto text = trim(part); !text.empty()) items.emplace_back(text);
  return items;
}

void require_pip(const CommandResult& result, const std::string& doing) {
  if (result.exit_code == 0) return;
  throw Error(ErrorKind::unavailable, "{} failed: {}", doing, trim(result.error.empty() ? result.output : result.error));
}

}  // namespace halite::states
