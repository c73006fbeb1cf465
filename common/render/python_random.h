// Python's random.Random for a text as seed, which Salt's random_sample and random_shuffle rest on: the same seed must
// give the same order on every run, and the same as before the move from Salt.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace halite::render {

class PythonRandom {
 public:
  explicit PythonRandom(std::string_view seed);
  // `count` different indexes below `size`, as random.sample() picks them.
  std::vector<std::size_t> sample(std::size_t size, std::size_t count);

 private:
  std::uint32_t next();
  std::size_t below(std::size_t limit);

  std::array<std::uint32_t, 624> state_{};
  std::size_t at_ = 624;
};

}  // namespace halite::render
