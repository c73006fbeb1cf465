// postgres_database: databases of a server.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"
#include "states/providers/postgres_objects.h"

namespace halite::states {
namespace {

struct Database : PostgresAccess {
  std::string name;
  std::optional<std::string> tablespace, encoding, lc_collate, lc_ctype, owner;
  std::string template_name;
  bool owner_recurse = false;
};

Schema<Database> schema() {
  return with_postgres_access(
      Schema<Database>()
          .key(&Database::name, "name", "The database.")
          .property(&Database::tablespace, "tablespace", "Where its files are.")
          .property(&Database::encoding, "encoding", "Its encoding. It can be chosen for a new database only.")
          .property(&Database::lc_collate, "lc_collate", "Its order of texts. For a new database only.")
          .property(&Database::lc_ctype, "lc_ctype", "Its classes of characters. For a new database only.")
          .property(&Database::owner, "owner", "The role that owns it.")
          .parameter(&Database::owner_recurse, "owner_recurse", "With a new owner, everything in it is that owner's too.")
          .parameter(&Database::template_name, "template", "Database that a new one is copied from."));
}

std::optional<Database> look(const Database& asked, World& world) {
  const auto rows = Postgres(asked, world).query(
      "SELECT r.rolname AS owner, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS lc_collate, d.datctype AS "
      "lc_ctype, t.spcname AS tablespace FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid = d.datdba JOIN "
      "pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = " + sql_text(asked.name));
  if (rows.empty()) return std::nullopt;
  const Postgres::Row& row = rows[0];
  Database found;
  static_cast<PostgresAccess&>(found) = asked;
  found.name = asked.name;
  found.owner = row.at("owner");
  found.tablespace = row.at("tablespace");
  found.lc_collate = row.at("lc_collate");
  found.lc_ctype = row.at("lc_ctype");
  // utf8 and UTF8 are one encoding.
  const std::string& encoding = row.at("encoding");
  found.encoding = asked.encoding && to_lower(*asked.encoding) == to_lower(encoding) ? *asked.encoding : encoding;
  return found;
}

std::optional<Database> read(const Database& asked, World& world) {
  return look_at_server<Database>(world, [&] { return look(asked, world); });
}

// What can't be changed later is refused before anything is planned.
std::optional<Outcome> prepare(Database& asked, World& world) {
  const auto now = read(asked, world);
  if (!now) return std::nullopt;
  const auto differs = [](const std::optional<std::string>& want, const std::optional<std::string>& have) {
    return want && want != have;
  };
  if (differs(asked.encoding, now->encoding) || differs(asked.lc_collate, now->lc_collate) || differs(asked.lc_ctype, now->lc_ctype))
    return failed(fmt::format("Database {} has wrong parameters which couldn't be changed on fly.", asked.name));
  return std::nullopt;
}

void create(const Database& want, World& world) {
  std::string statement = "CREATE DATABASE " + sql_name(want.name);
  const auto add = [&](const char* word, const std::string& value) { statement += fmt::format(" {} = {}", word, value); };
  if (want.tablespace) add("TABLESPACE", sql_name(*want.tablespace));
  if (want.owner) add("OWNER", sql_name(*want.owner));
  if (!want.template_name.empty()) add("TEMPLATE", sql_name(want.template_name));
  if (want.encoding) add("ENCODING", sql_text(*want.encoding));
  if (want.lc_collate) add("LC_COLLATE", sql_text(*want.lc_collate));
  if (want.lc_ctype) add("LC_CTYPE", sql_text(*want.lc_ctype));
  failing_as("Failed to create database " + want.name, [&] { Postgres(want, world).execute(statement + ";\n"); });
}

void apply(const std::optional<Database>& now, const std::optional<Database>& want, World& world) {
  if (!now) return create(*want, world);
  failing_as("Failed to change parameters for database " + want->name, [&] {
    const Postgres server(*want, world);
    if (want->owner && want->owner != now->owner) {
      server.execute(fmt::format("ALTER DATABASE {} OWNER TO {};\n", sql_name(want->name), sql_name(*want->owner)));
      if (want->owner_recurse) give_database_contents(*want, want->name, *want->owner, world);
    }
    if (want->tablespace && want->tablespace != now->tablespace)
      server.execute(fmt::format("ALTER DATABASE {} SET TABLESPACE {};\n", sql_name(want->name), sql_name(*want->tablespace)));
  });
}

// Nobody new may come, those who are there go, and then the database.
void drop(const std::optional<Database>& now, const std::optional<Database>&, World& world) {
  failing_as(fmt::format("Database {} failed to be removed", now->name), [&] {
    Postgres(*now, world).execute(fmt::format(
        "REVOKE CONNECT ON DATABASE {0} FROM PUBLIC;\n"
        "\\o /dev/null\n"
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {1} AND pid <> pg_backend_pid();\n"
        "DROP DATABASE {0};\n",
        sql_name(now->name), sql_text(now->name)));
  });
}

Wording<Database> present_words() {
  Wording<Database> words;
  words.correct = [](const Database& asked) { return fmt::format("Database {} is already present", asked.name); };
  words.planned = [](const Change<Database>& change) {
    if (change.creates()) return fmt::format("Database {} is set to be created", change.asked.name);
    return fmt::format("Database {} exists, but parameters need to be changed", change.asked.name);
  };
  words.done = [](const Change<Database>& change) {
    if (change.creates()) return fmt::format("The database {} has been created", change.asked.name);
    return fmt::format("Parameters for database {} have been changed", change.asked.name);
  };
  words.changes = [](const Change<Database>& change) {
    return named_change(change.asked.name, change.creates() ? "Present" : "Parameters changed");
  };
  return words;
}

Wording<Database> absent_words() {
  Wording<Database> words;
  words.correct = [](const Database& asked) {
    return fmt::format("Database {} is not present, so it cannot be removed", asked.name);
  };
  words.planned = [](const Change<Database>& change) {
    return fmt::format("Database {} is set to be removed", change.asked.name);
  };
  words.done = [](const Change<Database>& change) { return fmt::format("Database {} has been removed", change.asked.name); };
  words.changes = [](const Change<Database>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

}  // namespace

Module postgres_database() {
  Resource<Database> database{.name = "postgres_database", .schema = schema(), .read = read, .apply = apply};
  database.prepare = prepare;
  const Resource<Database> gone{
      .name = "postgres_database",
      .schema = with_postgres_access(Schema<Database>().key(&Database::name, "name", "The database.")),
      .read = read,
      .apply = drop};
  return {"postgres_database",
          "Databases of a PostgreSQL server.",
          {database.ensure("present", "The database exists, with these properties.", {{"name", "web"}, {"owner", "web"}},
                           as_given<Database>, present_words()),
           gone.ensure("absent", "The database does not exist; who is connected to it is thrown out.", {{"name", "web"}},
                       nothing<Database>, absent_words())}};
}

}  // namespace halite::states
