// Which minions are trusted. Keys, session keys and protocol levels are held in memory, and every change is in the store
// before anyone is told of it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/line_limit.h"
#include "common/wire/key_authority.h"
#include "common/wire/loop.h"
#include "common/wire/workers.h"
#include "master/events/event_bus.h"
#include "master/keys/autosign.h"
#include "master/keys/enrolments.h"
#include "master/store/store.h"

namespace halite::master {

struct KeyringOptions {
  bool auto_accept = false;
  bool open_mode = false;               // every key is taken, even another one for a known id
  std::size_t max_minions = 0;          // that may be at work at the same time; 0: no limit
  std::size_t waiting_limit = 20'000;   // keys that are not accepted: strangers could fill the disk with them
  std::chrono::seconds publish_session{86'400};  // age at which a session key is replaced
  AutosignOptions autosign;
};

struct KeyringParts {
  wire::Loop& loop;
  wire::Workers& workers;
  Store& store;
  Host& host;
  EventBus& events;
  // Called when a minion lost its trust: what it still knows must be worthless from now on.
  std::function<void()> on_revoked;
};

// Lives on the loop thread.
class Keyring : public wire::KeyAuthority {
 public:
  Keyring(KeyringParts parts, KeyringOptions options);
  // Reads the store. Call it once, before anything else.
  Task<void> load();

  // For the request server.
  Task<wire::Admission> authorize(wire::AdmissionRequest request) override;
  std::optional<crypto::PublicKey> accepted_key(const std::string& id) override;
  std::optional<crypto::SessionKey> session_key(const std::string& id) override;
  Task<crypto::SessionKey> issue_session_key(const std::string& id) override;
  int level_floor(const std::string& id) override;
  void raise_level_floor(const std::string& id, int level) override;

  // For operators. Keys whose id matches one of the globs (none: all) in one of the states, sorted by id, then state.
  std::vector<KeyRecord> find(const std::vector<std::string>& globs, const std::set<KeyState>& states) const;
  bool is_accepted(const std::string& id) const;
  std::vector<std::string> accepted_ids() const;  // sorted
  std::uint64_t changes() const { return changes_; }  // of keys, so far
  // Each writes the audit record with the change, and throws Error(not_found) when the very key (id, state, PEM) is no longer
  // there: it was swapped or decided meanwhile.
  Task<void> accept(KeyRecord key, Actor who);
  Task<void> reject(KeyRecord key, Actor who);
  Task<void> remove(KeyRecord key, Actor who);
  // Takes over what another master had on record. False: it was on record just so. Throws Error(invalid) for a bad id or key,
  // Error(denied) when another key or decision is on record for the id: that one stays.
  Task<bool> import(KeyRecord key, Actor who);
  Enrolments& enrolments() { return enrolments_; }

 private:
  struct Entry {
    std::map<KeyState, KeyRecord> keys;  // one of pending, accepted, rejected at most; beside it a denied one
    std::optional<crypto::PublicKey> accepted;  // parsed when first asked for
    std::optional<crypto::SessionKey> session;
    std::int64_t session_made_at_s = 0;
    int level = 0;
    bool is_at_work = false;             // was let in since the start
    bool is_locked = false;
  };
  class Lock;

  Task<std::shared_ptr<Lock>> lock(std::string id);
  Task<wire::Admission> decide(wire::AdmissionRequest request);
  Task<wire::Admission> judge_unknown(wire::AdmissionRequest request);
  Task<wire::Admission> judge_pending(wire::AdmissionRequest request, KeyRecord waiting);
  Task<bool> enrol(wire::AdmissionRequest request);
  Task<Verdict> verdict(std::string id, Map grains);
  Task<wire::Admission> deny(wire::AdmissionRequest request);
  Task<wire::Admission> admit(wire::AdmissionRequest request);
  Task<void> move(KeyRecord key, KeyState to, std::string act, Actor who);
  Task<void> store_key(KeyRecord key, std::set<KeyState> instead_of, std::optional<AuditRecord> audit = std::nullopt);
  void remember(const KeyRecord& key, const std::set<KeyState>& instead_of);
  AuditRecord record_of(Actor who, const std::string& act, const KeyRecord& key) const;
  const std::string* twin_of(const std::string& id) const;
  bool has_room_for_waiting(const std::string& id);
  bool is_full_for(const std::string& id) const;
  void warn_of_stranger(const std::string& text);
  void check_present(const KeyRecord& key) const;
  std::optional<crypto::SessionKey> fresh_session(const std::string& id) const;
  void forget_session(Entry& entry);
  const KeyRecord* key_of(const std::string& id, KeyState state) const;
  KeyRecord new_record(const wire::AdmissionRequest& request, KeyState state) const;
  SessionRecord session_record(const std::string& id, const Entry& entry) const;
  void tell(const wire::AdmissionRequest& request, wire::Admission admission);
  std::int64_t now_s() const;

  KeyringParts parts_;
  KeyringOptions options_;
  Enrolments enrolments_;
  // Ids that differ by case alone stand side by side.
  struct TwinsTogether {
    bool operator()(const std::string& left, const std::string& right) const;
  };
  std::map<std::string, Entry, TwinsTogether> entries_;
  std::uint64_t changes_ = 0;
  std::size_t waiting_count_ = 0;  // keys that are not accepted
  LineLimit stranger_lines_{60, std::chrono::minutes(1)};
  wire::WaitPoint unlocked_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace halite::master
