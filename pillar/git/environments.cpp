// Which environments a repository has, and their files.
#include "pillar/git/environments.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/regex.h"

namespace halite::pillar {
namespace {

bool matches(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (glob_match(pattern, name)) return true;
    try {
      return Regex::compile("(?:" + pattern + ")$").match(name).has_value();
    } catch (const Error&) {
      return false;  // a glob and nothing else, as "*.x"
    }
  });
}

bool is_exposed(const EnvironmentsRemote& remote, const std::string& environment) {
  return (remote.allowed.empty() || matches(remote.allowed, environment)) && !matches(remote.denied, environment);
}

bool is_commit(const std::string& text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

// What the references of a repository mean for its environments.
class Places {
 public:
  Places(const EnvironmentsRemote& remote, const GitReferences& references) : remote_(remote) {
    if (has_type("tag")) commits_.insert(references.tags.begin(), references.tags.end());
    if (has_type("branch"))
      for (const auto& [branch, commit] : references.branches) commits_[branch] = commit;  // wins over a tag of its name
  }

  std::map<std::string, GitPlace> all() const {
    std::map<std::string, GitPlace> places;
    for (const auto& [environment, place] : remote_.places) put(places, environment, place.reference.value_or(branch_of(environment)));
    if (!remote_.is_mapping_disabled)
      for (const auto& [reference, commit] : commits_) {
        const auto environment = reference == remote_.remote.base ? "base" : reference;
        if (!places.contains(environment)) put(places, environment, reference);
      }
    if (!remote_.served_everywhere.empty())
      for (auto& [environment, place] : places)
        if (const auto commit = commit_of(remote_.served_everywhere)) place.commit = *commit;
    return places;
  }

  // For an environment that is not among them.
  std::optional<GitPlace> other(const std::string& environment) const {
    const auto& reference = remote_.served_everywhere.empty() ? remote_.remote.fallback : remote_.served_everywhere;
    if (reference.empty()) return std::nullopt;
    std::map<std::string, GitPlace> places;
    put(places, environment, reference);
    return places.empty() ? std::nullopt : std::optional(places.begin()->second);
  }

 private:
  bool has_type(std::string_view type) const {
    return std::find(remote_.reference_types.begin(), remote_.reference_types.end(), type) != remote_.reference_types.end();
  }

  std::string branch_of(const std::string& environment) const { return environment == "base" ? remote_.remote.base : environment; }

  std::optional<std::string> commit_of(const std::string& reference) const {
    const auto found = commits_.find(reference);
    if (found != commits_.end()) return found->second;
    return is_commit(reference) && has_type("sha") ? std::optional(to_lower(reference)) : std::nullopt;
  }

  void put(std::map<std::string, GitPlace>& places, const std::string& environment, const std::string& reference) const {
    const auto commit = commit_of(reference);
    if (!commit || !is_exposed(remote_, environment)) return;
    const auto own = remote_.places.find(environment);
    const auto place = own == remote_.places.end() ? EnvironmentPlace{} : own->second;
    places[environment] = {*commit, place.root.value_or(remote_.remote.root), place.mountpoint.value_or(remote_.remote.mountpoint), environment};
  }

  EnvironmentsRemote remote_;
  std::map<std::string, std::string> commits_;  // reference -> commit
};

class EnvironmentsTree : public FileTree {
 public:
  EnvironmentsTree(GitStore store, const EnvironmentsRemote& remote)
      : store_(std::move(store)), places_(remote, store_.references()), all_(places_.all()) {}

  std::vector<std::string> environments() override {
    std::vector<std::string> names;
    for (const auto& [environment, place] : all_) names.push_back(environment);
    return names;
  }
  std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override {
    const auto tree = tree_of(environment);
    return tree ? tree->list(environment, prefix) : std::vector<TreeEntry>();
  }
  Paths paths(const std::string& environment) override {
    const auto tree = tree_of(environment);
    return tree ? tree->paths(environment) : std::make_shared<const std::vector<std::string>>();
  }
  std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override {
    const auto tree = tree_of(environment);
    return tree ? tree->find(environment, path) : std::nullopt;
  }
  std::optional<std::string> read(const std::string& environment, const std::string& path) override {
    const auto tree = tree_of(environment);
    return tree ? tree->read(environment, path) : std::nullopt;
  }
  std::optional<std::string> sha256(const std::string& environment, const std::string& path) override {
    const auto tree = tree_of(environment);
    return tree ? tree->sha256(environment, path) : std::nullopt;
  }
  std::string revision(const std::string& environment) override {
    const auto place = place_of(environment);
    return place ? fmt::format("git:{}@{}", store_.remote().url, place->commit) : "";
  }

 private:
  std::optional<GitPlace> place_of(const std::string& environment) const {
    const auto found = all_.find(environment);
    return found != all_.end() ? std::optional(found->second) : places_.other(environment);
  }

  // A commit without the root, or a commit id that the repository has not, has no files.
  std::shared_ptr<FileTree> tree_of(const std::string& environment) const {
    const auto place = place_of(environment);
    if (!place) return nullptr;
    try {
      return store_.tree(*place);
    } catch (const Error& error) {
      log::debug("gitfs remote {}: {}", store_.remote().url, error.what());
      return nullptr;
    }
  }

  GitStore store_;
  Places places_;
  std::map<std::string, GitPlace> all_;
};

}  // namespace

std::shared_ptr<FileTree> environments_tree(const GitStore& store, const EnvironmentsRemote& remote) {
  return std::make_shared<EnvironmentsTree>(store, remote);
}

}  // namespace halite::pillar
