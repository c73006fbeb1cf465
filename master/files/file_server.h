// Answers of the file server, in the shapes of salt-wire-protocol.md, section 7.3. A path or environment from a minion is only
// ever looked up in a tree, and trees stay below their roots.
#pragma once

#include <memory>
#include <string>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/wire/messages/file.h"

namespace halite::master {

// Pure functions of a tree: they block, so they are for workers.
Value file_list(FileTree& tree, const wire::ListFiles& request);
Value dir_list(FileTree& tree, const wire::ListFiles& request);
// {hash_type, hsum}, or "" when there is no such file.
Value file_hash(FileTree& tree, const wire::FindFile& request);
// [{hash_type, hsum}, stat], or ["", null].
Value file_hash_and_stat(FileTree& tree, const wire::FindFile& request);
// {path, rel, stat, back}; path and rel are empty when there is no such file. The path on the master's disk is not told.
Value file_find(FileTree& tree, const wire::FindFile& request);
// {data, dest}; both empty when there is no such file, data empty at the end. Never compressed: the protocol leaves it to
// the master.
Value serve_file(FileTree& tree, const wire::ServeFile& request, std::size_t chunk_size_bytes);

}  // namespace halite::master
