// decrypt_pillar: values of the pillar that are encrypted for the master's gpg key.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/config/compile_settings.h"
#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::pillar {

struct Decryption {
  std::vector<std::string> keys = {};  // paths into the pillar
  std::string delimiter = ":";
  // One PGP message to its text. Throws Error, which never shows either.
  std::function<std::string(const std::string& message)> decrypt = {};
};

// Throws Error(invalid) for an option of another shape and for another renderer than gpg. The host must outlive it.
Decryption decryption_from(const CompileSettings& settings, Host& host);

// Every PGP message in the texts below the keys becomes its text; a key that is not there is passed over. What fails is
// named in `errors` and stays encrypted.
void decrypt(Map& pillar, const Decryption& decryption, std::vector<std::string>& errors);

}  // namespace halite::pillar
