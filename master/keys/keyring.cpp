#include "master/keys/keyring.h"

#include <strings.h>

#include <algorithm>
#include <array>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/minion_id.h"
#include "common/base/strings.h"

namespace halite::master {

using wire::Admission;
using wire::AdmissionRequest;

namespace {

constexpr std::int64_t denied_again_s = 60;

}  // namespace

// One change of a key at a time: a second offer of the same id waits until the first is decided and stored.
class Keyring::Lock {
 public:
  Lock(Keyring& keyring, std::string id) : keyring_(keyring), alive_(keyring.alive_), id_(std::move(id)) {
    keyring_.entries_[id_].is_locked = true;
  }
  ~Lock() {
    if (alive_.expired()) return;  // the master has ended while its coroutine waited
    const auto found = keyring_.entries_.find(id_);
    found->second.is_locked = false;
    if (found->second.keys.empty()) keyring_.entries_.erase(found);
    keyring_.unlocked_.notify_all();
  }
  Lock(const Lock&) = delete;

 private:
  Keyring& keyring_;
  std::weak_ptr<bool> alive_;
  std::string id_;
};

Keyring::Keyring(KeyringParts parts, KeyringOptions options)
    : parts_(std::move(parts)), options_(std::move(options)), enrolments_(parts_.store, parts_.host), unlocked_(parts_.loop) {}

Task<void> Keyring::load() {
  co_await enrolments_.load();
  for (auto& key : co_await parts_.store.keys()) {
    if (key.state != KeyState::accepted) ++waiting_count_;
    entries_[key.id].keys[key.state] = std::move(key);
  }
  for (const auto& session : co_await parts_.store.sessions()) {
    const auto found = entries_.find(session.id);
    if (found == entries_.end()) continue;
    found->second.level = session.level;
    found->second.session_made_at_s = session.made_at_s;
    if (session.key) found->second.session = crypto::SessionKey::from_text(*session.key);
  }
}

Task<std::shared_ptr<Keyring::Lock>> Keyring::lock(std::string id) {
  for (auto found = entries_.find(id); found != entries_.end() && found->second.is_locked; found = entries_.find(id))
    co_await unlocked_.wait(std::chrono::minutes(1));
  co_return std::make_shared<Lock>(*this, std::move(id));
}

Task<Admission> Keyring::authorize(AdmissionRequest request) {
  check_minion_id(request.id);
  const KeyRecord* accepted = key_of(request.id, KeyState::accepted);
  // By far the most frequent case needs neither lock nor store.
  if (accepted && accepted->pem == request.key.pem() && !is_full_for(request.id)) {
    entries_[request.id].is_at_work = true;
    tell(request, Admission::accepted);
    co_return Admission::accepted;
  }
  const auto guard = co_await lock(request.id);
  const Admission admission = co_await decide(request);
  tell(request, admission);
  co_return admission;
}

// The order of salt-wire-protocol.md, section 4.2.
Task<Admission> Keyring::decide(AdmissionRequest request) {
  if (is_full_for(request.id)) co_return Admission::full;
  if (options_.open_mode) co_return co_await admit(request);
  if (key_of(request.id, KeyState::rejected)) co_return Admission::rejected;
  if (const KeyRecord* accepted = key_of(request.id, KeyState::accepted)) {
    if (accepted->pem != request.key.pem()) co_return co_await deny(request);
    co_return co_await admit(request);
  }
  if (const KeyRecord* pending = key_of(request.id, KeyState::pending)) co_return co_await judge_pending(request, *pending);
  co_return co_await judge_unknown(request);
}

// The id on record that differs by case alone: host names do not, so one of the two is a mistake or a trap.
const std::string* Keyring::twin_of(const std::string& id) const {
  const auto is_twin = [&](const auto& entry) { return ::strcasecmp(entry.first.c_str(), id.c_str()) == 0; };
  const auto is_known = [&](const auto& entry) { return entry.first != id && !entry.second.keys.empty(); };
  const auto here = entries_.lower_bound(id);
  for (auto entry = here; entry != entries_.end() && is_twin(*entry); ++entry)
    if (is_known(*entry)) return &entry->first;
  for (auto entry = std::make_reverse_iterator(here); entry != entries_.rend() && is_twin(*entry); ++entry)
    if (is_known(*entry)) return &entry->first;
  return nullptr;
}

bool Keyring::TwinsTogether::operator()(const std::string& left, const std::string& right) const {
  const int order = ::strcasecmp(left.c_str(), right.c_str());
  return order != 0 ? order < 0 : left < right;
}

Task<Admission> Keyring::judge_unknown(AdmissionRequest request) {
  if (const auto* twin = twin_of(request.id)) {
    warn_of_stranger(fmt::format("'{}' at {} is refused: '{}' is on record, and ids that differ by case alone are taken for the same",
                                 request.id, request.peer_address, *twin));
    co_return Admission::denied;
  }
  const Verdict verdict = co_await this->verdict(request.id, request.autosign_grains);
  if (verdict == Verdict::sign || (verdict != Verdict::reject && co_await enrol(request))) co_return co_await admit(request);
  if (!has_room_for_waiting(request.id)) co_return Admission::full;
  const bool is_rejected = verdict == Verdict::reject;
  const std::set<KeyState> nothing;
  co_await store_key(new_record(request, is_rejected ? KeyState::rejected : KeyState::pending), nothing);
  if (!is_rejected)
    log::info("new key of '{}' from {} waits: {}", request.id, request.peer_address, request.key.fingerprint());
  co_return is_rejected ? Admission::rejected : Admission::pending;
}

Task<Admission> Keyring::judge_pending(AdmissionRequest request, KeyRecord waiting) {
  const Verdict verdict = co_await this->verdict(request.id, request.autosign_grains);
  if (verdict == Verdict::reject) {
    waiting.state = KeyState::rejected;
    const std::set<KeyState> pending{KeyState::pending};
    co_await store_key(waiting, pending);
    co_return Admission::rejected;
  }
  // Also with another key than the one that waits: anybody may have put that there.
  if (co_await enrol(request)) co_return co_await admit(request);
  if (waiting.pem != request.key.pem()) co_return co_await deny(request);
  if (verdict == Verdict::sign) co_return co_await admit(request);
  co_return Admission::pending;
}

// True when the minion came with a good token: its key is accepted then, and the token spent.
Task<bool> Keyring::enrol(AdmissionRequest request) {
  if (!request.enrolment) co_return false;
  const std::string problem = enrolments_.problem_with(request);
  if (problem.empty()) {
    const KeyRecord key = new_record(request, KeyState::accepted);
    const std::set<KeyState> others{KeyState::pending, KeyState::rejected};
    const Actor token{"enrolment token " + crypto::enrolment_name(request.enrolment->verifier), -1};
    AuditRecord audit = record_of(token, "key.accept", new_record(request, KeyState::pending));
    const std::string verifier = to_hex(request.enrolment->verifier);
    const bool is_used = co_await parts_.store.put_key_by_token(key, others, verifier, now_s(), std::move(audit));
    if (!is_used) co_return false;  // another minion was faster, or it was revoked meanwhile
    remember(key, others);
    forget_session(entries_[request.id]);
    enrolments_.note_use(verifier, request.id);
    log::info("'{}' from {} is accepted by the {}", request.id, request.peer_address, token.user);
    co_return true;
  }
  if (auto refusal = enrolments_.refusal(request, problem)) {
    warn_of_stranger(fmt::format("'{}' from {} is not accepted by its enrolment token: {}", request.id, request.peer_address, problem));
    co_await parts_.store.put_audit(std::move(*refusal));
  }
  co_return false;
}

Task<Verdict> Keyring::verdict(std::string id, Map grains) {
  if (options_.auto_accept) co_return Verdict::sign;
  if (options_.autosign.is_off()) co_return Verdict::ask_operator;
  auto work = [&host = parts_.host, options = options_.autosign, id = std::move(id), grains = std::move(grains)] {
    return autosign_verdict(host, options, id, grains);
  };
  co_return co_await parts_.workers.run(std::move(work));
}

Task<Admission> Keyring::deny(AdmissionRequest request) {
  const KeyRecord* known = key_of(request.id, KeyState::denied);
  if (!known || known->pem != request.key.pem()) {
    warn_of_stranger(fmt::format("'{}' at {} offers another key than the one on record: {}", request.id, request.peer_address,
                                 request.key.fingerprint()));
    // The newest is on record, but a stranger with ever new keys does not make us write all the time.
    const bool is_due = !known || now_s() - known->offered_at_s >= denied_again_s;
    const std::set<KeyState> nothing;
    if (is_due && (known || has_room_for_waiting(request.id))) co_await store_key(new_record(request, KeyState::denied), nothing);
  }
  co_return Admission::denied;
}

Task<Admission> Keyring::admit(AdmissionRequest request) {
  const KeyRecord* accepted = key_of(request.id, KeyState::accepted);
  if (!accepted || accepted->pem != request.key.pem()) {
    const bool replaces = accepted != nullptr;
    KeyRecord key = new_record(request, KeyState::accepted);
    const std::set<KeyState> others{KeyState::pending, KeyState::rejected};
    const char* rule = options_.open_mode ? "option open_mode" : options_.auto_accept ? "option auto_accept" : "autosign";
    AuditRecord audit = record_of(Actor{rule, -1}, "key.accept", new_record(request, KeyState::pending));
    co_await store_key(key, others, std::move(audit));
    forget_session(entries_[request.id]);
    if (replaces) parts_.on_revoked();
  }
  entries_[request.id].is_at_work = true;
  co_return Admission::accepted;
}

std::optional<crypto::PublicKey> Keyring::accepted_key(const std::string& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  const auto key = found->second.keys.find(KeyState::accepted);
  if (key == found->second.keys.end()) return std::nullopt;
  if (!found->second.accepted) found->second.accepted = crypto::PublicKey::from_pem(key->second.pem, "the key of " + id);
  return found->second.accepted;
}

std::optional<crypto::SessionKey> Keyring::session_key(const std::string& id) {
  if (!is_accepted(id)) return std::nullopt;
  return entries_.at(id).session;
}

Task<crypto::SessionKey> Keyring::issue_session_key(const std::string& id) {
  const std::string minion = id;  // the reference may not outlive the first wait
  if (!is_accepted(minion)) throw Error(ErrorKind::denied, "'{}' is no accepted minion", minion);
  if (const auto key = fresh_session(minion)) co_return *key;
  const auto guard = co_await lock(minion);
  if (const auto key = fresh_session(minion)) co_return *key;  // made while we waited for the lock
  if (!is_accepted(minion)) throw Error(ErrorKind::denied, "'{}' is no accepted minion any more", minion);
  const crypto::SessionKey key = crypto::SessionKey::generate();
  const SessionRecord record{minion, level_floor(minion), key.text(), now_s()};
  co_await parts_.store.put_session(record);
  Entry& entry = entries_[minion];
  entry.session = key;
  entry.session_made_at_s = record.made_at_s;
  co_return key;
}

std::optional<crypto::SessionKey> Keyring::fresh_session(const std::string& id) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  const bool is_old = now_s() - found->second.session_made_at_s >= options_.publish_session.count();
  return is_old ? std::nullopt : found->second.session;
}

int Keyring::level_floor(const std::string& id) {
  const auto found = entries_.find(id);
  return found == entries_.end() ? 0 : found->second.level;
}

void Keyring::raise_level_floor(const std::string& id, int level) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || !is_accepted(id) || level <= found->second.level) return;
  found->second.level = level;
  parts_.loop.spawn("remembering the protocol level", parts_.store.put_session(session_record(id, found->second)));
}

std::vector<KeyRecord> Keyring::find(const std::vector<std::string>& globs, const std::set<KeyState>& states) const {
  std::vector<KeyRecord> keys;
  for (const auto& [id, entry] : entries_) {
    const std::string& name = id;
    if (!globs.empty() && std::none_of(globs.begin(), globs.end(), [&](const auto& glob) { return glob_match(glob, name); }))
      continue;
    for (const auto& [state, key] : entry.keys)
      if (states.count(state)) keys.push_back(key);
  }
  return keys;
}

bool Keyring::is_accepted(const std::string& id) const { return key_of(id, KeyState::accepted) != nullptr; }

std::vector<std::string> Keyring::accepted_ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, entry] : entries_)
    if (entry.keys.count(KeyState::accepted)) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Task<void> Keyring::accept(KeyRecord key, Actor who) {
  return move(std::move(key), KeyState::accepted, "accept", std::move(who));
}
Task<void> Keyring::reject(KeyRecord key, Actor who) {
  return move(std::move(key), KeyState::rejected, "reject", std::move(who));
}

Task<void> Keyring::move(KeyRecord key, KeyState to, std::string act, Actor who) {
  const auto guard = co_await lock(key.id);
  check_present(key);
  if (key.state == to) co_return;
  const KeyRecord* accepted = key_of(key.id, KeyState::accepted);
  const bool revokes = accepted != nullptr;
  if (revokes) {
    std::optional<AuditRecord> replaced;
    if (key.state != KeyState::accepted) replaced = record_of(who, "key.delete", *accepted);
    co_await parts_.store.remove_key(key.id, KeyState::accepted, std::move(replaced));
  }
  KeyRecord moved = key;
  moved.state = to;
  std::set<KeyState> instead_of{KeyState::pending, KeyState::accepted, KeyState::rejected, key.state};
  instead_of.erase(to);
  co_await store_key(moved, instead_of, record_of(who, "key." + act, key));
  forget_session(entries_[key.id]);
  if (revokes) parts_.on_revoked();
  parts_.events.publish("salt/key", {{"result", true}, {"act", act}, {"id", key.id}});
}

Task<void> Keyring::remove(KeyRecord key, Actor who) {
  const auto guard = co_await lock(key.id);
  check_present(key);
  co_await parts_.store.remove_key(key.id, key.state, record_of(std::move(who), "key.delete", key));
  Entry& entry = entries_[key.id];
  entry.keys.erase(key.state);
  ++changes_;
  if (key.state != KeyState::accepted) {
    --waiting_count_;
  } else {
    forget_session(entry);
    parts_.on_revoked();
  }
  parts_.events.publish("salt/key", {{"result", true}, {"act", "delete"}, {"id", key.id}});
}

Task<bool> Keyring::import(KeyRecord key, Actor who) {
  check_minion_id(key.id);
  key.pem = crypto::PublicKey::from_pem(key.pem, "the key of " + key.id).pem();
  key.offered_at_s = now_s();
  const auto guard = co_await lock(key.id);
  for (const KeyState state : {KeyState::accepted, KeyState::pending, KeyState::rejected, KeyState::denied}) {
    const KeyRecord* known = key_of(key.id, state);
    if (!known) continue;
    if (state == key.state && known->pem == key.pem) co_return false;
    // A denied key stands beside the one it was denied for.
    if ((state == KeyState::denied) != (key.state == KeyState::denied)) continue;
    if (known->pem != key.pem) throw Error(ErrorKind::denied, "another {} key is on record: {}", to_string(state), crypto::pem_fingerprint(known->pem));
    throw Error(ErrorKind::denied, "the key is on record as {}", to_string(state));
  }
  const std::set<KeyState> nothing;
  co_await store_key(key, nothing, record_of(std::move(who), "key.import", key));
  parts_.events.publish("salt/key", {{"result", true}, {"act", "import"}, {"id", key.id}});
  co_return true;
}

AuditRecord Keyring::record_of(Actor who, const std::string& act, const KeyRecord& key) const {
  const std::string what = fmt::format("{} key", to_string(key.state));
  return {now_s(), std::move(who), act, what, key.id, true, crypto::pem_fingerprint(key.pem)};
}

Task<void> Keyring::store_key(KeyRecord key, std::set<KeyState> instead_of, std::optional<AuditRecord> audit) {
  co_await parts_.store.put_key(key, instead_of, std::move(audit));
  remember(key, instead_of);
}

void Keyring::remember(const KeyRecord& key, const std::set<KeyState>& instead_of) {
  auto& keys = entries_[key.id].keys;
  const auto waiting = [&] { return keys.size() - keys.count(KeyState::accepted); };
  waiting_count_ -= waiting();
  for (const KeyState state : instead_of) keys.erase(state);
  entries_[key.id].accepted.reset();
  keys[key.state] = key;
  ++changes_;
  waiting_count_ += waiting();
}

bool Keyring::has_room_for_waiting(const std::string& id) {
  if (waiting_count_ < options_.waiting_limit) return true;
  warn_of_stranger(fmt::format("'{}' is turned away: {} keys wait already; decide about them with halite-key", id, waiting_count_));
  return false;
}

// Whoever can reach the port can make us say this.
void Keyring::warn_of_stranger(const std::string& text) {
  const auto permission = stranger_lines_.ask(parts_.host.steady_now());
  if (permission.left_out > 0) log::warning("{} more offers of keys that were refused are not named", permission.left_out);
  if (permission.is_given) log::warning("{}", text);
}

bool Keyring::is_full_for(const std::string& id) const {
  if (options_.max_minions == 0) return false;
  const auto found = entries_.find(id);
  if (found != entries_.end() && found->second.is_at_work) return false;
  const auto at_work = std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) { return entry.second.is_at_work; });
  return static_cast<std::size_t>(at_work) >= options_.max_minions;
}

void Keyring::check_present(const KeyRecord& key) const {
  const KeyRecord* now = key_of(key.id, key.state);
  if (!now || now->pem != key.pem)
    throw Error(ErrorKind::not_found, "the {} key of '{}' is no longer the one you saw; look again", to_string(key.state), key.id);
}

void Keyring::forget_session(Entry& entry) {
  entry.accepted.reset();
  entry.session.reset();
  entry.session_made_at_s = 0;
  entry.level = 0;
  entry.is_at_work = false;
}

const KeyRecord* Keyring::key_of(const std::string& id, KeyState state) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  const auto key = found->second.keys.find(state);
  return key == found->second.keys.end() ? nullptr : &key->second;
}

KeyRecord Keyring::new_record(const AdmissionRequest& request, KeyState state) const {
  return {request.id, state, request.key.pem(), request.peer_address, now_s()};
}

SessionRecord Keyring::session_record(const std::string& id, const Entry& entry) const {
  SessionRecord record{id, entry.level, std::nullopt, entry.session_made_at_s};
  if (entry.session) record.key = entry.session->text();
  return record;
}

void Keyring::tell(const AdmissionRequest& request, Admission admission) {
  static constexpr std::array acts{"accept", "pend", "reject", "denied", "full"};
  const bool is_let_in = admission == Admission::accepted || admission == Admission::pending;
  parts_.events.publish("salt/auth", {{"result", is_let_in}, {"act", acts[static_cast<std::size_t>(admission)]},
                                      {"id", request.id}, {"pub", request.key.pem()}});
}

std::int64_t Keyring::now_s() const {
  return unix_seconds(parts_.host.now());
}

}  // namespace halite::master
