#include "master/files/file_server.h"

#include <set>

#include "common/base/error.h"

namespace halite::master {
namespace {

constexpr std::int64_t regular_file = 0100000;  // S_IFREG, as Python's os.stat gives it

// mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime. A tree knows two of them.
List stat_list(const TreeEntry& entry) {
  return {regular_file | static_cast<std::int64_t>(entry.mode), 0, 0, 1, 0, 0, entry.size_bytes, 0, 0, 0};
}

}  // namespace

Value file_list(FileTree& tree, const wire::ListFiles& request) {
  List paths;
  for (const auto& entry : tree.list(request.saltenv, request.prefix)) paths.emplace_back(entry.path);
  return paths;
}

Value dir_list(FileTree& tree, const wire::ListFiles& request) {
  std::set<std::string> folders;
  for (const auto& entry : tree.list(request.saltenv, request.prefix)) {
    folders.insert(".");
    for (auto slash = entry.path.find('/'); slash != std::string::npos; slash = entry.path.find('/', slash + 1))
      folders.insert(entry.path.substr(0, slash));
  }
  return std::vector<std::string>(folders.begin(), folders.end());
}

Value file_hash(FileTree& tree, const wire::FindFile& request) {
  const auto hash = tree.sha256(request.saltenv, request.path);
  if (!hash) return "";
  return Map{{"hash_type", "sha256"}, {"hsum", *hash}};
}

Value file_hash_and_stat(FileTree& tree, const wire::FindFile& request) {
  const auto entry = tree.find(request.saltenv, request.path);
  const Value hash = file_hash(tree, request);
  if (!entry || !hash.is_map()) return List{"", nullptr};
  return List{hash, stat_list(*entry)};
}

Value file_find(FileTree& tree, const wire::FindFile& request) {
  const auto entry = tree.find(request.saltenv, request.path);
  if (!entry) return Map{{"path", ""}, {"rel", ""}};
  return Map{{"path", request.path}, {"rel", request.path}, {"stat", stat_list(*entry)}, {"back", "roots"}};
}

Value serve_file(FileTree& tree, const wire::ServeFile& request, std::size_t chunk_size_bytes) {
  if (request.loc < 0) throw Error(ErrorKind::invalid, "an offset of {} is no place in a file", request.loc);
  auto data = tree.read_part(request.saltenv, request.path, request.loc, chunk_size_bytes);
  if (!data) return Map{{"data", ""}, {"dest", ""}};
  Map part{{"data", Value()}, {"dest", request.path}};
  part.set("data", Bytes{std::move(*data)});  // a list in braces would copy it
  return part;
}

}  // namespace halite::master
