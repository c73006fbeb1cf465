// One commit of a git store as a FileTree.
#include "pillar/git/git_tree.h"

#include <algorithm>
#include <deque>

#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/host/directory_tree.h"

namespace halite::pillar {
namespace {

constexpr int depth_limit = 32;
constexpr int link_limit = 40;  // as the kernel has it
constexpr std::size_t file_limit = 500'000;
constexpr std::int64_t link_size_limit = 4096;

std::int64_t object_size(git_odb* objects, const git_oid& oid) {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  git_check(git_odb_read_header(&size, &type, objects, &oid), ErrorKind::internal, "reading the git store");
  return static_cast<std::int64_t>(size);
}

std::string object_text(git_odb* objects, const git_oid& oid) {
  git_odb_object* object = nullptr;
  git_check(git_odb_read(&object, objects, &oid), ErrorKind::internal, "reading the git store");
  GitHandle<git_odb_object> held(object);
  return {static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object)};
}

std::string join_path(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

// What a path of the repository leads to once symlinks are followed.
struct Target {
  std::string path;  // where it really is
  git_oid oid{};
  git_filemode_t mode = GIT_FILEMODE_UNREADABLE;
};

}  // namespace

// Lists a commit's files. A symlink that leads out of the root, nowhere, or in a circle is left out.
class TreeReader {
 public:
  TreeReader(git_repository* repository, git_odb* objects, const git_tree* root,
             std::map<std::string, GitTree::File>& files)
      : repository_(repository), objects_(objects), root_(root), files_(files) {}

  void read() { folder(root_, "", ""); }

 private:
  // `path` is what the tree calls the folder, `real` where it is in the repository.
  void folder(const git_tree* tree, const std::string& path, const std::string& real) {
    if (above_.size() >= depth_limit || std::find(above_.begin(), above_.end(), real) != above_.end()) return;
    above_.push_back(real);
    for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const auto* entry = git_tree_entry_byindex(tree, i);
      const std::string name = git_tree_entry_name(entry);
      if (!is_tree_path(name)) continue;  // a crafted tree
      add(join_path(path, name), {join_path(real, name), *git_tree_entry_id(entry), git_tree_entry_filemode(entry)});
    }
    above_.pop_back();
  }

  void add(const std::string& path, const Target& target) {
    if (target.mode == GIT_FILEMODE_LINK) {
      int links = 0;
      if (auto end = follow(target, links)) add(path, *end);
    } else if (target.mode == GIT_FILEMODE_TREE) {
      git_tree* tree = nullptr;
      git_check(git_tree_lookup(&tree, repository_, &target.oid), ErrorKind::internal, "reading the git store");
      GitHandle<git_tree> held(tree);
      folder(tree, path, target.path);
    } else if (target.mode != GIT_FILEMODE_COMMIT) {  // a submodule has no files here
      if (files_.size() >= file_limit)
        throw Error(ErrorKind::invalid, "the repository has more than {} files", file_limit);
      const unsigned mode = target.mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644;
      files_[path] = {target.oid, object_size(objects_, target.oid), mode};
    }
  }

  std::optional<Target> entry_at(const std::string& path) {
    git_tree_entry* entry = nullptr;
    if (git_tree_entry_bypath(&entry, root_, path.c_str()) != 0) return std::nullopt;
    GitHandle<git_tree_entry> held(entry);
    return Target{path, *git_tree_entry_id(entry), git_tree_entry_filemode(entry)};
  }

  // Part by part, as the kernel does, because ".." behind a link means the folder the link leads to.
  std::optional<Target> follow(const Target& link, int& links) {
    if (++links > link_limit || object_size(objects_, link.oid) > link_size_limit) return std::nullopt;
    const auto text = object_text(objects_, link.oid);
    if (text.empty() || text.front() == '/' || text.find('\0') != std::string::npos) return std::nullopt;
    auto at = split(link.path, '/');
    at.pop_back();
    std::optional<Target> target;
    for (const auto& part : split(text, '/')) {
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (at.empty()) return std::nullopt;
        at.pop_back();
      } else {
        at.push_back(part);
      }
      target.reset();
      if (at.empty()) continue;  // the root; as the end of a link it would contain itself and counts as nowhere
      target = entry_at(join(at, "/"));
      if (target && target->mode == GIT_FILEMODE_LINK) target = follow(*target, links);
      if (!target) return std::nullopt;
      at = split(target->path, '/');
    }
    return target;
  }

  git_repository* repository_;
  git_odb* objects_;
  const git_tree* root_;
  std::map<std::string, GitTree::File>& files_;
  std::vector<std::string> above_;  // the real folders we are in
};

namespace {

GitHandle<git_tree> root_of(git_repository* repository, const git_oid& oid, const std::string& root,
                            const std::string& revision) {
  git_commit* commit = nullptr;
  git_check(git_commit_lookup(&commit, repository, &oid), ErrorKind::not_found, "reading commit " + revision);
  GitHandle<git_commit> held(commit);
  git_tree* tree = nullptr;
  git_check(git_commit_tree(&tree, commit), ErrorKind::internal, "reading commit " + revision);
  GitHandle<git_tree> top(tree);
  if (root.empty()) return top;
  git_tree_entry* entry = nullptr;
  if (git_tree_entry_bypath(&entry, top.get(), root.c_str()) != 0)
    throw Error(ErrorKind::not_found, "there is no folder '{}' in {}", root, revision);
  GitHandle<git_tree_entry> held_entry(entry);
  git_tree* folder = nullptr;
  if (git_tree_entry_filemode(entry) != GIT_FILEMODE_TREE ||
      git_tree_lookup(&folder, repository, git_tree_entry_id(entry)) != 0)
    throw Error(ErrorKind::not_found, "'{}' in {} is no folder", root, revision);
  return GitHandle<git_tree>(folder);
}

}  // namespace

GitTree::GitTree(GitHandle<git_repository> repository, const GitPlace& place, std::string revision)
    : environment_(place.environment), revision_(std::move(revision)), repository_(std::move(repository)) {
  git_odb* objects = nullptr;
  git_check(git_repository_odb(&objects, repository_.get()), ErrorKind::internal, "opening the git store");
  objects_.reset(objects);
  const auto tree = root_of(repository_.get(), to_oid(place.commit), place.root, revision_);
  TreeReader(repository_.get(), objects, tree.get(), files_).read();
  if (!place.mountpoint.empty()) {
    std::map<std::string, File> mounted;
    for (const auto& [path, file] : files_) mounted.emplace(place.mountpoint + "/" + path, file);
    files_ = std::move(mounted);
  }
  std::vector<std::string> paths;
  paths.reserve(files_.size());
  for (const auto& [path, file] : files_) paths.push_back(path);
  paths_ = std::make_shared<const std::vector<std::string>>(std::move(paths));
}

const GitTree::File* GitTree::file(const std::string& environment, const std::string& path) const {
  if (environment != environment_) return nullptr;
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : &at->second;
}

std::string GitTree::content(const git_oid& blob, const std::string& path) {
  const std::lock_guard lock(mutex_);
  return during([&] { return object_text(objects_.get(), blob); }, "reading '{}' of {}", path, revision_);
}

std::vector<TreeEntry> GitTree::list(const std::string& environment, const std::string& prefix) {
  std::vector<TreeEntry> entries;
  if (environment != environment_) return entries;
  const auto folder = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + "/";
  for (auto at = files_.lower_bound(folder); at != files_.end() && at->first.starts_with(folder); ++at)
    entries.push_back({at->first, at->second.size_bytes, at->second.mode});
  return entries;
}

FileTree::Paths GitTree::paths(const std::string& environment) {
  if (environment == environment_) return paths_;
  return std::make_shared<const std::vector<std::string>>();
}

std::optional<TreeEntry> GitTree::find(const std::string& environment, const std::string& path) {
  const auto* found = file(environment, path);
  if (!found) return std::nullopt;
  return TreeEntry{path, found->size_bytes, found->mode};
}

std::optional<std::string> GitTree::read(const std::string& environment, const std::string& path) {
  const auto* found = file(environment, path);
  if (!found) return std::nullopt;
  return content(found->blob, path);
}

std::optional<std::string> GitTree::sha256(const std::string& environment, const std::string& path) {
  const auto* found = file(environment, path);
  if (!found) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = hashes_.find(path); known != hashes_.end()) return known->second;
  }
  auto hash = crypto::hash_hex(crypto::HashType::sha256, content(found->blob, path));
  const std::lock_guard lock(mutex_);
  return hashes_.try_emplace(path, std::move(hash)).first->second;
}

std::string GitTree::revision(const std::string&) {
  return revision_;
}

}  // namespace halite::pillar
