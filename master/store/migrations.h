// The store's tables, as steps from one version to the next. Private to this folder.
#pragma once

#include "master/store/sqlite.h"

namespace halite::master {

// Brings the tables up to date in one transaction. Throws Error(invalid) for a store that a newer Halite wrote.
void migrate(Database& database);

}  // namespace halite::master
