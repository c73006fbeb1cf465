// Archives (tar with any compression, zip, rar, ...) by the program bsdtar of libarchive.
//
// A program and not the library: linked, libarchive costs every start of ours 16 ms and 0.4 MB of memory, and a hostile
// archive would be taken apart in a process of root's that holds pillar and keys. As a child it dies with the job.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/world.h"

namespace halite::states {

struct ArchiveEntry {
  std::string path;  // relative, without "." and ".." parts
  FileType type = FileType::regular;
  unsigned mode = 0644;
  std::string target;  // of a symlink
};

struct ArchiveRequest {
  std::string path;  // of the archive, on disk
  int strip_components = 0;
  std::vector<std::string> exclude = {};  // globs
  std::string password = {};              // of a zip
  bool keep_owners = true;                // those that the archive names; else all is ours
  bool keep_modes = true;                 // with setuid; else as the umask has it
};

// In the archive's order, sorted by path. Throws Error(invalid) for what is no archive, or needs a password.
std::vector<ArchiveEntry> list_archive(const ArchiveRequest& request, World& world);

// Unpacks into a directory that root alone may enter, and moves the parts from there to their places below
// `destination`, which must be there: each file is the old or the new one at every moment, and a link that somebody
// makes meanwhile leads nothing out. Gives the paths, relative.
std::vector<std::string> extract_archive(const ArchiveRequest& request, const std::string& destination, World& world);

// "tar", "zip" or "rar" by the end of a name, as Salt guesses it; empty when it says nothing.
std::string archive_format_of(const std::string& name);

}  // namespace halite::states
