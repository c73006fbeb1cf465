// Paths as states name them: full, without tricks on the way, with the parents they need.
#pragma once

#include <optional>
#include <string>

#include "states/world.h"

namespace halite::states {

// Full path without a trailing slash; "~" and "~user" are homes. Throws Error(invalid) in Salt's words, and
// Error(denied) when a link of a user on the way leads to something that is not that user's.
std::string full_path(const std::string& name, World& world);
std::string parent_of(const std::string& path);
std::string base_name(const std::string& path);
// Without ".", "..", and doubled slashes, as text alone: no link is looked at.
std::string normal_path(const std::string& path);

// The file that a symlink leads to, when that may be followed: a link of another user than root is followed only to
// that user's own files. Throws Error(denied).
std::string follow_link(const std::string& path, World& world);

// Makes the missing parents of `path`.
void make_parents(const std::string& path, const FileAttributes& attributes, World& world);
// The same for what is ours alone: for nobody else to enter.
void make_private_parents(const std::string& path, Host& host);
// Salt's mode for parents of a file that has `mode` and no `dir_mode`: each digit that is not 0 may also search.
unsigned searchable(unsigned mode);

// Moves a file or a tree, also to another file system (by copying it there first).
void move_path(const std::string& from, const std::string& to, World& world);
// Copies a file or a tree with its links, modes and owners. The place must be free, unless both are files.
void copy_path(const std::string& from, const std::string& to, World& world);

// Where something in the way is moved to: a full path, or a name beside it. Throws Error(invalid) for anything else.
std::string backup_place(const std::string& path, const std::string& backupname);

}  // namespace halite::states
