// Hashes of passwords as /etc/shadow holds them, by the system's crypt.
#pragma once

#include <string>

namespace halite::states {

// "md5", "blowfish", "sha256", "sha512", "yescrypt", "crypt" (two characters of salt). Without a salt it is random.
// Throws Error(invalid) for another algorithm or a salt that it can't have.
std::string hash_password(const std::string& clear, const std::string& algorithm = "sha512", const std::string& salt = {});

// Is this the password that `hash` was made from?
bool is_password(const std::string& clear, const std::string& hash);

}  // namespace halite::states
