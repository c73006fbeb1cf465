// Commands that decide which minions are trusted.
#include "common/wire/messages/key.h"

#include "common/base/log.h"
#include "master/commands/commands.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

using wire::KeyInfo;
using wire::KeyList;
using wire::KeySelection;

std::set<KeyState> states_of(const KeySelection& selection, std::set<KeyState> standard) {
  if (selection.states.empty()) return standard;
  std::set<KeyState> states;
  for (const auto& name : selection.states) states.insert(key_state_from(name));
  return states;
}

KeyInfo info_of(const KeyRecord& key, const KeySelection& selection) {
  return {key.id,
          std::string(to_string(key.state)),
          crypto::pem_fingerprint(key.pem, crypto::hash_type_from(selection.hash_type)),
          selection.with_pem ? key.pem : "",
          key.peer_address,
          key.offered_at_s};
}

// The operator names the fingerprint, so a key swapped in meanwhile is not trusted.
void check_fingerprint(const KeySelection& selection, const std::vector<KeyRecord>& keys) {
  if (!selection.fingerprint) return;
  if (keys.size() > 1) throw Error(ErrorKind::invalid, "a fingerprint means one key, but {} keys match", keys.size());
  for (const auto& key : keys)
    if (const std::string fingerprint = info_of(key, selection).fingerprint; fingerprint != *selection.fingerprint)
      throw Error(ErrorKind::denied, "the {} key of '{}' has fingerprint {}, not {}", to_string(key.state), key.id, fingerprint,
                  *selection.fingerprint);
}

using Act = Task<void> (Keyring::*)(KeyRecord, Actor);

// The keys that are asked for; with `all`, an operator who may not touch each of them gets none.
std::vector<KeyRecord> permitted_keys(const Keyring& keyring, const Operator& who, const std::string& name, const KeySelection& selection,
                                      std::set<KeyState> states, bool all) {
  check_wheel(who, name);
  std::vector<KeyRecord> permitted;
  for (auto& key : keyring.find(selection.match, std::move(states))) {
    const bool may = may_wheel(who, name, key.id);
    if (!may && all) throw Error(ErrorKind::denied, "'{}' may not do {} to the key of '{}'", who.caller.user, name, key.id);
    if (may) permitted.push_back(std::move(key));
  }
  return permitted;
}

Task<KeyList> change(Keyring& keyring, std::string name, Act act, std::set<KeyState> standard, Operator who, KeySelection selection) {
  const auto keys = permitted_keys(keyring, who, name, selection, states_of(selection, std::move(standard)), true);
  check_fingerprint(selection, keys);
  KeyList changed;
  for (const auto& key : keys) {
    co_await (keyring.*act)(key, who.actor());
    changed.keys.push_back(info_of(key, selection));
    log::info("{} decided about the {} key of '{}', {}", who.actor().user, to_string(key.state), key.id,
              crypto::pem_fingerprint(key.pem));
  }
  co_return changed;
}

const std::set<KeyState> all_states{KeyState::pending, KeyState::accepted, KeyState::rejected, KeyState::denied};

Task<KeyList> list(const Keyring& keyring, Operator who, KeySelection selection) {
  KeyList found;
  for (const auto& key : permitted_keys(keyring, who, "key.list", selection, states_of(selection, all_states), false))
    found.keys.push_back(info_of(key, selection));
  co_return found;
}

Task<wire::MasterKey> master_key_info(crypto::PrivateKey key, Operator who, wire::KeyFormat format) {
  check_wheel(who, "key.master");
  const auto type = crypto::hash_type_from(format.hash_type);
  wire::MasterKey info;
  info.fingerprint = key.public_key().fingerprint(type);
  info.private_fingerprint = crypto::pem_fingerprint(key.pem(), type);
  info.pem = key.public_key().pem();
  co_return info;
}

Task<wire::KeyImportReport> import(Keyring& keyring, Operator who, wire::KeyImport offered) {
  wire::KeyImportReport report;
  for (const auto& offer : offered.keys) {
    try {
      const KeyRecord key{offer.id, key_state_from(offer.state), offer.pem, "", 0};
      const bool is_new = co_await keyring.import(key, who.actor());
      (is_new ? report.imported : report.known).push_back(offer.id);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::unavailable) throw;  // the store: no further key would fare better
      report.refused[offer.id] = error.what();
    }
  }
  log::info("{} imported {} keys; {} were known, {} were refused", who.actor().user, report.imported.size(), report.known.size(),
            report.refused.size());
  co_return report;
}

void add_change(OperatorCommands& commands, std::string name, std::string doc, Keyring& keyring, Act act,
                std::set<KeyState> standard) {
  commands.add(OperatorCommand<KeySelection, KeyList>{
      .name = name,
      .doc = std::move(doc),
      .access = Access::granted,
      .handle = [&keyring, name, act, standard](Operator who, KeySelection selection) {
        return change(keyring, name, act, standard, std::move(who), std::move(selection));
      },
  });
}

}  // namespace

void add_key_commands(OperatorCommands& commands, Keyring& keyring, const crypto::PrivateKey& master_key) {
  commands.add(OperatorCommand<KeySelection, KeyList>{
      .name = "key.list",
      .doc = "Keys and what was decided about them.",
      .access = Access::granted,
      .handle = [&keyring](Operator who, KeySelection selection) { return list(keyring, std::move(who), std::move(selection)); },
  });
  add_change(commands, "key.accept", "Trust minions; with a fingerprint only if the key has it.", keyring, &Keyring::accept,
             {KeyState::pending});
  add_change(commands, "key.reject", "Refuse minions.", keyring, &Keyring::reject, {KeyState::pending});
  add_change(commands, "key.delete", "Forget keys. An accepted minion is cut off at once.", keyring, &Keyring::remove, all_states);
  commands.add(OperatorCommand<wire::KeyImport, wire::KeyImportReport>{
      .name = "key.import",
      .doc = "Take over keys that another master has on record.",
      .access = Access::operators,
      .size_limit_bytes = 8 << 20,
      .handle = [&keyring](Operator who, wire::KeyImport offered) { return import(keyring, std::move(who), std::move(offered)); },
  });
  commands.add(OperatorCommand<wire::KeyFormat, wire::MasterKey>{
      .name = "key.master",
      .doc = "The master's own public key and its fingerprint.",
      .access = Access::granted,
      .handle = [master_key](Operator who, wire::KeyFormat format) {
        return master_key_info(master_key, std::move(who), std::move(format));
      },
  });
}

}  // namespace halite::master
