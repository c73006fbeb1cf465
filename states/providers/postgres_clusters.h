// Clusters of Debian's postgresql-common: pg_lsclusters, pg_createcluster, pg_dropcluster.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/host/host.h"

namespace halite::states {

struct PostgresCluster {
  std::int64_t port = 0;
  std::string status, user, datadir, log;
};
// By "15/main".
std::map<std::string, PostgresCluster> postgres_clusters(Host& host);

struct NewPostgresCluster {
  std::string version, name;
  std::optional<std::int64_t> port;
  std::string locale, encoding, datadir;
  bool allow_group_access = false, data_checksums = false;
  std::string wal_segsize;
};
// These throw Error(unavailable) in the program's words.
void create_postgres_cluster(const NewPostgresCluster& cluster, Host& host);
void drop_postgres_cluster(const std::string& version, const std::string& name, bool stops, Host& host);

}  // namespace halite::states
