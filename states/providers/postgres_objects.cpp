#include "states/providers/postgres_objects.h"

#include <array>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// Statements for everything that is somebody's.
constexpr std::array owned_objects{
    "SELECT format('ALTER SCHEMA %I OWNER TO ', nspname) AS s FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname "
    "<> 'information_schema'",
    "SELECT format('ALTER %s %I.%I OWNER TO ', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN "
    "'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, n.nspname, c.relname) AS s FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid "
    "AND d.deptype IN ('a', 'i', 'e'))",
    "SELECT format('ALTER %s %s OWNER TO ', CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid) "
    "THEN 'AGGREGATE' ELSE 'ROUTINE' END, p.oid::regprocedure) AS s FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON "
    "n.oid = p.pronamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM "
    "pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"};

}  // namespace

const PostgresObjectType& postgres_object_type(const std::string& name) {
  const std::string in_schema = "pg_class o JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace";
  static const std::map<std::string, PostgresObjectType> types{
      {"table",
       {{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}, in_schema, "relacl", "relowner", "r",
        "n.nspname = {1} AND o.relkind IN ('r', 'p', 'v', 'm', 'f') AND o.relname = {0}"}},
      {"sequence",
       {{"SELECT", "UPDATE", "USAGE"}, in_schema, "relacl", "relowner", "s",
        "n.nspname = {1} AND o.relkind = 'S' AND o.relname = {0}"}},
      {"schema", {{"USAGE", "CREATE"}, "pg_namespace o", "nspacl", "nspowner", "n", "o.nspname = {0}"}},
      {"tablespace", {{"CREATE"}, "pg_tablespace o", "spcacl", "spcowner", "t", "o.spcname = {0}"}},
      {"language", {{"USAGE"}, "pg_language o", "lanacl", "lanowner", "l", "o.lanname = {0}"}},
      {"database", {{"CREATE", "TEMPORARY", "CONNECT"}, "pg_database o", "datacl", "datdba", "d", "o.datname = {0}"}},
      {"function",
       {{"EXECUTE"}, "pg_proc o JOIN pg_catalog.pg_namespace n ON n.oid = o.pronamespace", "proacl", "proowner", "f",
        "n.nspname = {1} AND o.oid::regprocedure::text = {0}"}}};
  const auto found = types.find(name);
  if (found != types.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, type] : types) names.push_back(known);
  throw Error(ErrorKind::invalid, "Invalid object_type: {} provided{}", escape_control(name), did_you_mean(name, names));
}

// {0} is the object, {1} the schema.
std::string postgres_object_condition(const PostgresObjectType& type, const std::string& object, const std::string& schema) {
  return fmt::format(fmt::runtime(type.where), sql_text(object), sql_text(schema));
}

void give_database_contents(PostgresAccess access, const std::string& database, const std::string& role, World& world) {
  access.maintenance_db = database;
  const Postgres server(access, world);
  const std::string owner = sql_name(role);
  std::string statements = "BEGIN;\n";
  for (const char* objects : owned_objects)
    for (const auto& row : server.query(objects)) statements += row.at("s") + owner + ";\n";
  server.execute(statements + "COMMIT;\n");
}

}  // namespace halite::states
