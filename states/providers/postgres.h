// PostgreSQL by its program psql: as a user of the machine, with a password that no command line shows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "states/arguments.h"
#include "states/world.h"

namespace halite::states {

// What is empty comes from the minion's options `postgres.host` and so on, and then from psql's own defaults.
struct PostgresAccess {
  std::string user;            // who runs psql; empty: postgres, unless the server is elsewhere
  std::string maintenance_db;  // the database to connect to; empty: postgres
  std::string db_user, db_password, db_host;
  std::optional<Number> db_port;
};

class Postgres {
 public:
  using Row = std::map<std::string, std::string>;

  Postgres(const PostgresAccess& access, World& world);

  // The rows of one SELECT, by column. Null is an empty text, true and false are "t" and "f".
  // Throws Error(unavailable) in psql's words.
  std::vector<Row> query(const std::string& select) const;
  // Statements, read by psql from its standard input up to the first that fails. What comes from outside must be quoted.
  void execute(const std::string& statements) const;

 private:
  CommandResult run(Argv words, const std::string& input) const;

  PostgresAccess access_;
  World& world_;
  std::string program_;
};

// A name, and a text, as SQL writes them.
std::string sql_name(std::string_view name);
std::string sql_text(std::string_view text);

// RFC 4180 with a header line.
std::vector<Postgres::Row> rows_of_csv(std::string_view text);
// The elements of an array such as {a,"b c"}.
std::vector<std::string> sql_array(std::string_view text);

}  // namespace halite::states
