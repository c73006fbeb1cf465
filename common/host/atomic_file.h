// Replacing a file so that it is always the old one or the new one (architecture.md, rule 6).
#pragma once

#include <string>
#include <string_view>

#include "common/host/host.h"

namespace halite {

// See Host::replace_file. A new file without a mode gets 0644. Access lists and extended attributes of the old file
// are kept where the file system has them.
void replace_file_atomically(const std::string& path, std::string_view content, const FileAttributes& attributes);

// See Host::copy_file. The content goes through a buffer of 64 KiB.
void copy_file_atomically(const std::string& from, const std::string& to, const FileAttributes& attributes);

// Writes all of it, or throws with `path` named.
void write_all(int fd, std::string_view content, const std::string& path);

}  // namespace halite
