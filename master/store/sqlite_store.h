// The store in one SQLite file.
#pragma once

#include <memory>
#include <string>

#include "common/wire/loop.h"
#include "master/store/store.h"

namespace halite::master {

// `path` of the file (made with mode 0600 in a folder that exists), or ":memory:" for tests. Throws Error when it can't be
// opened, is damaged, or was written by a newer Halite.
std::unique_ptr<Store> make_sqlite_store(wire::Loop& loop, const std::string& path);

}  // namespace halite::master
