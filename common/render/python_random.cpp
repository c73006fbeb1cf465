#include "common/render/python_random.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_set>

#include "common/render/digest.h"

namespace halite::render {
namespace {

// The seed as one large number (the text and its SHA-512 behind it), in words of 32 bits, the lowest first.
std::vector<std::uint32_t> words_of(std::string_view seed) {
  const std::string bytes = std::string(seed) + digest("sha512", seed);
  std::vector<std::uint32_t> words((bytes.size() + 3) / 4);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[bytes.size() - 1 - i]));
    words[i / 4] |= byte << (8 * (i % 4));
  }
  while (words.size() > 1 && words.back() == 0) words.pop_back();
  return words;
}

}  // namespace

// MT19937, initialized by an array (Matsumoto and Nishimura, 2002).
PythonRandom::PythonRandom(std::string_view seed) {
  const std::vector<std::uint32_t> key = words_of(seed);
  const auto size = static_cast<std::uint32_t>(state_.size());
  state_[0] = 19650218;
  for (std::uint32_t i = 1; i < size; ++i) state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  std::uint32_t i = 1, j = 0;
  const auto advance = [&] {
    if (++i < size) return;
    state_[0] = state_[size - 1];
    i = 1;
  };
  for (std::size_t k = std::max<std::size_t>(size, key.size()); k > 0; --k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525U)) + key[j] + j;
    advance();
    if (++j == key.size()) j = 0;
  }
  for (std::uint32_t k = size - 1; k > 0; --k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941U)) - i;
    advance();
  }
  state_[0] = 0x80000000U;
}

std::uint32_t PythonRandom::next() {
  const std::size_t size = state_.size();
  if (at_ >= size) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % size] & 0x7FFFFFFFU);
      state_[i] = state_[(i + 397) % size] ^ (y >> 1) ^ (y & 1 ? 0x9908B0DFU : 0);
    }
    at_ = 0;
  }
  std::uint32_t y = state_[at_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680U;
  y ^= (y << 15) & 0xEFC60000U;
  return y ^ (y >> 18);
}

// So many bits as `limit` has, until they are less; `limit` is at most 32 bits.
std::size_t PythonRandom::below(std::size_t limit) {
  const auto bits = static_cast<int>(std::bit_width(limit));
  for (;;)
    if (const std::size_t value = next() >> (32 - bits); value < limit) return value;
}

std::vector<std::size_t> PythonRandom::sample(std::size_t size, std::size_t count) {
  std::vector<std::size_t> chosen;
  std::size_t small = 21;
  if (count > 5) small += static_cast<std::size_t>(std::pow(4, std::ceil(std::log(static_cast<double>(count) * 3) / std::log(4))));
  if (size <= small) {
    std::vector<std::size_t> pool(size);
    std::iota(pool.begin(), pool.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = below(size - i);
      chosen.push_back(pool[at]);
      pool[at] = pool[size - i - 1];
    }
    return chosen;
  }
  std::unordered_set<std::size_t> seen;
  while (chosen.size() < count)
    if (const std::size_t at = below(size); seen.insert(at).second) chosen.push_back(at);
  return chosen;
}

}  // namespace halite::render
