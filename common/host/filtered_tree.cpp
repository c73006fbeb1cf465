#include "common/host/filtered_tree.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex.h"

namespace halite {

std::vector<TreeEntry> FilteredTree::list(const std::string& environment, const std::string& prefix) {
  auto entries = tree_->list(environment, prefix);
  std::erase_if(entries, [&](const TreeEntry& entry) { return is_ignored_(environment, entry.path); });
  return entries;
}

FileTree::Paths FilteredTree::paths(const std::string& environment) {
  auto paths = std::make_shared<std::vector<std::string>>(*tree_->paths(environment));
  std::erase_if(*paths, [&](const std::string& path) { return is_ignored_(environment, path); });
  return paths;
}

std::vector<std::string> FilteredTree::folders(const std::string& environment, const std::string& prefix) {
  auto folders = tree_->folders(environment, prefix);
  std::erase_if(folders, [&](const std::string& path) { return is_ignored_(environment, path); });
  return folders;
}

std::vector<std::pair<std::string, std::string>> FilteredTree::symlinks(const std::string& environment, const std::string& prefix) {
  auto links = tree_->symlinks(environment, prefix);
  std::erase_if(links, [&](const auto& link) { return is_ignored_(environment, link.first); });
  return links;
}

std::optional<TreeEntry> FilteredTree::find(const std::string& environment, const std::string& path) {
  return is_ignored_(environment, path) ? std::nullopt : tree_->find(environment, path);
}

std::optional<std::string> FilteredTree::read(const std::string& environment, const std::string& path) {
  return is_ignored_(environment, path) ? std::nullopt : tree_->read(environment, path);
}

std::optional<std::string> FilteredTree::read_part(const std::string& environment, const std::string& path, std::int64_t offset_bytes,
                                                   std::size_t size_bytes) {
  return is_ignored_(environment, path) ? std::nullopt : tree_->read_part(environment, path, offset_bytes, size_bytes);
}

std::optional<std::string> FilteredTree::sha256(const std::string& environment, const std::string& path) {
  return is_ignored_(environment, path) ? std::nullopt : tree_->sha256(environment, path);
}

std::shared_ptr<FileTree> without_ignored(std::shared_ptr<FileTree> tree, const std::vector<std::string>& regexes,
                                          const std::vector<std::string>& globs,
                                          EnvironmentRoots roots) {
  if (regexes.empty() && globs.empty()) return tree;
  std::vector<Regex> compiled;
  for (const auto& regex : regexes) compiled.push_back(during([&] { return Regex::compile(regex); }, "reading file_ignore_regex"));
  const auto matches = [compiled, globs](const std::string& path) {
    // A path that is no UTF-8 can't be searched; no one can ask for it by name either.
    return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) { return glob_match(glob, path); }) ||
           (is_valid_utf8(path) && std::any_of(compiled.begin(), compiled.end(), [&](const Regex& regex) { return regex.search(path).has_value(); }));
  };
  const auto is_ignored = [matches, roots](const std::string& environment, const std::string& path) {
    if (matches(path)) return true;
    const auto folders = folders_of(roots, environment);
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& root) { return matches(root + "/" + path); });
  };
  return std::make_shared<FilteredTree>(std::move(tree), is_ignored);
}

}  // namespace halite
