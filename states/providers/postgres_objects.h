// What PostgreSQL's catalogs say of objects that roles have privileges on, and whose they are.
#pragma once

#include <string>
#include <vector>

#include "states/providers/postgres.h"

namespace halite::states {

struct PostgresObjectType {
  std::vector<std::string> privileges;
  std::string relation, acl, owner, kind;  // in the catalog `relation`, named o; `kind` as acldefault() has it
  std::string where;                       // that picks one object
};

// "table", "sequence", "schema", "tablespace", "language", "database", "function". Throws Error(invalid) for another.
const PostgresObjectType& postgres_object_type(const std::string& name);
// Its condition for this object; `schema` is that of a table, a sequence or a function.
std::string postgres_object_condition(const PostgresObjectType& type, const std::string& object, const std::string& schema);

// Everything in the database that is somebody's becomes the role's; what an extension or the system brought stays theirs.
void give_database_contents(PostgresAccess access, const std::string& database, const std::string& role, World& world);

}  // namespace halite::states
