#include "minion/remote_tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/crypto/hash.h"
#include "minion/disk.h"

namespace halite::minion {
namespace {

constexpr std::size_t size_limit_bytes = std::size_t{1} << 30;  // of one file held in memory

std::string text_of(const Map& map, const char* key) {
  const Value* value = map.find(key);
  if (!value) return {};
  if (const auto* text = value->if_string()) return *text;
  if (const auto* bytes = value->if_bytes()) return bytes->data;
  return {};
}

std::vector<std::string> texts(const Value& value) {
  std::vector<std::string> result;
  if (const List* list = value.if_list())
    for (const auto& item : *list)
      if (const auto* text = item.if_string()) result.push_back(*text);
  return result;
}

std::string hash_of(const std::string& type, const std::string& content) {
  return crypto::hash_hex(crypto::hash_type_from(type), content);
}

}  // namespace

std::vector<std::string> RemoteTree::environments() {
  const std::lock_guard lock(mutex_);
  if (!environments_) environments_ = texts(master_.request("_file_envs", {}));
  return *environments_;
}

FileTree::Paths RemoteTree::paths(const std::string& environment) {
  const std::lock_guard lock(mutex_);
  const auto known = paths_.find(environment);
  if (known != paths_.end()) return known->second;
  auto listed = texts(master_.request("_file_list", {{"saltenv", environment}, {"prefix", ""}}));
  std::sort(listed.begin(), listed.end());
  return paths_.emplace(environment, std::make_shared<const std::vector<std::string>>(std::move(listed))).first->second;
}

// Sizes are not told by a listing; who needs one reads the file.
std::vector<TreeEntry> RemoteTree::list(const std::string& environment, const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  std::vector<TreeEntry> entries;
  const auto known = paths(environment);
  for (const auto& path : *known)
    if (path.rfind(prefix, 0) == 0) entries.push_back({.path = path, .size_bytes = 0, .mode = 0644});
  return entries;
}

const RemoteTree::Known& RemoteTree::known(const std::string& environment, const std::string& path) {
  const auto key = std::pair(environment, path);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const Value told = master_.request("_file_hash", {{"path", path}, {"saltenv", environment}});
  Known entry;
  if (const Map* map = told.if_map()) {
    entry.hash = text_of(*map, "hsum");
    entry.hash_type = text_of(*map, "hash_type");
    entry.exists = !entry.hash.empty();
  }
  return known_.emplace(key, std::move(entry)).first->second;
}

std::vector<std::string> RemoteTree::folders(const std::string& environment, const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (auto& folder : texts(master_.request("_dir_list", {{"saltenv", environment}, {"prefix", prefix}})))
    if (folder != "." && folder.starts_with(prefix)) found.push_back(std::move(folder));
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::pair<std::string, std::string>> RemoteTree::symlinks(const std::string& environment,
                                                                      const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  const Value reply = master_.request("_symlink_list", {{"saltenv", environment}, {"prefix", prefix}});
  std::vector<std::pair<std::string, std::string>> found;
  if (const Map* links = reply.if_map())
    for (const auto& [path, target] : *links)
      if (path.is_string() && target.is_string() && path.as_string().starts_with(prefix))
        found.emplace_back(path.as_string(), target.as_string());
  return found;
}

std::optional<TreeEntry> RemoteTree::find(const std::string& environment, const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!known(environment, path).exists) return std::nullopt;
  TreeEntry entry{.path = path, .size_bytes = 0, .mode = 0644};
  const Value told = master_.request("_file_find", {{"path", path}, {"saltenv", environment}});
  const Value* stat = told.find("stat");
  const List* numbers = stat ? stat->if_list() : nullptr;
  if (numbers && numbers->size() > 6) {
    if (const auto* mode = (*numbers)[0].if_int()) entry.mode = static_cast<unsigned>(*mode) & 07777;
    if (const auto* size = (*numbers)[6].if_int()) entry.size_bytes = *size;
  }
  return entry;
}

// Chunks until an empty one; a short chunk is not the end (salt-wire-protocol.md, section 11). Most files are one chunk: the hash says
// that nothing follows, and saves a question.
std::string RemoteTree::fetch(const std::string& environment, const std::string& path, const Known& entry) {
  std::string content;
  while (true) {
    const Value told = master_.request("_serve_file", {{"path", path},
                                                       {"saltenv", environment},
                                                       {"loc", static_cast<std::int64_t>(content.size())}});
    const Map* map = told.if_map();
    if (!map) throw Error(ErrorKind::unavailable, "the master does not serve salt://{}", path);
    const std::string data = text_of(*map, "data");
    if (data.empty()) return content;
    content += data;
    if (content.size() == data.size() && hash_of(entry.hash_type, content) == entry.hash) return content;
    if (content.size() > size_limit_bytes)
      throw Error(ErrorKind::invalid, "salt://{} is larger than {} bytes", path, size_limit_bytes);
  }
}

// By content, so that no name from the master becomes a path here.
std::string RemoteTree::cached_file(const Known& entry) const {
  return cache_ + "/" + crypto::hash_hex(crypto::HashType::sha256, entry.hash_type + ":" + entry.hash);
}

// A file that was changed on the master while it came is fetched once more, whole, against what it is now.
std::optional<std::string> RemoteTree::read(const std::string& environment, const std::string& path) {
  const std::lock_guard lock(mutex_);
  for (int left = 2; left > 0; --left) {
    const Known entry = known(environment, path);
    if (!entry.exists) return std::nullopt;
    const std::string file = cached_file(entry);
    if (const UniqueFd cached(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)); cached) {
      std::string content = read_all(cached.get(), size_limit_bytes, file);
      if (hash_of(entry.hash_type, content) == entry.hash) return content;
    }
    std::string content = fetch(environment, path, entry);
    if (hash_of(entry.hash_type, content) == entry.hash) {
      keep(file, content);
      return content;
    }
    known_.erase({environment, path});
  }
  throw Error(ErrorKind::unavailable, "salt://{} from the master does not have the hash that the master tells, not at a second time either", path);
}

void RemoteTree::keep(const std::string& file, const std::string& content) {
  try {
    make_private_directory(cache_);
    replace_private_file(file, content);
  } catch (const Error& error) {
    log::warning("a fetched file is not kept: {}", error.what());
  }
}

std::optional<std::string> RemoteTree::sha256(const std::string& environment, const std::string& path) {
  const std::lock_guard lock(mutex_);
  const Known entry = known(environment, path);
  if (!entry.exists) return std::nullopt;
  if (entry.hash_type == "sha256") return entry.hash;
  const auto content = read(environment, path);
  return content ? std::optional(crypto::hash_hex(crypto::HashType::sha256, *content)) : std::nullopt;
}

}  // namespace halite::minion
