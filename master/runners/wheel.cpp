// The wheel functions: keys and settings of the master. What writes the site's own files (file_roots.*, pillar_roots.*,
// config.apply, config.update_config) is left to git and the file system.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/crypto/rsa.h"
#include "master/runners/runners.h"
#include "pillar/settings.h"

namespace halite::master {
namespace {

struct KeysNamed {
  std::string match;
  bool include_accepted = false;
  bool include_rejected = false;
  bool include_denied = false;

  static const Schema<KeysNamed>& schema() {
    static const auto schema = Schema<KeysNamed>()
                                   .required(&KeysNamed::match, "match", "Minion id or glob.")
                                   .optional(&KeysNamed::include_accepted, "include_accepted", "Look among accepted keys too.")
                                   .optional(&KeysNamed::include_rejected, "include_rejected", "Look among rejected keys too.")
                                   .optional(&KeysNamed::include_denied, "include_denied", "Look among denied keys too.");
    return schema;
  }
};

struct KeyClass {
  std::string match;

  static const Schema<KeyClass>& schema() {
    static const auto schema = Schema<KeyClass>().required(&KeyClass::match, "match", "pre (un, unaccepted), acc (accepted), rej (rejected), den (denied) or all.");
    return schema;
  }
};

struct Match {
  std::string match;

  static const Schema<Match>& schema() {
    static const auto schema = Schema<Match>().required(&Match::match, "match", "Minion id or glob.");
    return schema;
  }
};

struct Fingers {
  std::string match;
  std::string hash_type = "sha256";

  static const Schema<Fingers>& schema() {
    static const auto schema = Schema<Fingers>()
                                   .required(&Fingers::match, "match", "Minion id or glob.")
                                   .optional(&Fingers::hash_type, "hash_type", "Hash of the fingerprints.")
                                   .one_of({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"});
    return schema;
  }
};

struct MasterFinger {
  std::string hash_type = "sha256";

  static const Schema<MasterFinger>& schema() {
    static const auto schema = Schema<MasterFinger>()
                                   .optional(&MasterFinger::hash_type, "hash_type", "Hash of the fingerprint.")
                                   .one_of({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"});
    return schema;
  }
};

struct NewKey {
  std::string id;
  std::int64_t keysize = 2048;
  bool force = false;

  static const Schema<NewKey>& schema() {
    static const auto schema = Schema<NewKey>()
                                   .required(&NewKey::id, "id_", "Minion id.")
                                   .optional(&NewKey::keysize, "keysize", "Bits: 2048 to 4096.")
                                   .optional(&NewKey::force, "force", "Replace the key that is accepted.");
    return schema;
  }
};

// Salt's names of the places, which are its directories.
const char* place_of(KeyState state) {
  switch (state) {
    case KeyState::pending: return "minions_pre";
    case KeyState::accepted: return "minions";
    case KeyState::rejected: return "minions_rejected";
    case KeyState::denied: return "minions_denied";
  }
  return "";
}

const std::vector<KeyState> all_states{KeyState::accepted, KeyState::pending, KeyState::rejected, KeyState::denied};

std::vector<KeyState> states_named(const std::string& name) {
  if (name == "all") return all_states;
  for (const auto& [state, names] : std::vector<std::pair<KeyState, std::vector<std::string>>>{
           {KeyState::pending, {"pre", "un", "unaccepted"}}, {KeyState::accepted, {"acc", "accepted"}},
           {KeyState::rejected, {"rej", "rejected"}}, {KeyState::denied, {"den", "denied"}}})
    if (std::find(names.begin(), names.end(), name) != names.end()) return {state};
  throw Error(ErrorKind::invalid, "match: there is no class '{}' of keys; there are accepted, unaccepted, rejected, denied and all", escape_control(name));
}

List ids_of(const Keyring& keyring, KeyState state) {
  List ids;
  for (const auto& key : keyring.find({}, {state})) ids.emplace_back(key.id);
  return ids;
}

Map listed(const Keyring& keyring, const std::vector<KeyState>& states) {
  Map all;
  for (const KeyState state : states) all.set(place_of(state), ids_of(keyring, state));
  return all;
}

// What each of the matching keys is, by place and id.
Map each_key(const Keyring& keyring, const std::string& match, const std::function<std::string(const KeyRecord&)>& tell) {
  Map all;
  for (const KeyState state : all_states) {
    Map found;
    for (const auto& key : keyring.find({match}, {state})) found.set(key.id, tell(key));
    if (!found.empty()) all.set(place_of(state), std::move(found));
  }
  return all;
}

using Act = Task<void> (Keyring::*)(KeyRecord, Actor);

// Does it to every key that matches; gives where the matching ids are then.
Task<wire::RunnerResult> change(Keyring& keyring, Act act, KeysNamed named, std::set<KeyState> states, RunnerCaller caller) {
  const auto keys = keyring.find({named.match}, states);
  for (const auto& key : keys) {
    co_await (keyring.*act)(key, caller.actor());
    log::info("{} decided about the {} key of '{}', {}", caller.user, to_string(key.state), key.id, crypto::pem_fingerprint(key.pem));
  }
  Map now;
  for (const KeyState state : all_states) {
    List ids;
    for (const auto& key : keyring.find({named.match}, {state})) ids.emplace_back(key.id);
    if (!ids.empty()) now.set(place_of(state), std::move(ids));
  }
  co_return plain_result(now);
}

std::set<KeyState> where(const KeysNamed& named) {
  std::set<KeyState> states{KeyState::pending};
  if (named.include_accepted) states.insert(KeyState::accepted);
  if (named.include_rejected) states.insert(KeyState::rejected);
  if (named.include_denied) states.insert(KeyState::denied);
  return states;
}

Task<wire::RunnerResult> now(Value value) { co_return plain_result(std::move(value)); }

Task<wire::RunnerResult> remove(Keyring& keyring, Match match, RunnerCaller caller) {
  KeysNamed named{match.match};
  std::set<KeyState> states(all_states.begin(), all_states.end());
  co_return co_await change(keyring, &Keyring::remove, std::move(named), std::move(states), std::move(caller));
}

Task<crypto::PrivateKey> make_key(wire::Workers& workers, std::int64_t bits) {
  if (bits < 2048 || bits > 4096) throw Error(ErrorKind::invalid, "keysize: must be 2048 to 4096, not {}", bits);
  auto work = [bits] { return crypto::PrivateKey::generate(static_cast<int>(bits)); };
  co_return co_await workers.run(std::move(work));
}

Map key_pair(const crypto::PrivateKey& key) { return {{"priv", key.pem()}, {"pub", key.public_key().pem()}}; }

// The private key is given once and kept nowhere.
Task<wire::RunnerResult> generate(wire::Workers& workers, NewKey wanted) {
  const auto key = co_await make_key(workers, wanted.keysize);
  co_return plain_result(key_pair(key));
}

Task<wire::RunnerResult> generate_accepted(Keyring& keyring, wire::Workers& workers, NewKey wanted, RunnerCaller caller) {
  const std::set<KeyState> everywhere(all_states.begin(), all_states.end());
  const auto present = keyring.find({wanted.id}, everywhere);
  if (!present.empty() && !wanted.force) co_return plain_result(Map{});
  const auto key = co_await make_key(workers, wanted.keysize);
  for (const auto& old : present) co_await keyring.remove(old, caller.actor());
  const KeyRecord record{wanted.id, KeyState::accepted, key.public_key().pem(), "", 0};
  co_await keyring.import(record, caller.actor());
  log::info("{} made and accepted a key for '{}', {}", caller.user, wanted.id, key.public_key().fingerprint());
  co_return plain_result(key_pair(key));
}

// What the settings hold in secret stays out.
Map shown_settings(const MasterSettings& settings) { return pillar::shown_options(master_settings_schema(), settings); }

}  // namespace

void add_wheel_functions(RunnerTable& wheels, Keyring& keyring, const crypto::PrivateKey& master_key, const MasterSettings& settings,
                         const Presence& presence, wire::Workers& workers) {
  const auto add_change = [&](const char* name, const char* doc, Act act) {
    Runner<KeysNamed> runner{name, doc, [&keyring, act](KeysNamed named, RunnerCaller caller) {
                               auto states = where(named);
                               return change(keyring, act, std::move(named), std::move(states), std::move(caller));
                             }};
    runner.is_recorded = true;
    wheels.add(std::move(runner));
  };
  const auto show = [&](const char* name, const char* doc, auto tell) {
    wheels.add(Runner<Match>{name, doc, [tell](Match match, RunnerCaller) { return now(tell(match.match)); }});
  };
  add_change("key.accept", "Trusts the waiting keys that match.", &Keyring::accept);
  add_change("key.reject", "Refuses the waiting keys that match.", &Keyring::reject);
  Runner<Match> removal{"key.delete", "Forgets the keys that match; an accepted minion is cut off at once.",
                        [&keyring](Match match, RunnerCaller caller) { return remove(keyring, std::move(match), std::move(caller)); }};
  removal.is_recorded = true;
  wheels.add(std::move(removal));
  wheels.add(Runner<KeyClass>{"key.list", "The ids of one class of keys.",
                              [&keyring](KeyClass wanted, RunnerCaller) { return now(listed(keyring, states_named(wanted.match))); }});
  wheels.add(Runner<NoRunnerArguments>{"key.list_all", "The ids of all keys, by class.", [&keyring](NoRunnerArguments, RunnerCaller) {
                                         Map all = listed(keyring, all_states);
                                         all.set("local", List{"master.pem", "master.pub"});
                                         return now(all);
                                       }});
  show("key.name_match", "The ids that match, by class.", [&keyring](const std::string& match) {
    Map all;
    for (const auto& [place, keys] : each_key(keyring, match, [](const KeyRecord&) { return ""; })) {
      List ids;
      for (const auto& [id, nothing] : *keys.if_map()) ids.push_back(id);
      all.set(place, std::move(ids));
    }
    return Value(all);
  });
  for (const char* name : {"key.key_str", "key.print"})
    show(name, "The public keys that match.", [&keyring](const std::string& match) {
      return Value(each_key(keyring, match, [](const KeyRecord& key) { return key.pem; }));
    });
  wheels.add(Runner<Fingers>{"key.finger", "The fingerprints of the keys that match.", [&keyring](Fingers wanted, RunnerCaller) {
                               const auto type = crypto::hash_type_from(wanted.hash_type);
                               return now(each_key(keyring, wanted.match, [type](const KeyRecord& key) { return crypto::pem_fingerprint(key.pem, type); }));
                             }});
  wheels.add(Runner<MasterFinger>{"key.finger_master", "The fingerprint of the master's public key.", [master_key](MasterFinger wanted, RunnerCaller) {
                                    const auto type = crypto::hash_type_from(wanted.hash_type);
                                    return now(Map{{"local", Map{{"master.pub", master_key.public_key().fingerprint(type)}}}});
                                  }});
  wheels.add(Runner<NoRunnerArguments>{"key.master_key_str", "The master's public key.", [master_key](NoRunnerArguments, RunnerCaller) {
                                         return now(Map{{"local", Map{{"master.pub", master_key.public_key().pem()}}}});
                                       }});
  wheels.add(Runner<NewKey>{"key.gen", "Makes a key pair and keeps nothing of it.",
                            [&workers](NewKey wanted, RunnerCaller) { return generate(workers, std::move(wanted)); }});
  wheels.add(Runner<NewKey>{"key.gen_accept", "Makes a key pair for a minion and trusts it; nothing when there is a key already.",
                            [&keyring, &workers](NewKey wanted, RunnerCaller caller) {
                              return generate_accepted(keyring, workers, std::move(wanted), std::move(caller));
                            }});
  wheels.add(Runner<NoRunnerArguments>{"config.values", "The master's settings without its secrets.",
                                       [shown = shown_settings(settings)](NoRunnerArguments, RunnerCaller) { return now(shown); }});
  wheels.add(Runner<NoRunnerArguments>{"minions.connected", "Minions that hold a connection.", [&keyring, &presence](NoRunnerArguments, RunnerCaller) {
                                         List ids;
                                         for (const auto& id : keyring.accepted_ids())
                                           if (!presence.is_away(id)) ids.emplace_back(id);
                                         return now(ids);
                                       }});
}

}  // namespace halite::master
