// postgres.*: a PostgreSQL server by psql, and Debian's clusters.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/postgres_server.h"
#include "minion/functions/state_backed.h"
#include "minion/functions/world.h"
#include "states/providers/postgres.h"
#include "states/providers/postgres_clusters.h"

namespace halite::minion {
namespace {

using states::sql_text;
using Server = PostgresServer;

// Salt's functions of schemas name the same things in another way.
template <class T>
Schema<T> with_db_server(Schema<T> schema) {
  return schema.optional(static_cast<std::string T::*>(&T::runas), "user", "User of the machine to run psql as.")
      .optional(static_cast<std::string T::*>(&T::user), "db_user", "Role to connect as.")
      .optional(static_cast<std::string T::*>(&T::password), "db_password", "Password to connect with.")
      .optional(static_cast<std::string T::*>(&T::host), "db_host", "Server, or the directory of its socket.")
      .optional(static_cast<std::optional<states::Number> T::*>(&T::port), "db_port", "Port of the server.");
}

struct Query : Server {
  std::string query;
  Value write;
};
struct Name : Server {
  std::string name;
};
struct Role : Server {
  std::string username;
  Value createdb, createroles, inherit, login, encrypted, superuser, replication, rolepassword, valid_until, groups;
  std::optional<states::Number> connlimit;
};
struct Database : Server {
  std::string name;
  Value tablespace, encoding, lc_collate, lc_ctype, owner, template_name;
  bool owner_recurse = false;
};
struct InDatabase : Server {
  std::string dbname, name;
  Value owner;
};
struct Roles : Server {
  bool return_password = false;
};

Value version(const Server& args, Call& call) {
  const auto rows = args.ask(call, "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'server_version'");
  return rows.empty() ? Value() : Value(rows[0].at("setting"));
}

Value psql_query(const Query& args, Call& call) {
  List rows;
  for (const auto& row : args.ask(call, args.query)) rows.push_back(as_map(row));
  return rows;
}

Map databases(const Server& args, Call& call) {
  return by_name(args.ask(call,
                            "SELECT datname AS \"Name\", r.rolname AS \"Owner\", pg_encoding_to_char(encoding) AS \"Encoding\", datcollate "
                            "AS \"Collate\", datctype AS \"Ctype\", datacl AS \"Access privileges\", spcname AS \"Tablespace\" FROM "
                            "pg_database d JOIN pg_roles r ON r.oid = d.datdba JOIN pg_tablespace t ON t.oid = d.dattablespace"),
                 "Name");
}

Value db_list(const Server& args, Call& call) { return databases(args, call); }
Value db_exists(const Name& args, Call& call) { return databases(args, call).contains(args.name); }

Map roles(const Roles& args, Call& call) {
  const auto rows = args.ask(
      call, std::string("SELECT r.rolname AS name, r.rolsuper AS \"superuser\", r.rolinherit AS \"inherits privileges\", r.rolcreaterole AS "
                        "\"can create roles\", r.rolcreatedb AS \"can create databases\", r.rolcanlogin AS \"can login\", r.rolreplication "
                        "AS \"replication\", r.rolconnlimit AS \"connections\", ARRAY(SELECT g.rolname FROM pg_auth_members m JOIN pg_roles "
                        "g ON m.roleid = g.oid WHERE m.member = r.oid) AS groups, r.rolvaliduntil::timestamp(0) AS \"expiry time\", "
                        "s.setconfig AS \"defaults variables\"") +
                (args.return_password ? ", r.rolpassword AS password FROM pg_authid r" : " FROM pg_roles r") +
                " LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0");
  Map found;
  for (const auto& row : rows) {
    Map role;
    for (const char* flag : {"superuser", "inherits privileges", "can create roles", "can create databases", "can login", "replication"})
      role.set(flag, row.at(flag) == "t");
    role.set("can update system catalogs", Value());
    role.set("connections", parse_int(row.at("connections")).value_or(-1));
    role.set("expiry time", row.at("expiry time").empty() ? Value() : Value(row.at("expiry time")));
    role.set("defaults variables", row.at("defaults variables"));
    role.set("groups", states::sql_array(row.at("groups")));
    if (args.return_password) role.set("password", row.at("password"));
    found.set(row.at("name"), role);
  }
  return found;
}

Value user_list(const Roles& args, Call& call) { return roles(args, call); }

struct OneRole : Roles {
  std::string name;
};
Value role_get(const OneRole& args, Call& call) {
  const Map all = roles(args, call);
  const Value* found = all.find(args.name);
  return found ? *found : Value();
}
Value user_exists(const OneRole& args, Call& call) { return roles(args, call).contains(args.name); }

Map role_arguments(const Role& args) {
  Map map = args.as_state();
  const auto set = [&](const char* name, const Value& value) { map.set(name, value); };
  set("name", args.username);
  set("maintenance_db", args.maintenance_db.empty() ? Value() : Value(args.maintenance_db));
  set("createdb", args.createdb);
  set("createroles", args.createroles);
  set("inherit", args.inherit);
  set("login", args.login);
  set("encrypted", args.encrypted);
  set("superuser", args.superuser);
  set("replication", args.replication);
  set("password", args.rolepassword);
  set("groups", args.groups);
  return map;
}

bool has_role(const Role& args, Call& call) {
  return !args.ask(call, "SELECT 1 AS one FROM pg_roles WHERE rolname = " + sql_text(args.username)).empty();
}

// Makes a role that is not there, or changes one that is; false for the other way round, as Salt has it.
template <bool is_group, bool is_new>
Value bring_role(const Role& args, Call& call) {
  if (has_role(args, call) == is_new) return false;
  Map map = role_arguments(args);
  if (!is_group) map.set("valid_until", args.valid_until);
  if (!is_new && !args.rolepassword.is_null()) map.set("refresh_password", true);
  run_state(call, is_group ? "postgres_group.present" : "postgres_user.present", map);
  if (args.connlimit) args.tell(call, fmt::format("ALTER ROLE {} CONNECTION LIMIT {};\n", states::sql_name(args.username), args.connlimit->value));
  return true;
}

Value role_remove(const Role& args, Call& call) {
  if (!has_role(args, call)) return false;
  Map map = args.as_state();
  map.set("name", args.username);
  run_state(call, "postgres_user.absent", map);
  return true;
}

Map database_arguments(const Database& args) {
  Map map = args.as_state();
  map.set("maintenance_db", args.maintenance_db.empty() ? Value() : Value(args.maintenance_db));
  map.set("name", args.name);
  map.set("tablespace", args.tablespace);
  map.set("encoding", args.encoding);
  map.set("lc_collate", args.lc_collate);
  map.set("lc_ctype", args.lc_ctype);
  map.set("owner", args.owner);
  map.set("template", args.template_name);
  if (args.owner_recurse) map.set("owner_recurse", true);
  return map;
}

Value db_present(const Database& args, Call& call) {
  run_state(call, "postgres_database.present", database_arguments(args));
  return true;
}

Value db_remove(const Name& args, Call& call) {
  Map map = args.as_state();
  map.set("name", args.name);
  run_state(call, "postgres_database.absent", map);
  return true;
}

Map schemas(const InDatabase& args, Call& call) {
  Server inside = args;
  inside.maintenance_db = args.dbname;
  return by_name(inside.ask(call,
                              "SELECT n.nspname AS name, n.nspacl AS acl, r.rolname AS owner FROM pg_namespace n LEFT JOIN pg_roles r ON "
                              "r.oid = n.nspowner"),
                 "name");
}
Value schema_list(const InDatabase& args, Call& call) { return schemas(args, call); }
Value schema_exists(const InDatabase& args, Call& call) { return schemas(args, call).contains(args.name); }
Value schema_get(const InDatabase& args, Call& call) {
  const Map all = schemas(args, call);
  const Value* found = all.find(args.name);
  return found ? *found : Value();
}

template <bool is_present>
Value bring_schema(const InDatabase& args, Call& call) {
  if (schemas(args, call).contains(args.name) == is_present) return false;
  Map map = args.as_state();
  map.set("name", args.name);
  map.set("dbname", args.dbname);
  if (is_present) map.set("owner", args.owner);
  run_state(call, is_present ? "postgres_schema.present" : "postgres_schema.absent", map);
  return true;
}

struct Cluster {
  states::Text version;
  std::string name = "main", locale, encoding, datadir;
  std::optional<states::Number> port;
  bool stop = false, verbose = false, allow_group_access = false, data_checksums = false;
  std::optional<states::Text> wal_segsize;
};

Value cluster_list(const Cluster& args, Call& call) {
  Map all;
  List names;
  for (const auto& [id, one] : states::postgres_clusters(call.tools.host)) {
    names.push_back(id);
    all.set(id, Map{{"port", one.port}, {"status", one.status}, {"user", one.user}, {"datadir", one.datadir}, {"log", one.log}});
  }
  return args.verbose ? Value(all) : Value(names);
}

Value cluster_exists(const Cluster& args, Call& call) {
  return states::postgres_clusters(call.tools.host).count(args.version.text + "/" + args.name) != 0;
}

Value cluster_create(const Cluster& args, Call& call) {
  states::create_postgres_cluster({.version = args.version.text,
                                   .name = args.name,
                                   .port = args.port ? std::optional(args.port->value) : std::nullopt,
                                   .locale = args.locale,
                                   .encoding = args.encoding,
                                   .datadir = args.datadir,
                                   .allow_group_access = args.allow_group_access,
                                   .data_checksums = args.data_checksums,
                                   .wal_segsize = args.wal_segsize ? args.wal_segsize->text : ""},
                                  call.tools.host);
  return true;
}

Value cluster_remove(const Cluster& args, Call& call) {
  states::drop_postgres_cluster(args.version.text, args.name, args.stop, call.tools.host);
  return true;
}

Schema<Role> role_schema(const char* name) {
  return with_server(Schema<Role>().required(&Role::username, name, "Name of the role."))
      .optional(&Role::createdb, "createdb", "It may create databases.")
      .optional(&Role::createroles, "createroles", "It may create roles.")
      .optional(&Role::inherit, "inherit", "It has the rights of the roles it is a member of.")
      .optional(&Role::login, "login", "It may connect.")
      .optional(&Role::encrypted, "encrypted", "How the server keeps the password: md5 or scram-sha-256.")
      .optional(&Role::superuser, "superuser", "It may do everything.")
      .optional(&Role::replication, "replication", "It may replicate.")
      .optional(&Role::rolepassword, "rolepassword", "Its password.")
      .optional(&Role::valid_until, "valid_until", "Until when the password can be used.")
      .optional(&Role::groups, "groups", "Roles it must be a member of.");
}

Schema<Role> account_schema() {
  return role_schema("username").optional(&Role::connlimit, "connlimit", "How many connections it may have at a time; -1: any number.");
}

Schema<Cluster> cluster_schema() {
  return Schema<Cluster>()
      .required(&Cluster::version, "version", "Major version of PostgreSQL, such as 15.")
      .optional(&Cluster::name, "name", "Name of the cluster.");
}

}  // namespace

std::vector<Function> postgres_functions() {
  const auto server = with_server(Schema<Server>());
  const auto name = with_server(Schema<Name>().required(&Name::name, "name", "The name."));
  const auto one = with_server(Schema<OneRole>().required(&OneRole::name, "name", "Name of the role."))
                       .optional(static_cast<bool OneRole::*>(&Roles::return_password), "return_password", "With the password as it is kept.");
  const auto schema = Schema<InDatabase>()
                          .required(&InDatabase::dbname, "dbname", "The database.")
                          .required(&InDatabase::name, "name", "The schema.");
  const auto in_database = with_db_server(schema);
  const auto database = with_server(Schema<Database>().required(&Database::name, "name", "The database."))
                            .optional(&Database::tablespace, "tablespace", "Where its files are.")
                            .optional(&Database::encoding, "encoding", "Its encoding.")
                            .optional(&Database::lc_collate, "lc_collate", "Its order of texts.")
                            .optional(&Database::lc_ctype, "lc_ctype", "Its classes of characters.")
                            .optional(&Database::owner, "owner", "The role that owns it.")
                            .optional(&Database::template_name, "template", "Database that it is copied from.")
                            .optional(&Database::owner_recurse, "owner_recurse", "Everything in it is a new owner's too.");
  return {
      function<Server>("postgres.version", "The version of the server.", server, version),
      function<Query>("postgres.psql_query", "The rows of a query, as texts.",
                      with_server(Schema<Query>().required(&Query::query, "query", "One SELECT."))
                          .optional(&Query::write, "write", "Kept for Salt's callers."),
                      psql_query),
      function<Server>("postgres.db_list", "The databases.", server, db_list),
      function<Name>("postgres.db_exists", "Is there such a database?", name, db_exists),
      function<Database>("postgres.db_create", "Makes a database. Gives true.", database, db_present),
      function<Database>("postgres.db_alter", "Changes owner and tablespace of a database. Gives true.", database, db_present),
      function<Name>("postgres.db_remove", "Removes a database; who is connected is thrown out. Gives true.", name, db_remove),
      function<Roles>("postgres.user_list", "The roles.",
                      with_server(Schema<Roles>()).optional(&Roles::return_password, "return_password", "With passwords as they are kept."),
                      user_list),
      function<OneRole>("postgres.role_get", "One role; none when it is not there.", one, role_get),
      function<OneRole>("postgres.user_exists", "Is there such a role?", one, user_exists),
      function<Role>("postgres.user_create", "Makes a role that logs in; false when it is there.", account_schema(), bring_role<false, true>),
      function<Role>("postgres.user_update", "Changes a role; false when it is not there.", account_schema(), bring_role<false, false>),
      function<Role>("postgres.user_remove", "Removes a role; false when it is not there.",
                     with_server(Schema<Role>().required(&Role::username, "username", "Name of the role.")), role_remove),
      function<Role>("postgres.group_create", "Makes a role that does not log in; false when it is there.", role_schema("groupname"),
                     bring_role<true, true>),
      function<Role>("postgres.group_update", "Changes a role; false when it is not there.", role_schema("groupname"), bring_role<true, false>),
      function<Role>("postgres.group_remove", "Removes a role; false when it is not there.",
                     with_server(Schema<Role>().required(&Role::username, "groupname", "Name of the role.")), role_remove),
      function<InDatabase>("postgres.schema_list", "The schemas of a database.",
                           with_db_server(Schema<InDatabase>().required(&InDatabase::dbname, "dbname", "The database.")), schema_list),
      function<InDatabase>("postgres.schema_exists", "Is there such a schema?", in_database, schema_exists),
      function<InDatabase>("postgres.schema_get", "One schema; none when it is not there.", in_database, schema_get),
      function<InDatabase>("postgres.schema_create", "Makes a schema; false when it is there.",
                           with_db_server(Schema<InDatabase>(schema).optional(&InDatabase::owner, "owner", "The role that owns it.")),
                           bring_schema<true>),
      function<InDatabase>("postgres.schema_remove", "Removes an empty schema; false when it is not there.", in_database, bring_schema<false>),
      function<Cluster>("postgres.cluster_list", "Debian's clusters: names, or with `verbose` all about them.",
                        Schema<Cluster>().optional(&Cluster::verbose, "verbose", "Give port, status, user, directory and log too."), cluster_list),
      function<Cluster>("postgres.cluster_exists", "Is there such a cluster?", cluster_schema(), cluster_exists),
      function<Cluster>("postgres.cluster_create", "Makes a cluster. Gives true.",
                        cluster_schema()
                            .optional(&Cluster::port, "port", "Port it listens on.")
                            .optional(&Cluster::locale, "locale", "Locale of its databases.")
                            .optional(&Cluster::encoding, "encoding", "Encoding of its databases.")
                            .optional(&Cluster::datadir, "datadir", "Directory of its data.")
                            .optional(&Cluster::allow_group_access, "allow_group_access", "The group may read its directory.")
                            .optional(&Cluster::data_checksums, "data_checksums", "Pages have checksums.")
                            .optional(&Cluster::wal_segsize, "wal_segsize", "Size of write-ahead log files in MB."),
                        cluster_create),
      function<Cluster>("postgres.cluster_remove", "Removes a cluster with all its data. Gives true.",
                        cluster_schema().optional(&Cluster::stop, "stop", "Stop its server first."), cluster_remove),
  };
}

}  // namespace halite::minion
