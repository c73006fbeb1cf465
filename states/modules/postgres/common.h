// What the state modules of PostgreSQL share: how to reach the server, and a server that is not there yet.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "states/providers/postgres.h"
#include "states/resource.h"

namespace halite::states {

template <class T>
Schema<T> with_postgres_server(Schema<T> schema) {
  return schema
      .parameter(static_cast<std::string T::*>(&T::user), "user",
                 "User of the machine to run psql as. Unset: postgres, unless the server is elsewhere.")
      .parameter(static_cast<std::string T::*>(&T::db_password), "db_password", "Password to connect with.")
      .secret()
      .parameter(static_cast<std::string T::*>(&T::db_host), "db_host",
                 "Server, or the directory of its socket. Unset: the option postgres.host, or this machine.")
      .parameter(static_cast<std::optional<Number> T::*>(&T::db_port), "db_port", "Port of the server.")
      .parameter(static_cast<std::string T::*>(&T::db_user), "db_user", "Role to connect as.");
}

template <class T>
Schema<T> with_postgres_access(Schema<T> schema) {
  return with_postgres_server(std::move(schema).parameter(static_cast<std::string T::*>(&T::maintenance_db), "maintenance_db",
                                                          "Database to connect to. Unset: postgres."));
}

// The look, or nothing in a dry run whose earlier states may yet bring the server.
template <class T>
std::optional<T> look_at_server(World& world, const std::function<std::optional<T>()>& look) {
  try {
    return look();
  } catch (const Error&) {
    if (world.dry_run && !world.plan.empty()) return std::nullopt;
    throw;
  }
}

// Runs `work`; an error that leaves it begins with `what`.
void failing_as(const std::string& what, const std::function<void()>& work);

// {name: word}: how Salt tells what came and went.
Map named_change(const std::string& name, const std::string& word);

}  // namespace halite::states
