// postgres_schema: schemas of a database.
#include "common/base/error.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"

namespace halite::states {
namespace {

struct SqlSchema : PostgresAccess {
  std::string name, dbname;
  std::optional<std::string> owner;
};

Schema<SqlSchema> identity() {
  return with_postgres_server(Schema<SqlSchema>()
                                  .key(&SqlSchema::name, "name", "The schema.")
                                  .key(&SqlSchema::dbname, "dbname", "The database it is in."));
}

std::optional<SqlSchema> look(const SqlSchema& asked, World& world) {
  PostgresAccess access = asked;
  access.maintenance_db = asked.dbname;
  const auto rows = Postgres(access, world).query(
      "SELECT r.rolname AS owner FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner WHERE n.nspname = " +
      sql_text(asked.name));
  if (rows.empty()) return std::nullopt;
  SqlSchema found;
  static_cast<PostgresAccess&>(found) = access;
  found.name = asked.name;
  found.dbname = asked.dbname;
  found.owner = rows[0].at("owner");
  return found;
}

std::optional<SqlSchema> read(const SqlSchema& asked, World& world) {
  return look_at_server<SqlSchema>(world, [&] { return look(asked, world); });
}

void apply(const std::optional<SqlSchema>& now, const std::optional<SqlSchema>& want, World& world) {
  PostgresAccess access = *want;
  access.maintenance_db = want->dbname;
  const std::string name = sql_name(want->name);
  const std::string owner = want->owner ? sql_name(*want->owner) : "";
  const std::string statement = now ? fmt::format("ALTER SCHEMA {} OWNER TO {}", name, owner)
                                    : "CREATE SCHEMA " + name + (owner.empty() ? "" : " AUTHORIZATION " + owner);
  failing_as(fmt::format("Failed to create schema {} in database {}", want->name, want->dbname),
             [&] { Postgres(access, world).execute(statement + ";\n"); });
}

void drop(const std::optional<SqlSchema>& now, const std::optional<SqlSchema>&, World& world) {
  failing_as(fmt::format("Schema {} failed to be removed", now->name),
             [&] { Postgres(*now, world).execute("DROP SCHEMA " + sql_name(now->name) + ";\n"); });
}

Wording<SqlSchema> present_words() {
  Wording<SqlSchema> words;
  words.correct = [](const SqlSchema& asked) {
    return fmt::format("Schema {} already exists in database {}", asked.name, asked.dbname);
  };
  words.planned = [](const Change<SqlSchema>& change) {
    return fmt::format("Schema {} is set to be {} in database {}.", change.asked.name, change.creates() ? "created" : "changed",
                       change.asked.dbname);
  };
  words.done = [](const Change<SqlSchema>& change) {
    return fmt::format("Schema {} has been {} in database {}", change.asked.name, change.creates() ? "created" : "changed",
                       change.asked.dbname);
  };
  words.changes = [](const Change<SqlSchema>& change) {
    return change.creates() ? named_change(change.asked.name, "Present") : changes_of(change.differences);
  };
  return words;
}

Wording<SqlSchema> absent_words() {
  Wording<SqlSchema> words;
  words.correct = [](const SqlSchema& asked) {
    return fmt::format("Schema {} is not present in database {}, so it cannot be removed", asked.name, asked.dbname);
  };
  words.planned = [](const Change<SqlSchema>& change) {
    return fmt::format("Schema {} is set to be removed from database {}", change.asked.name, change.asked.dbname);
  };
  words.done = [](const Change<SqlSchema>& change) {
    return fmt::format("Schema {} has been removed from database {}", change.asked.name, change.asked.dbname);
  };
  words.changes = [](const Change<SqlSchema>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

}  // namespace

Module postgres_schema() {
  const Resource<SqlSchema> schema{.name = "postgres_schema",
                                   .schema = identity().property(&SqlSchema::owner, "owner", "The role that owns it."),
                                   .read = read,
                                   .apply = apply};
  const Resource<SqlSchema> gone{.name = "postgres_schema", .schema = identity(), .read = read, .apply = drop};
  const Map example{{"name", "app"}, {"dbname", "web"}};
  return {"postgres_schema",
          "Schemas of a PostgreSQL database.",
          {schema.ensure("present", "The schema exists in the database.", example, as_given<SqlSchema>, present_words()),
           gone.ensure("absent", "The schema does not exist in the database; it must be empty to go.", example,
                       nothing<SqlSchema>, absent_words())}};
}

}  // namespace halite::states
