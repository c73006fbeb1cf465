#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/postgres.h"
#include "states/providers/postgres_password.h"
#include "tests/states/fake_postgres.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) { return result.at("comment").as_string(); }
const Map& changes(const Map& result) { return result.at("changes").as_map(); }

struct Server : Scene {
  FakePostgres postgres;
  Server() { postgres.install(host); }
};

}  // namespace

TEST_CASE("postgres_user.present creates a role that logs in, and then changes what differs alone") {
  Server scene;
  const Map args{{"name", "web"}, {"createdb", true}, {"password", "swordfish"}};
  const Map planned = scene.dry("postgres_user.present", args);
  CHECK(comment(planned) == "User web is set to be created");
  CHECK(changes(planned) == Map{{"web", "Present"}});
  const Map made = scene.state("postgres_user.present", args);
  CHECK(comment(made) == "The user web has been created");
  CHECK(changes(made) == changes(planned));
  CHECK(scene.postgres.roles.at("web").flags == std::set<std::string>{"INHERIT", "LOGIN", "CREATEDB"});
  CHECK(scene.postgres.roles.at("web").password.starts_with("SCRAM-SHA-256$4096:"));
  CHECK(comment(scene.state("postgres_user.present", args)) == "User web is already present");
  const Map updated = scene.state("postgres_user.present", {{"name", "web"}, {"createdb", false}, {"superuser", true}, {"password", "other"}, {"valid_until", "2030-01-01 00:00:00"}});
  CHECK(changes(updated) == Map{{"web", Map{{"createdb", false}, {"superuser", true}, {"valid_until", "2030-01-01 00:00:00"}, {"password", true}}}});
  CHECK(comment(updated) == "The user web has been updated");
  CHECK(scene.state("postgres_user.present", {{"name", "web"}, {"login", false}}).at("result") == Value(true));
  CHECK_FALSE(scene.postgres.roles.at("web").flags.count("LOGIN"));
}

TEST_CASE("a password that is right stays as it is kept, and refresh_password sets it unseen each time") {
  Server scene;
  scene.postgres.roles["old"] = {{"INHERIT", "LOGIN"}, password_verifier("old", "secret", "md5"), "", {}};
  CHECK(changes(scene.state("postgres_user.present", {{"name", "old"}, {"password", "secret"}})).empty());
  CHECK(changes(scene.state("postgres_user.present", {{"name", "old"}, {"password", "secret"}, {"encrypted", "scram-sha-256"}})) ==
        Map{{"old", Map{{"password", true}}}});
  CHECK(scene.postgres.roles.at("old").password.starts_with("SCRAM"));
  const Map refresh{{"name", "old"}, {"password", "secret"}, {"refresh_password", true}};
  CHECK(changes(scene.state("postgres_user.present", refresh)) == Map{{"old", Map{{"password", true}}}});
  CHECK(changes(scene.state("postgres_user.present", refresh)) == Map{{"old", Map{{"password", true}}}});
  CHECK(comment(scene.state("postgres_user.present", {{"name", "x"}, {"password", "y"}, {"encrypted", "rot13"}})) == "Unknown password algorithm: rot13");
  scene.state("postgres_user.present", {{"name", "fresh"}, {"default_password", "first"}, {"encrypted", true}});
  CHECK(is_password_of("fresh", "first", scene.postgres.roles.at("fresh").password));
}

TEST_CASE("passwords and statements are on no command line, and their file is the user's alone and gone") {
  Server scene;
  std::string file;
  auto psql = scene.host.programs["psql"];
  scene.host.programs["psql"] = [&](const Command& command) {
    const std::string path = command.environment.at("PGPASSFILE");
    file = fmt::format("{} {:o} {}", scene.host.files.at(path), scene.host.nodes.at(path).mode, scene.host.nodes.at(path).uid);
    return psql(command);
  };
  scene.state("postgres_user.present", {{"name", "web"}, {"password", "swordfish"}, {"db_host", "db.example.org"}, {"db_port", 5433}, {"db_user", "admin"}, {"db_password", "a:b\\c"}, {"user", "alice"}});
  CHECK(file == "*:*:*:*:a\\:b\\\\c\n 600 1000");
  for (const Command& command : scene.postgres.commands) {
    CHECK(command.run_as == "alice");
    CHECK(join(command.argv, " ").find("swordfish") == std::string::npos);
    CHECK(join(command.argv, " ").find("--username admin --host db.example.org --port 5433 --dbname postgres") != std::string::npos);
  }
  for (const auto& [path, content] : scene.host.files) CHECK_FALSE(path.starts_with("/tmp/"));
}

TEST_CASE("a server that is down is a failure, unless an earlier state of a dry run may bring it") {
  Server scene;
  scene.postgres.is_down = true;
  const Map args{{"name", "web"}};
  CHECK(comment(scene.dry("postgres_user.present", args)).find("connection to server failed") != std::string::npos);
  CHECK(scene.state("postgres_user.present", args).at("result") == Value(false));
  scene.options.test = true;
  const auto run = scene.run({chunk("postgres_cluster.present", "main", {{"version", 15}}), chunk("postgres_user.present", "web")});
  CHECK(result_of(run, "web").at("comment") == Value("User web is set to be created"));
}

TEST_CASE("postgres_group has members, and a role that is missing is told") {
  Server scene;
  CHECK(comment(scene.state("postgres_group.present", {{"name", "staff"}})) == "The group staff has been created");
  CHECK_FALSE(scene.postgres.roles.at("staff").flags.count("LOGIN"));
  const Map args{{"name", "web"}, {"groups", "staff"}};
  scene.state("postgres_user.present", {{"name", "web"}});
  CHECK(changes(scene.state("postgres_user.present", args)) == Map{{"web", Map{{"groups", List{"staff"}}}}});
  CHECK(changes(scene.state("postgres_user.present", args)).empty());
  CHECK(comment(scene.state("postgres_user.present", {{"name", "web"}, {"groups", List{"none"}}})) ==
        "Failed to update user web: ERROR:  role \"none\" does not exist");
  CHECK(comment(scene.dry("postgres_group.absent", {{"name", "staff"}})) == "Group staff is set to be removed");
  CHECK(changes(scene.state("postgres_group.absent", {{"name", "staff"}})) == Map{{"staff", "Absent"}});
  CHECK(comment(scene.state("postgres_group.absent", {{"name", "staff"}})) == "Group staff is not present, so it cannot be removed");
}

TEST_CASE("postgres_database creates, gives to another owner, and refuses what can't be changed") {
  Server scene;
  scene.postgres.roles["web"] = {};
  const Map args{{"name", "web"}, {"owner", "web"}, {"encoding", "utf8"}};
  CHECK(comment(scene.dry("postgres_database.present", args)) == "Database web is set to be created");
  CHECK(changes(scene.state("postgres_database.present", args)) == Map{{"web", "Present"}});
  scene.postgres.databases.at("web").encoding = "UTF8";
  CHECK(comment(scene.state("postgres_database.present", args)) == "Database web is already present");
  CHECK(comment(scene.dry("postgres_database.present", {{"name", "web"}, {"owner", "postgres"}})) ==
        "Database web exists, but parameters need to be changed");
  CHECK(changes(scene.state("postgres_database.present", {{"name", "web"}, {"owner", "postgres"}})) == Map{{"web", "Parameters changed"}});
  CHECK(comment(scene.state("postgres_database.present", {{"name", "web"}, {"encoding", "LATIN1"}})) ==
        "Database web has wrong parameters which couldn't be changed on fly.");
  CHECK(comment(scene.state("postgres_database.absent", {{"name", "web"}})) == "Database web has been removed");
  CHECK(comment(scene.state("postgres_database.absent", {{"name", "web"}})) == "Database web is not present, so it cannot be removed");
}

TEST_CASE("postgres_privileges grants what is missing and revokes what is held") {
  Server scene;
  const Map args{{"name", "web"}, {"object_name", "data"}, {"object_type", "table"}, {"privileges", List{"select", "INSERT"}}};
  CHECK(comment(scene.dry("postgres_privileges.present", args)) == "The privilege(s): select,INSERT are set to be granted to web");
  CHECK(changes(scene.state("postgres_privileges.present", args)) == Map{{"web", "Present"}});
  CHECK(scene.postgres.grants.at("web data") == std::set<std::string>{"INSERT", "SELECT"});
  CHECK(comment(scene.state("postgres_privileges.present", args)) == "The requested privilege(s) are already set");
  CHECK(changes(scene.state("postgres_privileges.absent", args)) == Map{{"web", "Absent"}});
  CHECK(comment(scene.state("postgres_privileges.absent", args)) == "The requested privilege(s) are not set so cannot be revoked");
  const auto with = [&](Map more) {
    Map all = args;
    for (const auto& [key, value] : more) all.set(key, value);
    return comment(scene.state("postgres_privileges.present", all));
  };
  CHECK(with({{"privileges", List{"SELEKT"}}}) == "Invalid privilege(s): SELEKT provided for object table; did you mean 'SELECT'?");
  CHECK(with({{"object_name", "none"}}) == "There is no table none");
  CHECK(with({{"object_type", "group"}}) == "The privileges option should not be set for object_type group");
}

TEST_CASE("postgres_schema and postgres_extension manage what is in a database") {
  Server scene;
  scene.postgres.databases["web"];
  const Map schema{{"name", "app"}, {"dbname", "web"}};
  CHECK(comment(scene.state("postgres_schema.present", schema)) == "Schema app has been created in database web");
  CHECK(comment(scene.state("postgres_schema.present", schema)) == "Schema app already exists in database web");
  CHECK(changes(scene.state("postgres_schema.absent", schema)) == Map{{"app", "Absent"}});
  CHECK(comment(scene.state("postgres_schema.present", {{"name", "app"}, {"dbname", "none"}})).find("\"none\" does not exist") != std::string::npos);
  const Map extension{{"name", "hstore"}, {"maintenance_db", "web"}};
  CHECK(comment(scene.dry("postgres_extension.present", extension)) == "Extension hstore is set to be installed");
  CHECK(changes(scene.state("postgres_extension.present", extension)) == Map{{"hstore", "Installed"}});
  CHECK(changes(scene.state("postgres_extension.present", {{"name", "hstore"}, {"maintenance_db", "web"}, {"schema", "app"}})) == Map{{"hstore", "Upgraded"}});
  CHECK(changes(scene.state("postgres_extension.absent", extension)) == Map{{"hstore", "Absent"}});
  CHECK(comment(scene.state("postgres_extension.present", {{"name", "nonesuch"}})) ==
        "Failed to install extension nonesuch: ERROR:  extension \"nonesuch\" is not available");
}

TEST_CASE("postgres_cluster creates and drops Debian's clusters") {
  Server scene;
  const Map args{{"name", "main"}, {"version", 15}, {"port", 5440}, {"datadir", "/srv/data"}, {"locale", "C.UTF-8"}, {"data_checksums", true}};
  CHECK(comment(scene.dry("postgres_cluster.present", args)) == "Cluster 15/main is set to be created");
  CHECK(changes(scene.state("postgres_cluster.present", args)) == Map{{"15/main", "Present"}});
  CHECK(scene.host.ran[scene.host.ran.size() - 2] == Argv{"pg_createcluster", "--port", "5440", "--locale", "C.UTF-8", "--datadir", "/srv/data", "15", "main", "--", "--data-checksums"});
  CHECK(comment(scene.state("postgres_cluster.present", args)) == "Cluster 15/main is already present");
  CHECK(comment(scene.state("postgres_cluster.present", {{"name", "main"}, {"version", 15}, {"port", 1}})) ==
        "Cluster 15/main has wrong parameters which couldn't be changed on fly.");
  CHECK(changes(scene.state("postgres_cluster.absent", {{"name", "main"}, {"version", 15}})) == Map{{"main", "Absent"}});
  CHECK(comment(scene.state("postgres_cluster.absent", {{"name", "main"}, {"version", 15}})) ==
        "Cluster 15/main is not present, so it cannot be removed");
}

TEST_CASE("names and texts can't leave their quotes, and answers are read back whole") {
  CHECK(sql_name("a\"b") == "\"a\"\"b\"");
  CHECK_THROWS_AS(sql_name(""), Error);
  CHECK(sql_text("it's") == "'it''s'");
  CHECK(sql_text("\\';--") == "E'\\\\'';--'");
  const auto rows = rows_of_csv("a,b\n\"x,\"\"y\"\"\nz\",\n1,2\n");
  CHECK(rows.size() == 2);
  CHECK(rows.at(0).at("a") == "x,\"y\"\nz");
  CHECK(rows.at(1).at("b") == "2");
  CHECK(sql_array("{a,\"b \\\"c\",d}") == std::vector<std::string>{"a", "b \"c", "d"});
  CHECK(sql_array("{}").empty());
}

TEST_CASE("verifiers are PostgreSQL's own") {
  CHECK(password_verifier("web", "swordfish", "md5").size() == 35);
  CHECK(is_password_of("hweb", "other",
                       "SCRAM-SHA-256$4096:kBhgHVctWT/W4/GKCuBYtQ==$ACnteP4qmkrnpQW1+Y1XZ59fn5TQzmoXRhTpeG5jmeI=:jnpFnac2Gb5ETe07z6SKb9UqbK9aJXe5YaMSpebe0g0="));
  CHECK(is_password_of("sweb", "other", "md500e768889f023911c0ef2b5696ceca96"));
  CHECK_FALSE(is_password_of("sweb", "wrong", "md500e768889f023911c0ef2b5696ceca96"));
  CHECK_FALSE(is_password_of("web", "x", "SCRAM-SHA-256$x"));
  CHECK_THROWS_AS(password_verifier("web", "pässword", "scram-sha-256"), Error);
}

TEST_CASE("postgres_tablespace makes a tablespace, changes what can be changed, and says what can not") {
  Server scene;
  const Map args{{"name", "fast"}, {"directory", "/srv/fast"}, {"options", Map{{"seq_page_cost", 1.1}}}};
  CHECK(comment(scene.dry("postgres_tablespace.present", args)) == "Tablespace fast is set to be created");
  CHECK(changes(scene.state("postgres_tablespace.present", args)) == Map{{"fast", "Present"}});
  CHECK(scene.postgres.tablespaces.at("fast").options.at("seq_page_cost") == "1.1");
  CHECK(comment(scene.state("postgres_tablespace.present", args)) == "Tablespace fast is already present");
  const Map changed{{"name", "fast"}, {"directory", "/srv/fast"}, {"owner", "web"}, {"options", Map{{"random_page_cost", 2}}}};
  CHECK(changes(scene.state("postgres_tablespace.present", changed)) ==
        Map{{"fast", Map{{"owner", "web"}, {"options", Map{{"random_page_cost", "2"}}}}}});
  CHECK(scene.postgres.tablespaces.at("fast").options.size() == 2);
  const Map moved = scene.state("postgres_tablespace.present", {{"name", "fast"}, {"directory", "/srv/other"}});
  CHECK(moved.at("result") == Value(false));
  CHECK(comment(moved).find("is not at the right location") != std::string::npos);
  CHECK(changes(scene.state("postgres_tablespace.absent", {{"name", "fast"}})) == Map{{"fast", "Absent"}});
  CHECK(comment(scene.state("postgres_tablespace.absent", {{"name", "fast"}})) == "Tablespace fast is not present, so it cannot be removed");
}

TEST_CASE("postgres_language brings a language to one database; one that an extension brought goes with it") {
  Server scene;
  scene.postgres.databases["web"] = {};
  const Map args{{"name", "plperl"}, {"maintenance_db", "web"}};
  CHECK(comment(scene.state("postgres_language.present", args)) == "Language plperl has been installed");
  CHECK(scene.postgres.databases["web"].languages.count("plperl"));
  CHECK(comment(scene.state("postgres_language.present", args)) == "Language plperl is already installed");
  CHECK(changes(scene.state("postgres_language.absent", args)) == Map{{"plperl", "Absent"}});
  CHECK(comment(scene.state("postgres_language.absent", args)) == "Language plperl is not present so it cannot be removed");
  CHECK(comment(scene.state("postgres_language.present", {{"name", "plperl"}})).find("'maintenance_db' is missing") != std::string::npos);
}

}  // namespace halite::states
