#include "common/host/layered_tree.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/strings.h"
#include "common/host/sls.h"

namespace halite {

std::vector<std::string> LayeredTree::environments() {
  std::vector<std::string> names;
  for (const auto& layer : layers_)
    for (auto& name : layer->environments())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  return names;
}

std::vector<TreeEntry> LayeredTree::list(const std::string& environment, const std::string& prefix) {
  if (layers_.size() == 1) return layers_.front()->list(environment, prefix);
  std::map<std::string, TreeEntry> found;
  for (const auto& layer : layers_)
    for (auto& entry : layer->list(environment, prefix)) found.try_emplace(entry.path, entry);
  std::vector<TreeEntry> entries;
  for (auto& [path, entry] : found) entries.push_back(std::move(entry));
  return entries;
}

FileTree::Paths LayeredTree::paths(const std::string& environment) {
  if (layers_.size() == 1) return layers_.front()->paths(environment);
  auto all = std::make_shared<std::vector<std::string>>();
  for (const auto& layer : layers_) {
    const auto paths = layer->paths(environment);
    all->insert(all->end(), paths->begin(), paths->end());
  }
  std::sort(all->begin(), all->end());
  all->erase(std::unique(all->begin(), all->end()), all->end());
  return all;
}

std::vector<std::string> LayeredTree::folders(const std::string& environment, const std::string& prefix) {
  std::set<std::string> all;
  for (const auto& layer : layers_)
    for (auto& folder : layer->folders(environment, prefix)) all.insert(std::move(folder));
  return {all.begin(), all.end()};
}

std::vector<std::pair<std::string, std::string>> LayeredTree::symlinks(const std::string& environment, const std::string& prefix) {
  std::map<std::string, std::string> all;
  for (const auto& layer : layers_)
    for (auto& [path, target] : layer->symlinks(environment, prefix)) all.try_emplace(path, std::move(target));
  return {all.begin(), all.end()};
}

FileTree* LayeredTree::layer_of(const std::string& environment, const std::string& path) {
  for (const auto& layer : layers_)
    if (layer->find(environment, path)) return layer.get();
  return nullptr;
}

std::optional<TreeEntry> LayeredTree::find(const std::string& environment, const std::string& path) {
  for (const auto& layer : layers_)
    if (auto entry = layer->find(environment, path)) return entry;
  return std::nullopt;
}

std::optional<std::string> LayeredTree::read(const std::string& environment, const std::string& path) {
  FileTree* layer = layer_of(environment, path);
  return layer ? layer->read(environment, path) : std::nullopt;
}

std::optional<std::string> LayeredTree::read_part(const std::string& environment, const std::string& path,
                                                  std::int64_t offset_bytes, std::size_t size_bytes) {
  FileTree* layer = layer_of(environment, path);
  return layer ? layer->read_part(environment, path, offset_bytes, size_bytes) : std::nullopt;
}

std::optional<std::string> LayeredTree::sha256(const std::string& environment, const std::string& path) {
  FileTree* layer = layer_of(environment, path);
  return layer ? layer->sha256(environment, path) : std::nullopt;
}

std::string LayeredTree::revision(const std::string& environment) {
  std::vector<std::string> revisions;
  for (const auto& layer : layers_) {
    if (has_environment(layer->environments(), environment)) revisions.push_back(layer->revision(environment));
  }
  return join(revisions, ", ");
}

}  // namespace halite
