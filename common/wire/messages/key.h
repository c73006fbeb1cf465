// Which minions are trusted: the commands behind halite-key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/messages/message.h"

namespace halite::wire {

// key.list: KeySelection -> KeyList. Without `match`: every key of `states`.
// key.accept, key.reject, key.delete: KeySelection -> KeyList, the keys that were changed, with `state` as it was before.
//   Without `states`: accept looks among pending keys, reject among pending keys, delete among all.
// key.master: KeyFormat -> MasterKey.
// key.import: KeyImport -> KeyImportReport. What is on record already is never replaced.
struct KeySelection {
  std::vector<std::string> match;          // ids or globs
  std::vector<std::string> states;         // pending, accepted, rejected, denied
  std::optional<std::string> fingerprint;  // of the one key meant; another one is refused
  std::string hash_type = "sha256";        // of fingerprints given and taken
  bool with_pem = false;

  static const Schema<KeySelection>& schema() {
    static const auto schema =
        Schema<KeySelection>()
            .optional(&KeySelection::match, "match", "Ids or globs; none: every key.")
            .optional(&KeySelection::states, "states", "Where to look: pending, accepted, rejected, denied.")
            .optional(&KeySelection::fingerprint, "fingerprint", "Act only on a key with this fingerprint.")
            .optional(&KeySelection::hash_type, "hash_type", "Hash of the fingerprints.")
            .one_of({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
            .optional(&KeySelection::with_pem, "with_pem", "Give the keys themselves too.");
    return schema;
  }
};

struct KeyInfo {
  std::string id;
  std::string state;
  std::string fingerprint;
  std::string pem;           // empty unless asked for
  std::string peer_address;  // that offered it last; empty when unknown
  std::int64_t offered_at_s = 0;  // first offered, seconds since 1970

  static const Schema<KeyInfo>& schema() {
    static const auto schema =
        Schema<KeyInfo>()
            .required(&KeyInfo::id, "id", "Minion id.")
            .required(&KeyInfo::state, "state", "pending, accepted, rejected or denied.")
            .required(&KeyInfo::fingerprint, "fingerprint", "Fingerprint of the public key.")
            .optional(&KeyInfo::pem, "pem", "The public key.")
            .optional(&KeyInfo::peer_address, "peer_address", "Address that offered the key last.")
            .optional(&KeyInfo::offered_at_s, "offered_at", "When the key was first offered, seconds since 1970.");
    return schema;
  }
};

struct KeyList {
  std::vector<KeyInfo> keys;  // sorted by id

  static const Schema<KeyList>& schema() {
    static const auto schema = Schema<KeyList>().required(&KeyList::keys, "keys", "Keys, sorted by minion id.");
    return schema;
  }
};

// A key as another master had it on record.
struct KeyOffer {
  std::string id;
  std::string state;
  std::string pem;

  static const Schema<KeyOffer>& schema() {
    static const auto schema = Schema<KeyOffer>()
                                   .required(&KeyOffer::id, "id", "Minion id.")
                                   .required(&KeyOffer::state, "state", "accepted, pending, rejected or denied.")
                                   .one_of({"accepted", "pending", "rejected", "denied"})
                                   .required(&KeyOffer::pem, "pem", "The public key.");
    return schema;
  }
};

struct KeyImport {
  std::vector<KeyOffer> keys;

  static const Schema<KeyImport>& schema() {
    static const auto schema = Schema<KeyImport>().required(&KeyImport::keys, "keys", "The keys.");
    return schema;
  }
};

struct KeyImportReport {
  std::vector<std::string> imported;           // ids, in the order given
  std::vector<std::string> known;              // were on record just so
  std::map<std::string, std::string> refused;  // id -> why

  static const Schema<KeyImportReport>& schema() {
    static const auto schema = Schema<KeyImportReport>()
                                   .optional(&KeyImportReport::imported, "imported", "Ids that are new on record.")
                                   .optional(&KeyImportReport::known, "known", "Ids that were on record just so.")
                                   .optional(&KeyImportReport::refused, "refused", "Id -> why it was not taken.");
    return schema;
  }
};

struct KeyFormat {
  std::string hash_type = "sha256";

  static const Schema<KeyFormat>& schema() {
    static const auto schema = Schema<KeyFormat>()
                                   .optional(&KeyFormat::hash_type, "hash_type", "Hash of the fingerprint.")
                                   .one_of({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"});
    return schema;
  }
};

struct MasterKey {
  std::string fingerprint;          // of master.pub: what a minion's master_finger must be
  std::string private_fingerprint;  // of the text of master.pem, as salt-key -F shows it
  std::string pem;

  static const Schema<MasterKey>& schema() {
    static const auto schema =
        Schema<MasterKey>()
            .required(&MasterKey::fingerprint, "fingerprint", "Fingerprint of the master's public key.")
            .optional(&MasterKey::private_fingerprint, "private_fingerprint", "Fingerprint of the private key's file.")
            .required(&MasterKey::pem, "pem", "The master's public key.");
    return schema;
  }
};

}  // namespace halite::wire
