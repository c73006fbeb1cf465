#include <algorithm>
#include <functional>
#include <set>

#include "common/base/strings.h"
#include "common/data/regex.h"
#include "states/modules/file/common.h"
#include "states/modules/file/directory.h"

namespace halite::states {
namespace {

struct Scope {
  bool user = false, group = false, mode = false, files = true, directories = true;
};

Scope read_scope(const Value& recurse) {
  static const std::vector<std::string> known{"user", "group", "mode", "ignore_files", "ignore_dirs", "silent"};
  Scope scope;
  if (!recurse.is_list()) throw Error(ErrorKind::invalid, "\"recurse\" must be formed as a list of strings");
  for (const Value& item : recurse.as_list()) {
    const std::string word = python_text(item);
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw Error(ErrorKind::invalid, "Types for \"recurse\" limited to \"{}\".{}", join(known, "\", \""),
                  did_you_mean(word, known));
    scope.user |= word == "user";
    scope.group |= word == "group";
    scope.mode |= word == "mode";
    if (word == "ignore_files") scope.files = false;
    if (word == "ignore_dirs") scope.directories = false;
  }
  if (!scope.files && !scope.directories)
    throw Error(ErrorKind::invalid,
                "Must not specify \"recurse\" options \"ignore_files\" and \"ignore_dirs\" at the same time.");
  return scope;
}

// Calls `visit` for all below `path`; symlinks are seen, never entered.
void walk(const std::string& path, std::int64_t depth_left, World& world,
          const std::function<void(const std::string&, const FileStatus&)>& visit) {
  for (const auto& name : world.host.list_directory(path)) {
    const std::string inner = (path == "/" ? "" : path) + "/" + name;
    const auto status = world.host.status(inner);
    if (!status) continue;
    const bool is_directory = status->type == FileType::directory;
    if (is_directory && depth_left == 0) continue;
    visit(inner, *status);
    if (is_directory) walk(inner, depth_left - 1, world, visit);
  }
}

Map differing(const Directory& asked, const Scope& scope, const FileStatus& status, World& world) {
  Map wrong;
  if (scope.user && owner_as_asked(status, asked.user, world) != asked.user->text) wrong.set("user", asked.user->text);
  if (scope.group && group_as_asked(status, asked.group, world) != asked.group->text)
    wrong.set("group", asked.group->text);
  const auto& mode = status.type == FileType::directory ? asked.dir_mode : asked.file_mode;
  if (scope.mode && mode && status.type != FileType::symlink && mode->bits != status.mode)
    wrong.set("mode", mode_text(mode->bits));
  return wrong;
}

bool is_excluded(const TextList& patterns, const std::string& relative) {
  return matches_any(relative, patterns.items);
}

}  // namespace

bool matches_any(const std::string& relative, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (pattern.starts_with("E@")) return Regex::compile(pattern.substr(2)).search(relative).has_value();
    return glob_match(pattern, relative);
  });
}

std::set<std::string> required_files(World& world) {
  std::set<std::string> paths;
  if (!world.require.is_list()) return paths;
  for (const Value& requisite : world.require.as_list()) {
    const Value* pattern = requisite.find("file");
    if (!pattern || !pattern->is_string()) continue;
    for (const Value& chunk : world.chunks) {
      const Value* state = chunk.find("state");
      const Value* name = chunk.find("name");
      const Value* id = chunk.find("__id__");
      if (!state || *state != Value("file") || !name || !name->is_string()) continue;
      const bool is_meant = glob_match(pattern->as_string(), name->as_string()) ||
                            (id && id->is_string() && glob_match(pattern->as_string(), id->as_string()));
      if (is_meant) paths.insert(full_path(name->as_string(), world));
    }
  }
  return paths;
}

Map differing_below(const Directory& asked, World& world) {
  const Scope scope = read_scope(asked.recurse);
  if (scope.user && !asked.user)
    throw Error(ErrorKind::invalid,
                "user not specified, but configured as a target for recursive ownership management");
  if (scope.group && !asked.group)
    throw Error(ErrorKind::invalid,
                "group not specified, but configured as a target for recursive ownership management");
  Map below;
  walk(asked.name, asked.max_depth ? asked.max_depth->value : -1, world,
       [&](const std::string& path, const FileStatus& status) {
         const bool counts = status.type == FileType::directory ? scope.directories : scope.files;
         if (!counts) return;
         Map wrong = differing(asked, scope, status, world);
         if (!wrong.empty()) below.set(path, std::move(wrong));
       });
  return below;
}

std::vector<std::string> surplus_below(const std::string& root, const std::set<std::string>& keep,
                                       const TextList& exclude_pat, World& world) {
  const auto is_kept = [&](const std::string& path) {
    for (const auto& one : keep) {
      if (path == one || one.starts_with(path + "/")) return true;                  // itself, or on the way to it
      if (path.starts_with(one + "/") && one.starts_with(root + "/")) return true;  // inside a kept directory
    }
    return false;
  };
  std::vector<std::string> surplus;
  walk(root, -1, world, [&](const std::string& path, const FileStatus&) {
    if (is_kept(path) || is_excluded(exclude_pat, path.substr(root == "/" ? 1 : root.size() + 1))) return;
    // What is in a removed directory goes with it.
    if (!surplus.empty() && path.starts_with(surplus.back() + "/")) return;
    surplus.push_back(path);
  });
  return surplus;
}

}  // namespace halite::states
