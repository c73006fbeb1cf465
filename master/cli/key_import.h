// halite-key --import: the keys that a Salt master has on disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/wire/messages/key.h"

namespace halite::cli {

struct SaltKeys {
  std::vector<wire::KeyOffer> keys;        // by state, then id
  std::optional<std::string> master_pem;   // that master's own public key, where it is there
};

// `directory` is Salt's pki_dir of a master, or the folder above it. Throws Error(not_found) when it holds no keys of minions,
// Error(invalid) naming the file for one that can't be a key.
SaltKeys read_salt_keys(const std::string& directory);

}  // namespace halite::cli
