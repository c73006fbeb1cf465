// Checksums that a source must have: as given in a state, or found in a file of checksums.
#pragma once

#include <string>
#include <vector>

#include "common/crypto/hash.h"

namespace halite::states {

struct SourceHash {
  crypto::HashType type = crypto::HashType::sha256;
  std::string hex;  // lower case

  bool operator==(const SourceHash&) const = default;
};

// True for what is the place of a file of checksums: a full path or an address.
bool is_hash_file(const std::string& asked);

// "sha256=HEX", "sha256:HEX" or HEX alone, whose length then says the type. Throws Error(invalid) in Salt's words.
SourceHash parse_source_hash(const std::string& asked);

// From the text of a file of checksums (as sha256sum, BSD's sha256 and Debian's Release write them): the one beside the
// first of `names` that is found, else the only one there is. Throws Error(not_found) when several are there and none
// is named: Salt would take any.
SourceHash find_source_hash(const std::string& text, const std::vector<std::string>& names);

SourceHash hash_of(crypto::HashType type, const std::string& content);

}  // namespace halite::states
