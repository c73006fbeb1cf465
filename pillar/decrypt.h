// decrypt_pillar: values of the pillar that are encrypted for the master's gpg key.
#pragma once

#include <string>
#include <vector>

#include "common/config/compile_settings.h"
#include "common/data/value.h"
#include "common/render/renderer.h"

namespace halite::pillar {

struct Decryption {
  std::vector<std::string> keys = {};  // paths into the pillar
  std::string delimiter = ":";
};

// Throws Error(invalid) for an option of another shape and for another renderer than gpg.
Decryption decryption_from(const CompileSettings& settings);

// Every PGP message in the texts below the keys becomes its text; a key that is not there is passed over. What fails is
// named in `errors` and stays encrypted.
void decrypt(Map& pillar, const Decryption& decryption, const render::Decryptor& open, std::vector<std::string>& errors);

}  // namespace halite::pillar
