// What the file states share: their list, and owners.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "states/arguments.h"
#include "states/providers/paths.h"
#include "states/resource.h"
#include "states/text/lines.h"
#include "states/world.h"

namespace halite::states {

Function file_absent();
Function file_accumulated();
Function file_append();
Function file_blockreplace();
Function file_cached();
Function file_comment();
Function file_copy();
Function file_decode();
Function file_directory();
Function file_exists();
Function file_hardlink();
Function file_keyvalue();
Function file_line();
Function file_managed();
Function file_missing();
Function file_mknod();
Function file_not_cached();
Function file_patch();
Function file_prepend();
Function file_pruned();
Function file_recurse();
Function file_rename();
Function file_replace();
Function file_serialize();
Function file_symlink();
Function file_tidied();
Function file_touch();
Function file_uncomment();

// What file.accumulated gathered for a file: {accumulator: [texts]}, or null; and the lines of the accumulators that are for
// the state which runs now, or of all when none is for it alone.
Value accumulated_for(const std::string& file, const World& world);
std::vector<std::string> accumulated_lines(const std::string& file, const World& world);

// Throws Error(not_found) "User x is not available" when an owner is not there (nor would be, in a dry run).
void check_owners(const std::optional<Text>& user, const std::optional<Text>& group, World& world);
// The same in the words of the functions about links: "User x does not exist".
void check_owners_exist(const std::optional<Text>& user, const std::optional<Text>& group, World& world);
// Where Salt gives what nobody is named for: root, and the group that a user has as its own.
Text owner_or_root(const std::optional<Text>& user);
std::optional<Text> group_of_owner(const Text& user, World& world);

// The asked spelling when the file belongs to that user, else the owner's name.
std::string owner_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world);
std::string group_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world);
FileAttributes attributes_of(const std::optional<Text>& user, const std::optional<Text>& group,
                             const std::optional<unsigned>& mode, World& world);

// Arguments for Windows that Salt's trees carry.
std::vector<std::pair<std::string, std::string>> ignored_on_linux();

}  // namespace halite::states
