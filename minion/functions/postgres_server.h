// What the functions of postgres.* share: how to reach the server.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minion/functions/function.h"
#include "states/arguments.h"
#include "states/providers/postgres.h"

namespace halite::minion {

// The names are Salt's. What is empty comes from the minion's options and psql's own defaults.
struct PostgresServer {
  std::string user, host, maintenance_db, password, runas;
  std::optional<states::Number> port;

  states::PostgresAccess access() const;
  // The rows of one SELECT.
  std::vector<states::Postgres::Row> ask(Call& call, const std::string& select) const;
  void tell(Call& call, const std::string& statements) const;
  // As the states name it: for run_state().
  Map as_state() const;
};

template <class T>
Schema<T> with_server(Schema<T> schema) {
  return schema.optional(static_cast<std::string T::*>(&T::user), "user", "Role to connect as.")
      .optional(static_cast<std::string T::*>(&T::host), "host", "Server, or the directory of its socket.")
      .optional(static_cast<std::optional<states::Number> T::*>(&T::port), "port", "Port of the server.")
      .optional(static_cast<std::string T::*>(&T::maintenance_db), "maintenance_db", "Database to connect to.")
      .optional(static_cast<std::string T::*>(&T::password), "password", "Password to connect with.")
      .optional(static_cast<std::string T::*>(&T::runas), "runas", "User of the machine to run psql as.");
}

Map as_map(const states::Postgres::Row& row);
// Rows by the column `name`, which is left out of each.
Map by_name(const std::vector<states::Postgres::Row>& rows, const std::string& name);

}  // namespace halite::minion
