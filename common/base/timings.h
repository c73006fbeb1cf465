// How long something takes, counted by limits, as Prometheus' histograms are.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace halite {

struct Timings {
  static constexpr std::array<double, 12> limits_s{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};
  std::array<std::uint64_t, limits_s.size() + 1> counts{};  // the last: above all limits
  double sum_s = 0;

  void add(std::chrono::steady_clock::duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t place = 0;
    while (place < limits_s.size() && seconds > limits_s[place]) ++place;
    ++counts[place];
    sum_s += seconds;
  }
};

// Adds the time from its making to its end.
class Timed {
 public:
  explicit Timed(Timings& timings) : timings_(timings) {}
  ~Timed() { timings_.add(std::chrono::steady_clock::now() - start_); }
  Timed(const Timed&) = delete;

 private:
  Timings& timings_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace halite
