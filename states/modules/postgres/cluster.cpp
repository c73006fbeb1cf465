// postgres_cluster: clusters of Debian's postgresql-common, each a server of its own.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"
#include "states/providers/postgres_clusters.h"

namespace halite::states {
namespace {

struct Cluster {
  std::string name;
  Text version;
  std::optional<Number> port;
  std::optional<std::string> datadir;
  std::string encoding, locale;
  bool allow_group_access = false, data_checksums = false;
  std::optional<Text> wal_segsize;

  std::string id() const { return version.text + "/" + name; }
};

Schema<Cluster> identity() {
  return Schema<Cluster>()
      .key(&Cluster::version, "version", "Major version of PostgreSQL, such as 15.")
      .key(&Cluster::name, "name", "The cluster, such as main.");
}

Schema<Cluster> schema() {
  return identity()
      .property(&Cluster::port, "port", "Port it listens on. Unset: the next free one.")
      .property(&Cluster::datadir, "datadir", "Directory of its data. It can be chosen for a new cluster only.")
      .parameter(&Cluster::encoding, "encoding", "Encoding of its databases.")
      .parameter(&Cluster::locale, "locale", "Locale of its databases.")
      .parameter(&Cluster::allow_group_access, "allow_group_access", "The group may read the data directory.")
      .parameter(&Cluster::data_checksums, "data_checksums", "Pages have checksums.")
      .parameter(&Cluster::wal_segsize, "wal_segsize", "Size of write-ahead log files in MB.");
}

std::optional<Cluster> read(const Cluster& asked, World& world) {
  if (world.dry_run && !world.plan.empty() && !world.host.find_program("pg_lsclusters")) return std::nullopt;
  const auto clusters = postgres_clusters(world.host);
  const auto known = clusters.find(asked.id());
  if (known == clusters.end()) return std::nullopt;
  Cluster found;
  found.name = asked.name;
  found.version = asked.version;
  found.port = Number{known->second.port};
  found.datadir = known->second.datadir;
  return found;
}

std::optional<Outcome> prepare(Cluster& asked, World& world) {
  const auto now = read(asked, world);
  const bool is_wrong = now && ((asked.port && asked.port != now->port) || (asked.datadir && asked.datadir != now->datadir));
  if (is_wrong) return failed(fmt::format("Cluster {} has wrong parameters which couldn't be changed on fly.", asked.id()));
  return std::nullopt;
}

void create(const std::optional<Cluster>&, const std::optional<Cluster>& want, World& world) {
  failing_as("Failed to create cluster " + want->id(), [&] {
    create_postgres_cluster({.version = want->version.text,
                             .name = want->name,
                             .port = want->port ? std::optional(want->port->value) : std::nullopt,
                             .locale = want->locale,
                             .encoding = want->encoding,
                             .datadir = want->datadir.value_or(""),
                             .allow_group_access = want->allow_group_access,
                             .data_checksums = want->data_checksums,
                             .wal_segsize = want->wal_segsize ? want->wal_segsize->text : ""},
                            world.host);
  });
}

void drop(const std::optional<Cluster>& now, const std::optional<Cluster>&, World& world) {
  drop_postgres_cluster(now->version.text, now->name, true, world.host);
}

Wording<Cluster> present_words() {
  Wording<Cluster> words;
  words.correct = [](const Cluster& asked) { return fmt::format("Cluster {} is already present", asked.id()); };
  words.planned = [](const Change<Cluster>& change) { return fmt::format("Cluster {} is set to be created", change.asked.id()); };
  words.done = [](const Change<Cluster>& change) { return fmt::format("The cluster {} has been created", change.asked.id()); };
  words.changes = [](const Change<Cluster>& change) { return named_change(change.asked.id(), "Present"); };
  return words;
}

Wording<Cluster> absent_words() {
  Wording<Cluster> words;
  words.correct = [](const Cluster& asked) { return fmt::format("Cluster {} is not present, so it cannot be removed", asked.id()); };
  words.planned = [](const Change<Cluster>& change) { return fmt::format("Cluster {} is set to be removed", change.asked.id()); };
  words.done = [](const Change<Cluster>& change) { return fmt::format("Cluster {} has been removed", change.asked.id()); };
  words.changes = [](const Change<Cluster>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

}  // namespace

Module postgres_cluster() {
  Resource<Cluster> cluster{.name = "postgres_cluster", .schema = schema(), .read = read, .apply = create};
  cluster.prepare = prepare;
  const Resource<Cluster> gone{.name = "postgres_cluster", .schema = identity(), .read = read, .apply = drop};
  const Map example{{"name", "main"}, {"version", "15"}};
  return {"postgres_cluster",
          "PostgreSQL clusters of Debian's postgresql-common.",
          {cluster.ensure("present", "The cluster exists.", example, as_given<Cluster>, present_words()),
           gone.ensure("absent", "The cluster and all its data are gone; its server is stopped.", example, nothing<Cluster>,
                       absent_words())}};
}

}  // namespace halite::states
