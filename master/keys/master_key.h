// The master's own RSA key: read, or made at the first start.
#pragma once

#include <string>

#include "common/crypto/rsa.h"
#include "common/host/host.h"

namespace halite::master {

// <pki_dir>/NAME.pem (0400) and NAME.pub (0644). Throws Error naming the file when it can't be read or is no key; a file that
// others may read is Error(denied). Never replaces a key that is there.
crypto::PrivateKey load_or_make_key(Host& host, const std::string& pki_dir, const std::string& name, int bits);

}  // namespace halite::master
