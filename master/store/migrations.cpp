#include "master/store/migrations.h"

#include <array>

#include "common/base/error.h"

namespace halite::master {
namespace {

// A step is never changed once it has been released; a new one is added below.
constexpr std::array steps{
    // 1: keys, what is known of each minion, jobs and returns, mine.
    R"(
    CREATE TABLE keys (
      id TEXT NOT NULL, state TEXT NOT NULL, pem TEXT NOT NULL,
      peer_address TEXT NOT NULL, offered_at INTEGER NOT NULL,
      PRIMARY KEY (id, state)) WITHOUT ROWID, STRICT;
    CREATE TABLE minions (
      id TEXT PRIMARY KEY, level INTEGER NOT NULL DEFAULT 0,
      session_key TEXT, session_made_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID, STRICT;
    CREATE TABLE facts (
      id TEXT PRIMARY KEY, grains BLOB NOT NULL, pillar BLOB NOT NULL, pillar_revision TEXT NOT NULL) STRICT;
    CREATE TABLE mine (
      id TEXT NOT NULL, fun TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (id, fun)) WITHOUT ROWID, STRICT;
    CREATE TABLE jobs (
      jid TEXT PRIMARY KEY, fun TEXT NOT NULL, user TEXT NOT NULL, load BLOB NOT NULL, minions BLOB NOT NULL,
      missing BLOB NOT NULL, is_finished INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID, STRICT;
    CREATE INDEX jobs_running ON jobs (jid) WHERE is_finished = 0;
    CREATE TABLE returns (
      jid TEXT NOT NULL, id TEXT NOT NULL, outcome TEXT NOT NULL, load BLOB,
      pillar_commit TEXT NOT NULL, state_commit TEXT NOT NULL, received_at INTEGER NOT NULL,
      PRIMARY KEY (jid, id)) STRICT;
    )",
    // 2: who did what.
    R"(
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, user TEXT NOT NULL, uid INTEGER NOT NULL, act TEXT NOT NULL,
      what TEXT NOT NULL, on_whom TEXT NOT NULL, is_allowed INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;
    CREATE INDEX audit_at ON audit (at);
    )",
    // 3: one-time enrolment tokens.
    R"(
    CREATE TABLE tokens (
      verifier TEXT PRIMARY KEY, pattern TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      made_by TEXT NOT NULL, used_by TEXT NOT NULL DEFAULT '', used_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID, STRICT;
    )",
};

}  // namespace

void migrate(Database& database) {
  const std::int64_t version = database.user_version();
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version > newest)
    throw Error(ErrorKind::invalid, "the store has version {}, written by a newer Halite; this one knows up to {}", version,
                newest);
  if (version == newest) return;
  database.execute("BEGIN IMMEDIATE");
  try {
    for (auto step = version; step < newest; ++step) database.execute(steps[static_cast<std::size_t>(step)]);
    database.set_user_version(newest);
    database.execute("COMMIT");
  } catch (...) {
    database.execute("ROLLBACK");
    throw;
  }
}

}  // namespace halite::master
