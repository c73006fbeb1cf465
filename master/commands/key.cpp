// Commands that decide which minions are trusted.
#include "common/wire/messages/key.h"

#include "common/base/log.h"
#include "master/commands/commands.h"

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

using Act = Task<void> (Keyring::*)(KeyRecord);

Task<KeyList> change(Keyring& keyring, Act act, std::set<KeyState> standard, Operator who, KeySelection selection) {
  const auto keys = keyring.find(selection.match, states_of(selection, std::move(standard)));
  check_fingerprint(selection, keys);
  KeyList changed;
  for (const auto& key : keys) {
    co_await (keyring.*act)(key);
    changed.keys.push_back(info_of(key, selection));
    log::info("{} decided about the {} key of '{}', {}", who.caller.user, to_string(key.state), key.id,
              crypto::pem_fingerprint(key.pem));
  }
  co_return changed;
}

const std::set<KeyState> all_states{KeyState::pending, KeyState::accepted, KeyState::rejected, KeyState::denied};

Task<KeyList> list(const Keyring& keyring, KeySelection selection) {
  KeyList found;
  for (const auto& key : keyring.find(selection.match, states_of(selection, all_states)))
    found.keys.push_back(info_of(key, selection));
  co_return found;
}

Task<wire::MasterKey> master_key_info(crypto::PrivateKey key, wire::KeyFormat format) {
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
      const bool is_new = co_await keyring.import(key);
      (is_new ? report.imported : report.known).push_back(offer.id);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::unavailable) throw;  // the store: no further key would fare better
      report.refused[offer.id] = error.what();
    }
  }
  log::info("{} imported {} keys; {} were known, {} were refused", who.caller.user, report.imported.size(), report.known.size(),
            report.refused.size());
  co_return report;
}

void add_change(OperatorCommands& commands, std::string name, std::string doc, Keyring& keyring, Act act,
                std::set<KeyState> standard) {
  commands.add(OperatorCommand<KeySelection, KeyList>{
      .name = std::move(name),
      .doc = std::move(doc),
      .access = Access::operators,
      .handle = [&keyring, act, standard](Operator who, KeySelection selection) {
        return change(keyring, act, standard, std::move(who), std::move(selection));
      },
  });
}

}  // namespace

void add_key_commands(OperatorCommands& commands, Keyring& keyring, const crypto::PrivateKey& master_key) {
  commands.add(OperatorCommand<KeySelection, KeyList>{
      .name = "key.list",
      .doc = "Keys and what was decided about them.",
      .access = Access::operators,
      .handle = [&keyring](Operator, KeySelection selection) { return list(keyring, std::move(selection)); },
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
      .access = Access::operators,
      .handle = [master_key](Operator, wire::KeyFormat format) { return master_key_info(master_key, std::move(format)); },
  });
}

}  // namespace halite::master
