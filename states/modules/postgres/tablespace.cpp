// postgres_tablespace: where a server keeps files beside its own directory.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"

namespace halite::states {
namespace {

struct Tablespace : PostgresAccess {
  std::string name;
  std::optional<std::string> directory, owner;
  std::optional<Map> options;
};

Schema<Tablespace> identity() {
  return with_postgres_access(Schema<Tablespace>().key(&Tablespace::name, "name", "The tablespace."));
}

// {seq_page_cost=1.1,random_page_cost=4}
Map options_of(const std::string& text) {
  Map options;
  for (const auto& item : sql_array(text))
    if (const auto equals = item.find('='); equals != std::string::npos) options.set(item.substr(0, equals), item.substr(equals + 1));
  return options;
}

std::optional<Tablespace> look(const Tablespace& asked, World& world) {
  const auto rows = Postgres(asked, world).query(
      "SELECT r.rolname AS owner, pg_tablespace_location(t.oid) AS directory, t.spcoptions AS options FROM pg_catalog.pg_tablespace t JOIN "
      "pg_catalog.pg_roles r ON r.oid = t.spcowner WHERE t.spcname = " + sql_text(asked.name));
  if (rows.empty()) return std::nullopt;
  Tablespace found;
  static_cast<PostgresAccess&>(found) = asked;
  found.name = asked.name;
  found.owner = rows[0].at("owner");
  found.directory = rows[0].at("directory");
  // Those that were not asked for may be what they are.
  found.options.emplace();
  const Map set = options_of(rows[0].at("options"));
  for (const auto& [option, value] : asked.options.value_or(Map()))
    if (const Value* is = set.find(option)) found.options->set(option, *is);
  return found;
}

std::optional<Tablespace> read(const Tablespace& asked, World& world) {
  return look_at_server<Tablespace>(world, [&] { return look(asked, world); });
}

std::optional<Outcome> prepare(Tablespace& asked, World& world) {
  if (asked.options) {
    Map texts;
    for (const auto& [option, value] : *asked.options) texts.set(option, python_text(value));
    asked.options = texts;
  }
  const auto now = read(asked, world);
  if (now && asked.directory != now->directory)
    return failed(fmt::format("Tablespace {} is not at the right location. This is unfixable without dropping and recreating the tablespace.",
                              asked.name));
  return std::nullopt;
}

// Values are numbers to the server, which takes a text for one.
std::string assignments(const Map& options) {
  std::vector<std::string> parts;
  for (const auto& [option, value] : options)
    parts.push_back(sql_name(option.as_string("the name of an option")) + " = " + sql_text(value.as_string()));
  return join(parts, ", ");
}

void create(const Tablespace& want, World& world) {
  std::string statement = "CREATE TABLESPACE " + sql_name(want.name);
  if (want.owner) statement += " OWNER " + sql_name(*want.owner);
  statement += " LOCATION " + sql_text(want.directory.value_or(""));
  if (want.options && !want.options->empty()) statement += " WITH (" + assignments(*want.options) + ")";
  failing_as("Failed to create tablespace " + want.name, [&] { Postgres(want, world).execute(statement + ";\n"); });
}

void apply(const std::optional<Tablespace>& now, const std::optional<Tablespace>& want, World& world) {
  if (!now) return create(*want, world);
  const std::string alter = "ALTER TABLESPACE " + sql_name(want->name);
  std::string statements;
  if (want->owner && want->owner != now->owner) statements += alter + " OWNER TO " + sql_name(*want->owner) + ";\n";
  if (want->options && want->options != now->options) statements += alter + " SET (" + assignments(*want->options) + ");\n";
  failing_as("Failed to change tablespace " + want->name, [&] { Postgres(*want, world).execute(statements); });
}

void drop(const std::optional<Tablespace>& now, const std::optional<Tablespace>&, World& world) {
  failing_as(fmt::format("Tablespace {} failed to be removed", now->name),
             [&] { Postgres(*now, world).execute("DROP TABLESPACE " + sql_name(now->name) + ";\n"); });
}

Wording<Tablespace> present_words() {
  Wording<Tablespace> words;
  words.correct = [](const Tablespace& asked) { return fmt::format("Tablespace {} is already present", asked.name); };
  words.planned = [](const Change<Tablespace>& change) {
    return fmt::format("Tablespace {} {}", change.asked.name, change.creates() ? "is set to be created" : "to be altered");
  };
  words.done = [](const Change<Tablespace>& change) {
    return change.creates() ? fmt::format("The tablespace {} has been created", change.asked.name)
                            : fmt::format("Tablespace {} changed", change.asked.name);
  };
  words.changes = [](const Change<Tablespace>& change) -> Map {
    if (change.creates()) return named_change(change.asked.name, "Present");
    Map changes;
    if (change.asked.owner && change.before->owner != change.after->owner) changes.set("owner", *change.after->owner);
    if (change.asked.options && change.before->options != change.after->options) changes.set("options", *change.after->options);
    return {{change.asked.name, changes}};
  };
  return words;
}

Wording<Tablespace> absent_words() {
  Wording<Tablespace> words;
  words.correct = [](const Tablespace& asked) { return fmt::format("Tablespace {} is not present, so it cannot be removed", asked.name); };
  words.planned = [](const Change<Tablespace>& change) { return fmt::format("Tablespace {} is set to be removed", change.asked.name); };
  words.done = [](const Change<Tablespace>& change) { return fmt::format("Tablespace {} has been removed", change.asked.name); };
  words.changes = [](const Change<Tablespace>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

}  // namespace

Module postgres_tablespace() {
  Resource<Tablespace> tablespace{
      .name = "postgres_tablespace",
      .schema = with_postgres_access(
          Schema<Tablespace>()
              .key(&Tablespace::name, "name", "The tablespace.")
              .key(&Tablespace::directory, "directory", "Where its files are. It exists, is empty and the server's own.")
              .property(&Tablespace::options, "options", "seq_page_cost, random_page_cost, effective_io_concurrency and their values.")
              .property(&Tablespace::owner, "owner", "The role that owns it.")),
      .read = read,
      .apply = apply};
  tablespace.prepare = prepare;
  const Resource<Tablespace> gone{.name = "postgres_tablespace", .schema = identity(), .read = read, .apply = drop};
  return {"postgres_tablespace",
          "Tablespaces of a PostgreSQL server.",
          {tablespace.ensure("present", "The tablespace exists, at this place.", {{"name", "fast"}, {"directory", "/srv/fast"}},
                             as_given<Tablespace>, present_words()),
           gone.ensure("absent", "The tablespace does not exist; it must be empty to go.", {{"name", "fast"}}, nothing<Tablespace>,
                       absent_words())}};
}

}  // namespace halite::states
