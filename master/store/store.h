// What the master must not forget: keys, what it knows of each minion, jobs and returns. Values in, values out; no SQL
// outside this folder, so that another database can stand behind the same functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/timings.h"
#include "common/data/value.h"
#include "common/wire/task.h"

namespace halite::master {

enum class KeyState { pending, accepted, rejected, denied };
std::string_view to_string(KeyState state);
// Throws Error(invalid) with the nearest name.
KeyState key_state_from(std::string_view text);

struct KeyRecord {
  std::string id;
  KeyState state = KeyState::pending;
  std::string pem;
  std::string peer_address;       // that offered it last
  std::int64_t offered_at_s = 0;  // first offered, seconds since 1970
};

// What the transport remembers of a minion.
struct SessionRecord {
  std::string id;
  int level = 0;                     // highest protocol level it has proven itself at
  std::optional<std::string> key;    // session key, a secret
  std::int64_t made_at_s = 0;
};

// What a minion told of itself, and what pillar it was given. A secret.
struct FactsRecord {
  std::string id;
  Map grains;
  Map pillar;
  std::string pillar_revision;
};

struct JobRecord {
  std::string jid;
  std::string user;
  Map load;                          // as published: fun, arg, tgt, tgt_type, ...
  std::vector<std::string> minions;  // who is meant, sorted
  std::vector<std::string> missing;
  bool is_finished = false;          // every one of them has an outcome
};

struct ReturnRecord {
  std::string jid;
  std::string id;
  std::string outcome;               // as in common/wire/messages/job.h
  std::optional<Map> load;           // what the minion sent; nothing when it sent nothing
  std::string pillar_commit;
  std::string state_commit;
  std::int64_t received_at_s = 0;
};

// A one-time enrolment token: its public half, and whom it lets in.
struct TokenRecord {
  std::string verifier;              // 64 hex digits
  std::string pattern;               // id or glob
  std::int64_t made_at_s = 0;
  std::int64_t expires_at_s = 0;
  std::string made_by;
  std::string used_by;               // the minion that came with it; empty: none yet
  std::int64_t used_at_s = 0;
};

// Seconds since 1970.
inline std::int64_t unix_seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// Who gives an order.
struct Actor {
  std::string user;                  // as the kernel names it; behind sudo as Salt does, "sudo_alice"
  std::int64_t uid = -1;             // -1: no user, but a rule of the configuration or a minion, which `user` says
};

// A privileged act: done, or refused.
struct AuditRecord {
  std::int64_t at_s = 0;             // seconds since 1970
  Actor who;
  std::string act;                   // the command: "job.publish", "key.accept", "runner.run"
  std::string what;                  // function, key or runner
  std::string on_whom;               // target or minion id; empty where there is none
  bool is_allowed = true;
  std::string detail;                // job id, fingerprint, or why it was refused
};

struct AuditFilter {
  std::string user;                  // globs; empty: all
  std::string act;
  bool only_refused = false;
  std::size_t limit = 1'000;         // the newest so many
};

struct JobFilter {
  std::string fun;                   // a glob; empty: all
  std::string user;
  std::string target;                // a glob over the target's text
  std::size_t limit = 10'000;        // the newest so many
  bool only_running = false;
  std::string from, before;          // job ids: this one or later, earlier than that one; empty: all
  Map metadata;                      // entries that the job's metadata has
};

struct StoreLoad {
  std::size_t waiting = 0;   // pieces of work that are not done
  std::uint64_t works = 0;   // done so far
  Timings groups;            // transactions, each for all that had gathered
};

// Gives the ids for which the test is true. Runs on the store's thread, so it holds values only.
using FactsTest = std::function<bool(const FactsRecord&)>;

// Each function throws Error(unavailable) when the disk is full or fails: nothing of that call is stored then. What a task
// has finished writing is on disk.
class Store {
 public:
  virtual ~Store() = default;

  virtual Task<std::vector<KeyRecord>> keys() = 0;
  // What has an `audit` parameter writes both in one transaction: no act without its record, and no record without the act.
  // Puts the key and removes the id's keys of the states in `instead_of`, in one step.
  virtual Task<void> put_key(KeyRecord key, std::set<KeyState> instead_of, std::optional<AuditRecord> audit) = 0;
  // Removing an accepted key removes all that is known of the minion too: session, level, facts, mine.
  virtual Task<void> remove_key(std::string id, KeyState state, std::optional<AuditRecord> audit) = 0;

  virtual Task<std::vector<TokenRecord>> tokens() = 0;  // oldest first
  // Forgets those that expired before `forget_before_s`, too.
  virtual Task<void> put_token(TokenRecord token, std::int64_t forget_before_s, AuditRecord audit) = 0;
  virtual Task<void> remove_token(std::string verifier, AuditRecord audit) = 0;
  // As put_key, and marks the token as used by the key's minion, in one step. False, and nothing is written, when it is not
  // there, was used, or has expired at `now_s`.
  virtual Task<bool> put_key_by_token(KeyRecord key, std::set<KeyState> instead_of, std::string verifier, std::int64_t now_s,
                                      AuditRecord audit) = 0;

  virtual Task<std::vector<SessionRecord>> sessions() = 0;
  virtual Task<void> put_session(SessionRecord session) = 0;

  virtual Task<void> put_facts(FactsRecord facts) = 0;
  virtual Task<std::optional<FactsRecord>> facts(std::string id) = 0;
  virtual Task<std::vector<std::string>> select_minions(FactsTest test) = 0;

  // Throws Error(invalid) when the job id is taken.
  virtual Task<void> put_job(JobRecord job, std::optional<AuditRecord> audit) = 0;
  virtual Task<void> finish_job(std::string jid) = 0;
  // A minion's return replaces an outcome without one; a second return of the same minion changes nothing.
  // True when it was new.
  virtual Task<bool> put_return(ReturnRecord record) = 0;
  virtual Task<std::optional<JobRecord>> job(std::string jid) = 0;
  virtual Task<std::vector<JobRecord>> jobs(JobFilter filter) = 0;  // oldest first
  virtual Task<std::vector<ReturnRecord>> returns(std::string jid) = 0;
  // Removes the oldest finished jobs whose id is below `jid`, with their returns, until they had so many bytes or some
  // thousands of rows, so that other work gets its turn. Gives how many jobs; 0: there are no more.
  virtual Task<int> remove_some_jobs_before(std::string jid, std::uint64_t bytes) = 0;
  // What is kept takes so much room. A file never gets smaller: freed room is used again.
  virtual Task<std::uint64_t> bytes_in_use() = 0;

  // Of acts that are no change of this store, and of refusals.
  virtual Task<void> put_audit(AuditRecord audit) = 0;
  virtual Task<std::vector<AuditRecord>> audit(AuditFilter filter) = 0;  // oldest first
  // Gives how many.
  virtual Task<int> remove_audit_before(std::int64_t at_s) = 0;

  // Merges into what the minion has, or replaces it all.
  virtual Task<void> put_mine(std::string id, Map data, bool replace) = 0;
  virtual Task<void> remove_mine(std::string id, std::optional<std::string> fun) = 0;
  // minion -> value, for the ids given.
  virtual Task<Map> mine(std::string fun, std::vector<std::string> ids) = 0;
  // Everything of these minions: minion -> function -> value.
  virtual Task<Map> mines(std::vector<std::string> ids) = 0;

  virtual const StoreLoad& load() const = 0;
};

}  // namespace halite::master
