// How PostgreSQL keeps the password of a role: md5 or SCRAM-SHA-256.
#pragma once

#include <string>

namespace halite::states {

// Already what the server keeps, and no password.
bool is_password_verifier(const std::string& password);
// What the server would keep of the password, by "md5" or "scram-sha-256". Throws Error(invalid) for another method, and
// for a SCRAM password outside ASCII, which the standard prepares in ways of its own.
std::string password_verifier(const std::string& role, const std::string& password, const std::string& method);
// Whether what the server keeps is this password's (or is it itself).
bool is_password_of(const std::string& role, const std::string& password, const std::string& kept);

}  // namespace halite::states
