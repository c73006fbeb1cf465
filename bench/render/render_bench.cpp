// render_bench FILE REPEATS: parse and render of FILE with the variables of FILE.json, in microseconds, minimum of REPEATS.
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include "common/data/json.h"
#include "common/render/renderer.h"
#include "common/render/parser.h"

namespace {

using namespace halite;

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Work>
double best_us(int repeats, const Work& work) {
  double best = 1e18;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: render_bench FILE REPEATS\n";
    return 2;
  }
  const std::string text = read(argv[1]);
  const int repeats = std::stoi(argv[2]);
  render::Context context;
  const Value variables = from_json(read(std::string(argv[1]) + ".json"));
  context.variables = variables.as_map();
  std::size_t bytes = 0;
  const double parse = best_us(repeats, [&] { render::parse_template(text, argv[1], context.options); });
  const double run = best_us(repeats, [&] { bytes = render::render_jinja(text, argv[1], context).size(); });
  std::cout << parse << ' ' << run << ' ' << bytes << '\n';
}
