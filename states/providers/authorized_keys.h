// Lines of an OpenSSH authorized_keys file (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"): [options] type key [comment].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halite::states {

struct AuthorizedKey {
  std::vector<std::string> options;
  std::string type;  // "ssh-ed25519"
  std::string key;   // base64
  std::string comment;
};

// Nothing for an empty line, a comment, or what is no key.
std::optional<AuthorizedKey> parse_authorized_key(std::string_view line);
std::string to_line(const AuthorizedKey& key);
// "ed25519" and "rsa" as Salt takes them; throws Error(invalid) for what is no type of key.
std::string key_type(const std::string& name);
// The type that a key in base64 says inside; empty when it does not decode.
std::string type_inside(const std::string& base64);
// The key decodes, and says inside that it is of this type.
bool is_valid(const AuthorizedKey& key);

// The text of the file with these keys set (replaced in place, or added at the end) or removed; all else stays.
std::string with_keys(const std::string& text, const std::vector<AuthorizedKey>& keys);
std::string without_keys(const std::string& text, const std::vector<std::string>& keys);

}  // namespace halite::states
