// The renderer gpg: encrypted PGP messages in text or data, opened in place.
#pragma once

#include "common/data/value.h"
#include "common/render/renderer.h"

namespace halite::render {

// Every "-----BEGIN PGP MESSAGE-----" to its end, in texts at any depth. Throws Error with what failed, and without any
// of the texts.
Value decrypted(const Value& value, const Decryptor& decrypt);

}  // namespace halite::render
