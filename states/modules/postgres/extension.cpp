// postgres_extension: extensions of a database.
#include "common/base/error.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"

namespace halite::states {
namespace {

struct Extension : PostgresAccess {
  std::string name;
  std::optional<std::string> schema;
  std::optional<Text> version;
  std::optional<Text> from_version;
  Value if_not_exists, if_exists;
  bool restricts = false, cascade = false;
};

Schema<Extension> identity() {
  return with_postgres_access(Schema<Extension>().key(&Extension::name, "name", "The extension, such as hstore."));
}

std::optional<Extension> look(const Extension& asked, World& world) {
  const auto rows = Postgres(asked, world).query(
      "SELECT e.extversion AS version, n.nspname AS schema FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = "
      "e.extnamespace WHERE e.extname = " + sql_text(asked.name));
  if (rows.empty()) return std::nullopt;
  Extension found;
  static_cast<PostgresAccess&>(found) = asked;
  found.name = asked.name;
  found.cascade = asked.cascade;
  found.schema = rows[0].at("schema");
  found.version = Text{rows[0].at("version")};
  return found;
}

std::optional<Extension> read(const Extension& asked, World& world) {
  return look_at_server<Extension>(world, [&] { return look(asked, world); });
}

void apply(const std::optional<Extension>& now, const std::optional<Extension>& want, World& world) {
  const std::string name = sql_name(want->name);
  std::string statements;
  if (!now) {
    statements = "CREATE EXTENSION IF NOT EXISTS " + name;
    if (want->schema) statements += " SCHEMA " + sql_name(*want->schema);
    if (want->version) statements += " VERSION " + sql_text(want->version->text);
    if (want->from_version) statements += " FROM " + sql_text(want->from_version->text);
    statements += ";\n";
  } else {
    if (want->schema && want->schema != now->schema)
      statements += fmt::format("ALTER EXTENSION {} SET SCHEMA {};\n", name, sql_name(*want->schema));
    if (want->version && want->version != now->version)
      statements += fmt::format("ALTER EXTENSION {} UPDATE TO {};\n", name, sql_text(want->version->text));
  }
  failing_as(fmt::format("Failed to {} extension {}", now ? "upgrade" : "install", want->name),
             [&] { Postgres(*want, world).execute(statements); });
}

void drop(const std::optional<Extension>& now, const std::optional<Extension>&, World& world) {
  failing_as(fmt::format("Extension {} failed to be removed", now->name), [&] {
    Postgres(*now, world).execute(fmt::format("DROP EXTENSION {}{};\n", sql_name(now->name), now->cascade ? " CASCADE" : ""));
  });
}

Wording<Extension> present_words() {
  const auto verb = [](const Change<Extension>& change) { return change.creates() ? "installed" : "upgraded"; };
  Wording<Extension> words;
  words.correct = [](const Extension& asked) { return fmt::format("Extension {} is already present", asked.name); };
  words.planned = [verb](const Change<Extension>& change) {
    return fmt::format("Extension {} is set to be {}", change.asked.name, verb(change));
  };
  words.done = [verb](const Change<Extension>& change) {
    return fmt::format("The extension {} has been {}", change.asked.name, verb(change));
  };
  words.changes = [](const Change<Extension>& change) {
    return named_change(change.asked.name, change.creates() ? "Installed" : "Upgraded");
  };
  return words;
}

Wording<Extension> absent_words() {
  Wording<Extension> words;
  words.correct = [](const Extension& asked) {
    return fmt::format("Extension {} is not present, so it cannot be removed", asked.name);
  };
  words.planned = [](const Change<Extension>& change) {
    return fmt::format("Extension {} is set to be removed", change.asked.name);
  };
  words.done = [](const Change<Extension>& change) { return fmt::format("Extension {} has been removed", change.asked.name); };
  words.changes = [](const Change<Extension>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

}  // namespace

Module postgres_extension() {
  const Resource<Extension> extension{
      .name = "postgres_extension",
      .schema = identity()
                    .property(&Extension::schema, "schema", "Schema that its objects are in.")
                    .property(&Extension::version, "ext_version", "Its version. Unset: the newest when it is installed now.")
                    .parameter(&Extension::from_version, "from_version", "Version that an older module without extension had.")
                    .parameter(&Extension::if_not_exists, "if_not_exists", "Kept for Salt's trees; it never fails for being there."),
      .read = read,
      .apply = apply};
  const Resource<Extension> gone{
      .name = "postgres_extension",
      .schema = identity()
                    .parameter(&Extension::cascade, "cascade", "Remove what depends on it too.")
                    .parameter(&Extension::restricts, "restrict", "Fail when something depends on it, as is usual.")
                    .parameter(&Extension::if_exists, "if_exists", "Kept for Salt's trees; it never fails for being gone."),
      .read = read,
      .apply = drop};
  return {"postgres_extension",
          "Extensions of a PostgreSQL database.",
          {extension.ensure("present", "The extension is installed in the database.", {{"name", "hstore"}}, as_given<Extension>,
                            present_words()),
           gone.ensure("absent", "The extension is not installed in the database.", {{"name", "hstore"}}, nothing<Extension>,
                       absent_words())}};
}

}  // namespace halite::states
