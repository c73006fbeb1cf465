// Keys that apt trusts, as files: in binary form for .gpg, armored for .asc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

// The binary keys in an armored text. Throws Error(invalid) when it is none.
std::string remove_armor(const std::string& text);
bool is_armored(const std::string& key);

// The form of `key` that a file of this name must have. Throws Error(invalid) for a binary key in an .asc file.
std::string key_for_file(const std::string& key, const std::string& path);
void write_key(const std::string& key, const std::string& path, Host& host);
// From a key server, with gpg. Throws Error(unavailable) in gpg's words.
void receive_key(const std::vector<std::string>& ids, const std::string& server, const std::string& path, Host& host);
// Files below /etc/apt in which a key has this id, asked with gpg.
std::vector<std::string> files_with_key(const std::string& id, Host& host);

}  // namespace halite::states
