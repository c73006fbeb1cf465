#include "master/store/sqlite_store.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "master/store/group_commit.h"

namespace halite::master {
namespace {

std::string pack(const Value& value) { return to_msgpack(value, MsgpackText::modern); }
Map unpack_map(const std::string& blob) { return from_msgpack(blob).as_map("a stored record"); }

std::vector<std::string> unpack_texts(const std::string& blob) {
  std::vector<std::string> texts;
  const Value value = from_msgpack(blob);
  for (const auto& item : value.as_list("a stored list")) texts.push_back(item.as_string("a stored text"));
  return texts;
}

FactsRecord read_facts(const Statement& row) {
  return {row.text(0), unpack_map(row.text(1)), unpack_map(row.text(2)), row.text(3)};
}

JobRecord read_job(const Statement& row) {
  return {row.text(0),   row.text(1), unpack_map(row.text(2)), unpack_texts(row.text(3)), unpack_texts(row.text(4)),
          row.integer(5) != 0};
}
constexpr const char* above_all_jobs = ":";  // the character after the digits
constexpr int rows_at_once = 2'000;
constexpr const char* job_columns = "jid, user, load, minions, missing, is_finished";

// A text as it is, a list of texts with commas between.
std::string joined(const Value* value) {
  if (!value) return "";
  if (const auto* text = value->if_string()) return *text;
  std::vector<std::string> parts;
  if (const auto* list = value->if_list())
    for (const auto& part : *list)
      if (const auto* text = part.if_string()) parts.push_back(*text);
  return join(parts, ",");
}

bool has_metadata(const JobRecord& job, const Map& wanted) {
  if (wanted.empty()) return true;
  const Value* given = job.load.find("metadata");
  const Map* metadata = given ? given->if_map() : nullptr;
  if (!metadata) return false;
  for (const auto& [name, value] : wanted)
    if (const Value* has = metadata->find(name); !has || !(*has == value)) return false;
  return true;
}

bool passes(const JobFilter& filter, const std::string& fun, const JobRecord& job) {
  return has_metadata(job, filter.metadata) && (filter.fun.empty() || glob_match(filter.fun, fun)) && (filter.user.empty() || filter.user == job.user) &&
         (filter.target.empty() || glob_match(filter.target, joined(job.load.find("tgt"))));
}

void write(Database& database, const AuditRecord& audit) {
  database.prepare("INSERT INTO audit (at, user, uid, act, what, on_whom, is_allowed, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(audit.at_s).bind(audit.who.user).bind(audit.who.uid).bind(audit.act).bind(audit.what).bind(audit.on_whom).bind(audit.is_allowed)
      .bind(audit.detail).run();
}

void write(Database& database, const KeyRecord& key, const std::set<KeyState>& instead_of) {
  for (const KeyState state : instead_of)
    database.prepare("DELETE FROM keys WHERE id = ? AND state = ?").bind(key.id).bind(to_string(state)).run();
  database.prepare("INSERT OR REPLACE INTO keys (id, state, pem, peer_address, offered_at) VALUES (?, ?, ?, ?, ?)")
      .bind(key.id).bind(to_string(key.state)).bind(key.pem).bind(key.peer_address).bind(key.offered_at_s).run();
}

class SqliteStore : public Store {
 public:
  SqliteStore(wire::Loop& loop, const std::string& path) : commit_(loop, path) {}

  Task<std::vector<KeyRecord>> keys() override {
    return commit_.run([](Database& database) {
      std::vector<KeyRecord> keys;
      auto row = database.prepare("SELECT id, state, pem, peer_address, offered_at FROM keys");
      while (row.step())
        keys.push_back({row.text(0), key_state_from(row.text(1)), row.text(2), row.text(3), row.integer(4)});
      return keys;
    });
  }

  Task<void> put_key(KeyRecord key, std::set<KeyState> instead_of, std::optional<AuditRecord> audit) override {
    return commit_.run([key = std::move(key), instead_of = std::move(instead_of), audit = std::move(audit)](Database& database) {
      if (audit) write(database, *audit);
      write(database, key, instead_of);
    });
  }

  Task<void> remove_key(std::string id, KeyState state, std::optional<AuditRecord> audit) override {
    return commit_.run([id = std::move(id), state, audit = std::move(audit)](Database& database) {
      if (audit) write(database, *audit);
      database.prepare("DELETE FROM keys WHERE id = ? AND state = ?").bind(id).bind(to_string(state)).run();
      if (state != KeyState::accepted) return;
      for (const char* sql : {"DELETE FROM minions WHERE id = ?", "DELETE FROM facts WHERE id = ?", "DELETE FROM mine WHERE id = ?"})
        database.prepare(sql).bind(id).run();
    });
  }

  Task<std::vector<TokenRecord>> tokens() override {
    return commit_.run([](Database& database) {
      std::vector<TokenRecord> tokens;
      auto row = database.prepare("SELECT verifier, pattern, made_at, expires_at, made_by, used_by, used_at FROM tokens ORDER BY made_at, verifier");
      while (row.step())
        tokens.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3), row.text(4), row.text(5), row.integer(6)});
      return tokens;
    });
  }

  Task<void> put_token(TokenRecord token, std::int64_t forget_before_s, AuditRecord audit) override {
    return commit_.run([token = std::move(token), forget_before_s, audit = std::move(audit)](Database& database) {
      write(database, audit);
      database.prepare("DELETE FROM tokens WHERE expires_at < ?").bind(forget_before_s).run();
      database.prepare("INSERT INTO tokens (verifier, pattern, made_at, expires_at, made_by) VALUES (?, ?, ?, ?, ?)")
          .bind(token.verifier).bind(token.pattern).bind(token.made_at_s).bind(token.expires_at_s).bind(token.made_by).run();
    });
  }

  Task<void> remove_token(std::string verifier, AuditRecord audit) override {
    return commit_.run([verifier = std::move(verifier), audit = std::move(audit)](Database& database) {
      write(database, audit);
      database.prepare("DELETE FROM tokens WHERE verifier = ?").bind(verifier).run();
    });
  }

  Task<bool> put_key_by_token(KeyRecord key, std::set<KeyState> instead_of, std::string verifier, std::int64_t now_s, AuditRecord audit) override {
    return commit_.run([key = std::move(key), instead_of = std::move(instead_of), verifier = std::move(verifier), now_s,
                        audit = std::move(audit)](Database& database) {
      const int used = database.prepare("UPDATE tokens SET used_by = ?, used_at = ? WHERE verifier = ? AND used_by = '' AND expires_at > ?")
                           .bind(key.id).bind(now_s).bind(verifier).bind(now_s).run();
      if (used != 1) return false;
      write(database, audit);
      write(database, key, instead_of);
      return true;
    });
  }

  Task<std::vector<SessionRecord>> sessions() override {
    return commit_.run([](Database& database) {
      std::vector<SessionRecord> sessions;
      auto row = database.prepare("SELECT id, level, session_key, session_made_at FROM minions");
      while (row.step()) {
        SessionRecord session{row.text(0), static_cast<int>(row.integer(1)), std::nullopt, row.integer(3)};
        if (!row.is_null(2)) session.key = row.text(2);
        sessions.push_back(std::move(session));
      }
      return sessions;
    });
  }

  Task<void> put_session(SessionRecord session) override {
    return commit_.run([session = std::move(session)](Database& database) {
      auto put = database.prepare(
          "INSERT OR REPLACE INTO minions (id, level, session_made_at, session_key) VALUES (?, ?, ?, ?)");
      put.bind(session.id).bind(session.level).bind(session.made_at_s);
      session.key ? put.bind(*session.key) : put.bind_null();
      put.run();
    });
  }

  Task<void> put_facts(FactsRecord facts) override {
    return commit_.run([facts = std::move(facts)](Database& database) {
      database.prepare("INSERT OR REPLACE INTO facts (id, grains, pillar, pillar_revision) VALUES (?, ?, ?, ?)")
          .bind(facts.id).bind_blob(pack(facts.grains)).bind_blob(pack(facts.pillar)).bind(facts.pillar_revision).run();
    });
  }

  Task<std::optional<FactsRecord>> facts(std::string id) override {
    return commit_.run([id = std::move(id)](Database& database) {
      auto row = database.prepare("SELECT id, grains, pillar, pillar_revision FROM facts WHERE id = ?");
      row.bind(id);
      return row.step() ? std::optional(read_facts(row)) : std::nullopt;
    });
  }

  Task<std::vector<std::string>> select_minions(FactsTest test) override {
    return commit_.run([test = std::move(test)](Database& database) {
      std::vector<std::string> ids;
      auto row = database.prepare("SELECT id, grains, pillar, pillar_revision FROM facts ORDER BY id");
      while (row.step())
        if (const FactsRecord facts = read_facts(row); test(facts)) ids.push_back(facts.id);
      return ids;
    });
  }

  Task<void> put_job(JobRecord job, std::optional<AuditRecord> audit) override {
    return commit_.run([job = std::move(job), audit = std::move(audit)](Database& database) {
      if (audit) write(database, *audit);
      const int added = database
          .prepare("INSERT OR IGNORE INTO jobs (jid, fun, user, load, minions, missing, is_finished) VALUES (?, ?, ?, ?, ?, ?, ?)")
          .bind(job.jid).bind(joined(job.load.find("fun"))).bind(job.user).bind_blob(pack(job.load)).bind_blob(pack(job.minions))
          .bind_blob(pack(job.missing)).bind(job.is_finished).run();
      if (added == 0) throw Error(ErrorKind::invalid, "there is a job {} already", job.jid);
    });
  }

  Task<void> finish_job(std::string jid) override {
    return commit_.run([jid = std::move(jid)](Database& database) {
      database.prepare("UPDATE jobs SET is_finished = 1 WHERE jid = ?").bind(jid).run();
    });
  }

  Task<bool> put_return(ReturnRecord record) override {
    return commit_.run([record = std::move(record)](Database& database) {
      auto put = database.prepare(
          "INSERT INTO returns (jid, id, outcome, pillar_commit, state_commit, received_at, load) VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (jid, id) DO UPDATE SET outcome = excluded.outcome, pillar_commit = excluded.pillar_commit,"
          " state_commit = excluded.state_commit, received_at = excluded.received_at, load = excluded.load"
          " WHERE returns.load IS NULL AND excluded.load IS NOT NULL");
      put.bind(record.jid).bind(record.id).bind(record.outcome).bind(record.pillar_commit).bind(record.state_commit)
          .bind(record.received_at_s);
      record.load ? put.bind_blob(pack(*record.load)) : put.bind_null();
      return put.run() > 0;
    });
  }

  Task<std::optional<JobRecord>> job(std::string jid) override {
    return commit_.run([jid = std::move(jid)](Database& database) {
      auto row = database.prepare(fmt::format("SELECT {} FROM jobs WHERE jid = ?", job_columns));
      row.bind(jid);
      return row.step() ? std::optional(read_job(row)) : std::nullopt;
    });
  }

  Task<std::vector<JobRecord>> jobs(JobFilter filter) override {
    return commit_.run([filter = std::move(filter)](Database& database) {
      std::vector<JobRecord> jobs;
      auto row = database.prepare(fmt::format("SELECT {}, fun FROM jobs WHERE jid >= ? AND jid < ? {} ORDER BY jid DESC", job_columns,
                                              filter.only_running ? "AND is_finished = 0" : ""));
      row.bind(filter.from).bind(filter.before.empty() ? above_all_jobs : filter.before.c_str());
      while (jobs.size() < filter.limit && row.step())
        if (JobRecord job = read_job(row); passes(filter, row.text(6), job)) jobs.push_back(std::move(job));
      return std::vector<JobRecord>(std::make_move_iterator(jobs.rbegin()), std::make_move_iterator(jobs.rend()));
    });
  }

  Task<std::vector<ReturnRecord>> returns(std::string jid) override {
    return commit_.run([jid = std::move(jid)](Database& database) {
      std::vector<ReturnRecord> records;
      auto row = database.prepare(
          "SELECT jid, id, outcome, load, pillar_commit, state_commit, received_at FROM returns WHERE jid = ? ORDER BY id");
      row.bind(jid);
      while (row.step()) {
        ReturnRecord record{row.text(0), row.text(1), row.text(2), std::nullopt, row.text(4), row.text(5), row.integer(6)};
        if (!row.is_null(3)) record.load = unpack_map(row.text(3));
        records.push_back(std::move(record));
      }
      return records;
    });
  }

  Task<int> remove_some_jobs_before(std::string jid, std::uint64_t bytes) override {
    return commit_.run([jid = std::move(jid), bytes](Database& database) {
      std::vector<std::string> oldest;
      auto row = database.prepare("SELECT jid FROM jobs WHERE jid < ? AND is_finished = 1 ORDER BY jid LIMIT ?");
      row.bind(jid).bind(rows_at_once);
      while (row.step()) oldest.push_back(row.text(0));
      int removed = 0;
      std::uint64_t freed = 0;
      for (int rows = 0; const auto& old : oldest) {
        auto size = database.prepare("SELECT SUM(LENGTH(load)) FROM returns WHERE jid = ?");
        size.bind(old);
        if (size.step() && !size.is_null(0)) freed += static_cast<std::uint64_t>(size.integer(0));
        rows += 1 + database.prepare("DELETE FROM returns WHERE jid = ?").bind(old).run();
        removed += database.prepare("DELETE FROM jobs WHERE jid = ?").bind(old).run();
        if (rows >= rows_at_once || freed >= bytes) break;
      }
      return removed;
    });
  }

  Task<std::uint64_t> bytes_in_use() override {
    return commit_.run([](Database& database) {
      const auto number = [&](const char* pragma) {
        auto row = database.prepare(pragma);
        return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
      };
      return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
    });
  }

  Task<void> put_audit(AuditRecord audit) override {
    return commit_.run([audit = std::move(audit)](Database& database) { write(database, audit); });
  }

  Task<std::vector<AuditRecord>> audit(AuditFilter filter) override {
    return commit_.run([filter = std::move(filter)](Database& database) {
      std::vector<AuditRecord> records;
      auto row = database.prepare("SELECT at, user, uid, act, what, on_whom, is_allowed, detail FROM audit ORDER BY number DESC");
      while (records.size() < filter.limit && row.step()) {
        AuditRecord record{row.integer(0), {row.text(1), row.integer(2)}, row.text(3), row.text(4), row.text(5), row.integer(6) != 0, row.text(7)};
        const bool is_wanted = (filter.user.empty() || glob_match(filter.user, record.who.user)) &&
                               (filter.act.empty() || glob_match(filter.act, record.act)) && !(filter.only_refused && record.is_allowed);
        if (is_wanted) records.push_back(std::move(record));
      }
      std::reverse(records.begin(), records.end());
      return records;
    });
  }

  Task<int> remove_audit_before(std::int64_t at_s) override {
    return commit_.run([at_s](Database& database) { return database.prepare("DELETE FROM audit WHERE at < ?").bind(at_s).run(); });
  }

  Task<void> put_mine(std::string id, Map data, bool replace) override {
    return commit_.run([id = std::move(id), data = std::move(data), replace](Database& database) {
      if (replace) database.prepare("DELETE FROM mine WHERE id = ?").bind(id).run();
      for (const auto& [fun, value] : data)
        database.prepare("INSERT OR REPLACE INTO mine (id, fun, data) VALUES (?, ?, ?)")
            .bind(id).bind(fun.as_string("a mine function")).bind_blob(pack(value)).run();
    });
  }

  Task<void> remove_mine(std::string id, std::optional<std::string> fun) override {
    return commit_.run([id = std::move(id), fun = std::move(fun)](Database& database) {
      auto remove = database.prepare(fun ? "DELETE FROM mine WHERE id = ? AND fun = ?" : "DELETE FROM mine WHERE id = ?");
      remove.bind(id);
      if (fun) remove.bind(*fun);
      remove.run();
    });
  }

  Task<Map> mine(std::string fun, std::vector<std::string> ids) override {
    return commit_.run([fun = std::move(fun), ids = std::move(ids)](Database& database) {
      Map values;
      for (const auto& id : ids) {
        auto row = database.prepare("SELECT data FROM mine WHERE id = ? AND fun = ?");
        row.bind(id).bind(fun);
        if (row.step()) values.set(id, from_msgpack(row.text(0)));
      }
      return values;
    });
  }

  Task<Map> mines(std::vector<std::string> ids) override {
    return commit_.run([ids = std::move(ids)](Database& database) {
      Map all;
      for (const auto& id : ids) {
        Map values;
        auto row = database.prepare("SELECT fun, data FROM mine WHERE id = ? ORDER BY fun");
        row.bind(id);
        while (row.step()) values.set(row.text(0), from_msgpack(row.text(1)));
        if (!values.empty()) all.set(id, std::move(values));
      }
      return all;
    });
  }

  const StoreLoad& load() const override { return commit_.load(); }

 private:
  GroupCommit commit_;
};

}  // namespace

std::unique_ptr<Store> make_sqlite_store(wire::Loop& loop, const std::string& path) {
  return std::make_unique<SqliteStore>(loop, path);
}

}  // namespace halite::master
