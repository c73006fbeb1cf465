#include "common/render/digest.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "common/render/failure.h"

namespace halite::render {
namespace {

// The data, a one bit, zeros, and the length in bits: whole blocks.
std::string with_padding(std::string_view data, std::size_t block, bool big_endian) {
  std::string out(data);
  const std::uint64_t bits = static_cast<std::uint64_t>(data.size()) * 8;
  const std::size_t length_bytes = block / 8;
  out += '\x80';
  while (out.size() % block != block - length_bytes) out += '\0';
  out.append(length_bytes - 8, '\0');
  for (int i = 0; i < 8; ++i) out += static_cast<char>((bits >> (big_endian ? 56 - 8 * i : 8 * i)) & 0xFF);
  return out;
}

template <class Word>
Word read_word(const std::string& data, std::size_t at, bool big_endian) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i)
    word |= static_cast<Word>(static_cast<Word>(static_cast<unsigned char>(data[at + i])) << (8 * (big_endian ? sizeof(Word) - 1 - i : i)));
  return word;
}

template <class Word, std::size_t count>
std::string written(const std::array<Word, count>& words, bool big_endian, std::size_t bytes) {
  std::string out;
  for (const Word word : words)
    for (std::size_t i = 0; i < sizeof(Word); ++i)
      out += static_cast<char>((word >> (8 * (big_endian ? sizeof(Word) - 1 - i : i))) & 0xFF);
  out.resize(bytes);
  return out;
}

std::string md5(std::string_view input) {
  static constexpr std::array<int, 16> shifts{7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
  const std::string data = with_padding(input, 64, false);
  std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t block = 0; block < data.size(); block += 64) {
    auto [a, b, c, d] = state;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const std::uint32_t round = i / 16;
      const std::uint32_t mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
      const std::uint32_t word = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : 7 * i % 16;
      const auto constant = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(i + 1.0)) * 4294967296.0));
      const std::uint32_t sum = a + mixed + constant + read_word<std::uint32_t>(data, block + 4 * word, false);
      a = d, d = c, c = b, b += std::rotl(sum, shifts[round * 4 + i % 4]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  }
  return written(state, false, 16);
}

std::string sha1(std::string_view input) {
  const std::string data = with_padding(input, 64, true);
  std::array<std::uint32_t, 5> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (std::size_t block = 0; block < data.size(); block += 64) {
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < 16; ++i) words[i] = read_word<std::uint32_t>(data, block + 4 * i, true);
    for (std::size_t i = 16; i < 80; ++i) words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    auto [a, b, c, d, e] = state;
    static constexpr std::array<std::uint32_t, 4> constants{0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
    for (std::size_t i = 0; i < 80; ++i) {
      const std::size_t round = i / 20;
      const std::uint32_t mixed = round == 0 ? (b & c) | (~b & d) : round == 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const std::uint32_t next = std::rotl(a, 5) + mixed + e + constants[round] + words[i];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
  }
  return written(state, true, 20);
}

// Wider than any product below.
__extension__ using Wide = unsigned __int128;

std::vector<std::uint32_t> primes(std::size_t count) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t n = 2; found.size() < count; ++n) {
    bool is_prime = true;
    for (const std::uint32_t p : found) is_prime = is_prime && n % p != 0;
    if (is_prime) found.push_back(n);
  }
  return found;
}

// Is x^3 <= prime * 2^192, for a 67-bit x: in limbs of 32 bits, so nothing overflows.
bool cube_fits(Wide x, std::uint32_t prime) {
  std::array<std::uint64_t, 8> product{1};
  for (int times = 0; times < 3; ++times) {
    std::array<std::uint64_t, 8> next{};
    for (std::size_t i = 0; i < 8; ++i)
      for (std::size_t j = 0; j < 3 && i + j < 8; ++j) {
        Wide value = static_cast<Wide>(product[i]) * static_cast<std::uint32_t>(x >> (32 * j)) + next[i + j];
        for (std::size_t k = i + j; k < 8; ++k) {
          next[k] = static_cast<std::uint32_t>(value);
          value >>= 32;
          if (value == 0) break;
          if (k + 1 < 8) value += next[k + 1];
        }
      }
    product = next;
  }
  std::array<std::uint64_t, 8> bound{};
  bound[6] = prime;
  for (std::size_t i = 8; i-- > 0;)
    if (product[i] != bound[i]) return product[i] < bound[i];
  return true;
}

// FIPS 180-4: the first 64 bits of the fractional parts of the cube roots of the first primes; SHA-256 takes the upper
// 32 bits of the same.
const std::vector<std::uint64_t>& round_constants() {
  static const std::vector<std::uint64_t> constants = [] {
    std::vector<std::uint64_t> found;
    for (const std::uint32_t prime : primes(80)) {
      Wide root = 0;
      for (int bit = 67; bit >= 0; --bit)
        if (const Wide tried = root | (static_cast<Wide>(1) << bit); cube_fits(tried, prime)) root = tried;
      found.push_back(static_cast<std::uint64_t>(root));
    }
    return found;
  }();
  return constants;
}

template <class Word>
struct Sha2 {
  static constexpr bool wide = sizeof(Word) == 8;
  static constexpr std::size_t rounds = wide ? 80 : 64;
  static constexpr std::array<int, 12> turns =
      wide ? std::array<int, 12>{28, 34, 39, 14, 18, 41, 1, 8, 7, 19, 61, 6} : std::array<int, 12>{2, 13, 22, 6, 11, 25, 7, 18, 3, 17, 19, 10};

  static std::string run(std::string_view input, std::array<Word, 8> state, std::size_t bytes) {
    const std::string data = with_padding(input, sizeof(Word) * 16, true);
    for (std::size_t block = 0; block < data.size(); block += sizeof(Word) * 16) mix(data, block, state);
    return written(state, true, bytes);
  }

 private:
  static Word turn(Word x, std::size_t i) { return std::rotr(x, turns[i]); }

  static void mix(const std::string& data, std::size_t block, std::array<Word, 8>& state) {
    std::array<Word, rounds> words{};
    for (std::size_t i = 0; i < 16; ++i) words[i] = read_word<Word>(data, block + sizeof(Word) * i, true);
    for (std::size_t i = 16; i < rounds; ++i) {
      const Word x = words[i - 15], y = words[i - 2];
      const Word low = turn(x, 6) ^ turn(x, 7) ^ (x >> turns[8]);
      const Word high = turn(y, 9) ^ turn(y, 10) ^ (y >> turns[11]);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < rounds; ++i) {
      const auto constant = static_cast<Word>(round_constants()[i] >> (wide ? 0 : 32));
      const Word first = h + (turn(e, 3) ^ turn(e, 4) ^ turn(e, 5)) + ((e & f) ^ (~e & g)) + constant + words[i];
      const Word second = (turn(a, 0) ^ turn(a, 1) ^ turn(a, 2)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
};

constexpr std::array<std::uint32_t, 8> sha256_start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::array<std::uint32_t, 8> sha224_start{0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4};
constexpr std::array<std::uint64_t, 8> sha512_start{0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                                    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
constexpr std::array<std::uint64_t, 8> sha384_start{0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
                                                    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};

}  // namespace

std::string digest(std::string_view algorithm, std::string_view data) {
  if (algorithm == "md5") return md5(data);
  if (algorithm == "sha1") return sha1(data);
  if (algorithm == "sha224") return Sha2<std::uint32_t>::run(data, sha224_start, 28);
  if (algorithm == "sha256") return Sha2<std::uint32_t>::run(data, sha256_start, 32);
  if (algorithm == "sha384") return Sha2<std::uint64_t>::run(data, sha384_start, 48);
  if (algorithm == "sha512") return Sha2<std::uint64_t>::run(data, sha512_start, 64);
  fail("Invalid hash type: {} (there are md5, sha1, sha224, sha256, sha384, sha512)", algorithm);
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::string block(key.size() > 64 ? digest("sha256", key) : std::string(key));
  block.resize(64, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return digest("sha256", outer + digest("sha256", inner + std::string(data)));
}

}  // namespace halite::render
