// Encrypted messages opened by the program gpg, for the renderer gpg of pillar files.
#pragma once

#include <functional>
#include <string>

#include "common/host/host.h"

namespace halite {

// The text of an armoured PGP message, opened with a secret key of this directory ("gpg --homedir"). Throws
// Error(denied) when no key opens it, Error(not_found) when there is no gpg. Neither text reaches a message or a log.
std::string gpg_decrypt(Host& host, const std::string& key_directory, const std::string& message);

// The same as a function for render::Context::decrypt. `host` must outlive it.
std::function<std::string(const std::string& message)> gpg_decryptor(Host& host, std::string key_directory);

}  // namespace halite
