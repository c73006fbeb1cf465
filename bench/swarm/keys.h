// Key pairs of simulated minions, made once and kept in a directory: an RSA key takes some 50 ms, ten thousand of them minutes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/crypto/rsa.h"

namespace halite::swarm {

struct KeyPair {
  crypto::PrivateKey key;
  std::string token;  // X9.31 of "salt": constant for a key, so kept with it
};

// Gives `count` pairs: those that the directory has, and new ones, which are added to it. Makes them on `threads` threads.
// `progress` is told now and then how many there are. Throws as files do, and Error(invalid) for a file that holds no keys.
std::vector<std::shared_ptr<const KeyPair>> load_keys(const std::string& directory, std::size_t count, unsigned threads,
                                                      const std::function<void(std::size_t)>& progress);

}  // namespace halite::swarm
