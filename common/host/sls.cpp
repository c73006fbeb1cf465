// SLS names and files in a tree.
#include "common/host/sls.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite {
namespace {

constexpr std::string_view suffix = ".sls";
constexpr std::string_view init_suffix = "/init.sls";

}  // namespace

bool has_environment(const std::vector<std::string>& names, std::string_view environment) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name == environment || name == each_environment; });
}

bool SlsFile::is_init() const {
  return path.ends_with(init_suffix);
}

std::vector<std::string> list_sls(FileTree& tree, const std::string& environment) {
  std::vector<std::string> names;
  const auto paths = tree.paths(environment);
  for (const auto& path : *paths) {
    if (!path.ends_with(suffix)) continue;
    auto name = path.substr(0, path.size() - (path.ends_with(init_suffix) ? init_suffix.size() : suffix.size()));
    std::replace(name.begin(), name.end(), '/', '.');
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> filter_sls(const std::vector<std::string>& names, std::string_view glob) {
  std::vector<std::string> matching;
  if (glob.find_first_of("*?[") == std::string_view::npos) {
    if (std::find(names.begin(), names.end(), glob) != names.end()) matching.emplace_back(glob);
    return matching;
  }
  std::copy_if(names.begin(), names.end(), std::back_inserter(matching),
               [&](const std::string& name) { return glob_match(glob, name); });
  return matching;
}

std::optional<SlsFile> read_sls(FileTree& tree, const std::string& environment, const std::string& path) {
  auto text = tree.read(environment, path);
  if (!text) return std::nullopt;
  return SlsFile{environment, "", path, std::move(*text)};
}

std::optional<SlsFile> find_sls(FileTree& tree, const std::string& environment, const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto base = replace_all(name, ".", "/");
  for (const auto ending : {suffix, init_suffix})
    if (auto file = read_sls(tree, environment, base + std::string(ending))) {
      file->name = name;
      return file;
    }
  return std::nullopt;
}

}  // namespace halite
