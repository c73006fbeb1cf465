// The struct of file.directory, and the walk through what is below it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/resource.h"

namespace halite::states {

struct Directory {
  std::string name;
  std::optional<Text> user, group;
  std::optional<FileMode> dir_mode, file_mode;
  Value recurse;
  std::optional<Number> max_depth;
  bool makedirs = false, clean = false, follow_symlinks = false, force = false, allow_symlink = true,
       children_only = false;
  TextList exclude_pat;
  std::string backupname;

  // Derived.
  std::optional<Text> own_user, own_group;  // of the directory itself
  std::optional<FileMode> own_mode;
  std::optional<Map> below;                       // path -> what is not as asked, below the directory
  std::optional<std::vector<std::string>> extra;  // what `clean` removes
  std::optional<std::string> in_the_way;          // "file" or "symlink" where the directory should be
};

// What differs below the directory, by `recurse` and `max_depth`: path -> {user, group, mode} as they should be.
Map differing_below(const Directory& asked, World& world);
// True when one of the globs, or of the regular expressions behind "E@", matches the path.
bool matches_any(const std::string& relative, const std::vector<std::string>& patterns);
// Files of the states that the one that runs requires.
std::set<std::string> required_files(World& world);
// What is below `root` and neither kept, nor in a kept directory, nor excluded.
std::vector<std::string> surplus_below(const std::string& root, const std::set<std::string>& keep,
                                       const TextList& exclude_pat, World& world);

}  // namespace halite::states
