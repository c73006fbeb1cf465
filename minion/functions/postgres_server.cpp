#include "minion/functions/postgres_server.h"

#include "minion/functions/world.h"

namespace halite::minion {

states::PostgresAccess PostgresServer::access() const {
  return {.user = runas, .maintenance_db = maintenance_db, .db_user = user, .db_password = password, .db_host = host, .db_port = port};
}

std::vector<states::Postgres::Row> PostgresServer::ask(Call& call, const std::string& select) const {
  states::World world = make_world(call);
  return states::Postgres(access(), world).query(select);
}

void PostgresServer::tell(Call& call, const std::string& statements) const {
  states::World world = make_world(call);
  states::Postgres(access(), world).execute(statements);
}

Map PostgresServer::as_state() const {
  const auto text = [](const std::string& value) { return value.empty() ? Value() : Value(value); };
  return {{"user", text(runas)},
          {"db_host", text(host)},
          {"db_user", text(user)},
          {"db_password", text(password)},
          {"db_port", port ? Value(port->value) : Value()}};
}

Map as_map(const states::Postgres::Row& row) {
  Map map;
  for (const auto& [column, value] : row) map.set(column, value);
  return map;
}

Map by_name(const std::vector<states::Postgres::Row>& rows, const std::string& name) {
  Map found;
  for (const auto& row : rows) {
    Map map = as_map(row);
    map.erase(name);
    found.set(row.at(name), map);
  }
  return found;
}

}  // namespace halite::minion
