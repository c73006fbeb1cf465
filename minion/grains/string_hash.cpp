#include "minion/grains/string_hash.h"

#include <bit>

namespace halite::minion {
namespace {

// Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
struct SipState {
  std::uint64_t v0 = 0x736f6d6570736575, v1 = 0x646f72616e646f6d, v2 = 0x6c7967656e657261, v3 = 0x7465646279746573;

  void round() {
    v0 += v1; v1 = std::rotl(v1, 13); v1 ^= v0; v0 = std::rotl(v0, 32);
    v2 += v3; v3 = std::rotl(v3, 16); v3 ^= v2;
    v0 += v3; v3 = std::rotl(v3, 21); v3 ^= v0;
    v2 += v1; v1 = std::rotl(v1, 17); v1 ^= v2; v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  return word;
}

}  // namespace

std::int64_t python_string_hash(std::string_view text) {
  if (text.empty()) return 0;
  SipState state;
  const std::uint64_t length = std::uint64_t{text.size()} << 56;
  while (text.size() >= 8) {
    state.absorb(little_endian(text.substr(0, 8)));
    text.remove_prefix(8);
  }
  state.absorb(length | little_endian(text));
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  const auto hash = static_cast<std::int64_t>(state.v0 ^ state.v1 ^ state.v2 ^ state.v3);
  return hash == -1 ? -2 : hash;
}

std::uint32_t crc32(std::string_view data) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : data) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0u);
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view data) {
  std::uint32_t a = 1, b = 0;
  for (const char byte : data) {
    a = (a + static_cast<std::uint8_t>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  return (b << 16) | a;
}

}  // namespace halite::minion
