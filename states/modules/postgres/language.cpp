// postgres_language: procedural languages of a database.
#include "common/base/error.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"

namespace halite::states {
namespace {

struct Language : PostgresAccess {
  std::string name;
};

Schema<Language> schema() {
  return with_postgres_server(
      Schema<Language>()
          .key(&Language::name, "name", "The language, such as plperl.")
          .key(static_cast<std::string Language::*>(&PostgresAccess::maintenance_db), "maintenance_db", "The database it is in."));
}

std::optional<Language> look(const Language& asked, World& world) {
  const auto rows = Postgres(asked, world).query("SELECT 1 AS one FROM pg_catalog.pg_language WHERE lanname = " + sql_text(asked.name));
  return rows.empty() ? std::nullopt : std::optional(asked);
}

std::optional<Language> read(const Language& asked, World& world) {
  return look_at_server<Language>(world, [&] { return look(asked, world); });
}

void create(const std::optional<Language>&, const std::optional<Language>& want, World& world) {
  failing_as("Failed to install language " + want->name,
             [&] { Postgres(*want, world).execute("CREATE LANGUAGE " + sql_name(want->name) + ";\n"); });
}

// A language that an extension brought goes with the extension alone.
void drop(const std::optional<Language>& now, const std::optional<Language>&, World& world) {
  failing_as("Failed to remove language " + now->name, [&] {
    const Postgres server(*now, world);
    const auto extension = server.query("SELECT 1 AS one FROM pg_catalog.pg_extension WHERE extname = " + sql_text(now->name));
    server.execute(fmt::format("DROP {} {};\n", extension.empty() ? "LANGUAGE" : "EXTENSION", sql_name(now->name)));
  });
}

Wording<Language> words(const char* correct, const char* verb, const char* word) {
  Wording<Language> words;
  words.correct = [correct](const Language& asked) { return fmt::format("Language {} {}", asked.name, correct); };
  words.planned = [verb](const Change<Language>& change) { return fmt::format("Language {} is set to be {}", change.asked.name, verb); };
  words.done = [verb](const Change<Language>& change) { return fmt::format("Language {} has been {}", change.asked.name, verb); };
  words.changes = [word](const Change<Language>& change) { return named_change(change.asked.name, word); };
  return words;
}

}  // namespace

Module postgres_language() {
  const Resource<Language> language{.name = "postgres_language", .schema = schema(), .read = read, .apply = create};
  Resource<Language> gone = language;
  gone.apply = drop;
  const Map example{{"name", "plperl"}, {"maintenance_db", "web"}};
  return {"postgres_language",
          "Procedural languages of a PostgreSQL database.",
          {language.ensure("present", "The database has the language.", example, as_given<Language>,
                           words("is already installed", "installed", "Present")),
           gone.ensure("absent", "The database does not have the language.", example, nothing<Language>,
                       words("is not present so it cannot be removed", "removed", "Absent"))}};
}

}  // namespace halite::states
