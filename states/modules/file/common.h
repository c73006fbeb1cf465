// What the file states share: paths, owners, parents, and how a change is told.
#pragma once

#include <optional>
#include <string>

#include "states/arguments.h"
#include "states/resource.h"
#include "states/world.h"

namespace halite::states {

Function file_absent();
Function file_append();
Function file_directory();
Function file_exists();
Function file_managed();
Function file_missing();
Function file_prepend();
Function file_symlink();

// Full path without a trailing slash; "~" and "~user" are homes. Throws Error(invalid) in Salt's words.
std::string full_path(const std::string& name, World& world);
std::string parent_of(const std::string& path);

// Throws Error(not_found) "User x is not available" when an owner is not there (nor would be, in a dry run).
void check_owners(const std::optional<Text>& user, const std::optional<Text>& group, World& world);
// The asked spelling when the file belongs to that user, else the owner's name.
std::string owner_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world);
std::string group_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world);
FileAttributes attributes_of(const std::optional<Text>& user, const std::optional<Text>& group,
                             const std::optional<unsigned>& mode, World& world);

// Makes the missing parents of `path`.
void make_parents(const std::string& path, const FileAttributes& attributes, World& world);
// Salt's mode for parents of a file that has `mode` and no `dir_mode`: each digit that reads may also search.
unsigned searchable(unsigned mode);

// The file that a symlink leads to, when that may be followed: a link of another user than root is followed only to
// that user's own files. Throws Error(denied).
std::string follow_link(const std::string& path, World& world);

// Lines as Python's splitlines gives them.
std::vector<std::string> python_lines(std::string_view text);
// Salt's words for a replaced content: a unified diff, or which side is binary.
std::string content_change(const std::string& before, const std::string& after);

}  // namespace halite::states
