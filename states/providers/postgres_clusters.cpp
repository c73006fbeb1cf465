#include "states/providers/postgres_clusters.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

void check_names(const std::string& version, const std::string& name) {
  for (const auto& word : {version, name})
    if (word.empty() || word[0] == '-' || word.find_first_of("/ \n") != std::string::npos)
      throw Error(ErrorKind::invalid, "'{}' is no version or name of a cluster", escape_control(word));
}

}  // namespace

std::map<std::string, PostgresCluster> postgres_clusters(Host& host) {
  if (!host.find_program("pg_lsclusters"))
    throw Error(ErrorKind::unavailable, "there is no pg_lsclusters on this machine: clusters are those of Debian's postgresql-common");
  std::map<std::string, PostgresCluster> clusters;
  for (const auto& line : split_lines(host.run({"pg_lsclusters", "--no-header"}))) {
    const auto words = split_words(line);
    if (words.size() < 7) continue;
    clusters[words[0] + "/" + words[1]] = {parse_int(words[2]).value_or(0), words[3], words[4], words[5], words[6]};
  }
  return clusters;
}

void create_postgres_cluster(const NewPostgresCluster& cluster, Host& host) {
  check_names(cluster.version, cluster.name);
  Argv argv{"pg_createcluster"};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) argv.insert(argv.end(), {option, value});
  };
  add("--port", cluster.port ? std::to_string(*cluster.port) : "");
  add("--locale", cluster.locale);
  add("--encoding", cluster.encoding);
  add("--datadir", cluster.datadir);
  argv.insert(argv.end(), {cluster.version, cluster.name});
  if (cluster.allow_group_access || cluster.data_checksums || !cluster.wal_segsize.empty()) argv.push_back("--");
  if (cluster.allow_group_access) argv.push_back("--allow-group-access");
  if (cluster.data_checksums) argv.push_back("--data-checksums");
  add("--wal-segsize", cluster.wal_segsize);
  host.run(argv);
}

void drop_postgres_cluster(const std::string& version, const std::string& name, bool stops, Host& host) {
  check_names(version, name);
  Argv argv{"pg_dropcluster"};
  if (stops) argv.push_back("--stop");
  argv.insert(argv.end(), {version, name});
  host.run(argv);
}

}  // namespace halite::states
