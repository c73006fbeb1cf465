// A PostgreSQL server in memory, behind psql and Debian's cluster tools, for tests of states. It knows the statements that
// the state modules send, and no others.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace halite::states {

class FakePostgres {
 public:
  struct Role {
    std::set<std::string> flags{"INHERIT"};
    std::string password, valid_until;
    std::vector<std::string> groups = {};
  };
  struct Database {
    std::string owner = "postgres", encoding = "UTF8", tablespace = "pg_default";
    std::map<std::string, std::string> schemas = {};     // owner by name
    std::map<std::string, std::string> extensions = {};  // schema by name; the version is 1.8
    std::set<std::string> languages = {"internal", "c", "sql"};
  };
  struct Tablespace {
    std::string owner = "postgres", directory;
    std::map<std::string, std::string> options = {};
  };

  void install(FakeHost& host);

  std::map<std::string, Role> roles{{"postgres", {{"INHERIT", "SUPERUSER", "LOGIN"}, "", "", {}}}};
  std::map<std::string, Database> databases{{"postgres", {}}};
  std::map<std::string, Tablespace> tablespaces;
  std::map<std::string, std::set<std::string>> grants;  // "ROLE TYPE OBJECT": privileges
  std::map<std::string, std::string> clusters;          // "15/main": the rest of its line
  std::string password_encryption = "scram-sha-256";
  bool is_down = false;
  std::vector<Command> commands;

 private:
  CommandResult psql(const Command& command);
  std::string select(const std::string& query, Database& database);
  void statement(const std::string& text, Database& database);

  FakeHost* host_ = nullptr;
};

}  // namespace halite::states
