// The hashes behind the grain server_id.
#pragma once

#include <cstdint>
#include <string_view>

namespace halite::minion {

// hash(text) of a 64-bit CPython up to 3.10 (the one Salt 3006 ships) with PYTHONHASHSEED=0: SipHash-2-4 under a zero
// key, -1 becoming -2. For ASCII text, which ids are.
std::int64_t python_string_hash(std::string_view text);
std::uint32_t crc32(std::string_view data);    // RFC 1952
std::uint32_t adler32(std::string_view data);  // RFC 1950

}  // namespace halite::minion
