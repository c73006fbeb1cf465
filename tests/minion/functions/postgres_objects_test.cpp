#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  std::string answer, asked, told;
  Minion() {
    host.files["/etc/passwd"] += "postgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
    host.programs["psql"] = [this](const Command& command) {
      asked = command.argv.back();
      told += command.input;
      return FakeHost::result(0, answer);
    };
  }
};

}  // namespace

TEST_CASE("privileges are listed by role, and true is what may be handed on") {
  Minion minion;
  minion.answer = "role,privilege,grantable\npublic,CONNECT,f\nweb,CONNECT,t\nweb,CREATE,f\n";
  CHECK(minion.call("postgres.privileges_list", {"app", "DATABASE"}) ==
        Value(Map{{"public", Map{{"CONNECT", false}}}, {"web", Map{{"CONNECT", true}, {"CREATE", false}}}}));
  CHECK(minion.asked.find("o.datname = 'app'") != std::string::npos);
  minion.answer = "role,admin\nalice,t\n";
  CHECK(minion.call("postgres.privileges_list", {"web", "group"}) == Value(Map{{"alice", true}}));
  CHECK(minion.call("postgres.privileges_list", {"x", "tabel"}).as_string().find("Invalid object_type: tabel provided; did you mean 'table'?") !=
        std::string::npos);
}

TEST_CASE("names are quoted, whatever they hold") {
  Minion minion;
  minion.answer = "role,privilege,grantable\n";
  minion.call("postgres.privileges_list", {"x{1}'; DROP TABLE y; --", "table"}, {{"prepend", "{0}' OR '1"}});
  CHECK(minion.asked.find("o.relname = 'x{1}''; DROP TABLE y; --'") != std::string::npos);
  CHECK(minion.asked.find("n.nspname = '{0}'' OR ''1'") != std::string::npos);
  minion.call("postgres.tablespace_alter", {"a\"b"}, {{"new_owner", "web"}, {"set_option", Map{{"seq_page_cost", 1.1}}}, {"new_name", "c"}});
  CHECK(minion.told ==
        "ALTER TABLESPACE \"a\"\"b\" OWNER TO \"web\";\nALTER TABLESPACE \"a\"\"b\" SET (\"seq_page_cost\" = '1.1');\nALTER TABLESPACE \"a\"\"b\" RENAME TO \"c\";\n");
}

TEST_CASE("what a role has is looked at before anything is said to the server") {
  Minion minion;
  minion.answer = "owns,privileges\nf,\"{CONNECT}\"\n";
  const List args{"web", "app", "database", "CONNECT"};
  CHECK(minion.call("postgres.has_privileges", args) == Value(true));
  CHECK(minion.call("postgres.has_privileges", {"web", "app", "database", "CONNECT,CREATE"}) == Value(false));
  CHECK(minion.call("postgres.privileges_grant", args) == Value(false));
  CHECK(minion.told.empty());
  CHECK(minion.call("postgres.has_privileges", {"web", "app", "database", "SELECT"}).as_string().find("Invalid privilege(s): SELECT") != std::string::npos);
}

}  // namespace halite::minion
