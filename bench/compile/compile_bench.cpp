// compile_bench PSF GOLDEN [REPEATS]: warm compiles of the recorded hosts of python/psf-salt on one core, then the pillars of
// a fleet of 1,000 minions on two threads. Times are wall and processor time in milliseconds.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "tests/golden/psf_case.h"

namespace {

using namespace halite;
using Case = std::unique_ptr<golden::PsfCase>;

constexpr int fleet_size = 1000;
constexpr unsigned fleet_threads = 2;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double used_ms() {
  return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

long peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

struct Times {
  std::vector<double> wall, used;

  template <class Work>
  void add(int repeats, const Work& work) {
    std::vector<double> walls, useds;
    for (int i = 0; i < repeats; ++i) {
      const double wall_start = now_ms(), used_start = used_ms();
      work();
      walls.push_back(now_ms() - wall_start);
      useds.push_back(used_ms() - used_start);
    }
    wall.push_back(median(walls));
    used.push_back(median(useds));
  }
  void print(std::string_view name) const {
    std::cout << fmt::format("{:<44} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.2f}\n", name, *std::min_element(wall.begin(), wall.end()),
                             median(wall), *std::max_element(wall.begin(), wall.end()), median(used));
  }
};

std::vector<Case> read_cases(const golden::PsfFolders& folders) {
  std::ifstream in(folders.golden + "/minions.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const Value about = from_json(text, "minions.json");
  std::vector<Case> cases;
  for (const auto& one : about.as_list()) {
    auto read = std::make_unique<golden::PsfCase>(folders, one);
    if (read->compile_pillar().ok()) cases.push_back(std::move(read));  // this one is the warming
  }
  return cases;
}

// Every thread takes the next minion until all have their pillar.
double fleet_s(const std::vector<Case>& cases) {
  const double start = now_ms();
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < fleet_threads; ++i)
    threads.emplace_back([&] {
      for (int minion = next++; minion < fleet_size; minion = next++)
        cases[static_cast<std::size_t>(minion) % cases.size()]->compile_pillar();
    });
  for (auto& thread : threads) thread.join();
  return (now_ms() - start) / 1000;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "usage: compile_bench PSF GOLDEN [REPEATS]\n";
    return 2;
  }
  log::setup({.level = log::Level::quiet, .file = {}});
  const int repeats = count > 3 ? std::stoi(words[3]) : 21;
  const auto cases = read_cases({words[1], words[2]});
  if (cases.empty()) {
    std::cerr << "no recorded case compiles\n";
    return 1;
  }
  Times pillar, states;
  for (const auto& one : cases) {
    const Map data = one->compile_pillar().data;
    pillar.add(repeats, [&] { one->compile_pillar(); });
    states.add(repeats, [&] { one->compile_highstate(data); });
  }
  std::cout << fmt::format("{:<44} {:>8} {:>8} {:>8} {:>8}\n", fmt::format("{} hosts, {} runs each, ms", cases.size(), repeats), "min", "median", "max", "cpu");
  pillar.print("pillar");
  states.print("highstate and lowstate");
  const long before_mb = peak_mb();
  std::vector<double> fleet;
  for (int i = 0; i < 5; ++i) fleet.push_back(fleet_s(cases));
  std::cout << fmt::format("{:<44} {:>8.2f} {:>8.2f} {:>8.2f}\n", fmt::format("{} minions' pillars, {} threads, s", fleet_size, fleet_threads),
                           *std::min_element(fleet.begin(), fleet.end()), median(fleet), *std::max_element(fleet.begin(), fleet.end()));
  std::cout << fmt::format("{:<44} {:>8} {:>8}\n", "peak memory before and after the fleet, MB", before_mb, peak_mb());
  return 0;
}
