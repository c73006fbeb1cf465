// render_bench jinja|yaml FILE REPEATS: best times of REPEATS in microseconds. jinja: parse, render, and bytes made, with the
// variables and files of FILE's .json. yaml: load, dump, and bytes read.
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include "common/data/json.h"
#include "common/data/yaml.h"
#include "common/render/parser.h"
#include "common/render/renderer.h"

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

class Files final : public render::TemplateLoader {
 public:
  explicit Files(const Map& files) : files_(files) {}
  std::optional<render::Source> load(std::string_view path, std::string_view) override {
    const Value* text = files_.find(path);
    return text ? std::optional(render::Source{std::string(path), text->as_string()}) : std::nullopt;
  }

 private:
  const Map& files_;
};

void measure_template(const std::string& path, int repeats) {
  const std::string text = read(path);
  const Value inputs = from_json(read(path.substr(0, path.rfind('.')) + ".json"));
  Files files(inputs.find("files")->as_map());
  render::Context context;
  context.variables = inputs.find("variables")->as_map();
  context.loader = &files;
  std::size_t bytes = 0;
  const double parse = best_us(repeats, [&] { render::parse_template(text, path, context.options); });
  const double run = best_us(repeats, [&] { bytes = render::render_jinja(text, path, context).size(); });
  std::cout << parse << ' ' << run << ' ' << bytes << '\n';
}

void measure_yaml(const std::string& path, int repeats) {
  const std::string text = read(path);
  Value value;
  const double load = best_us(repeats, [&] { value = from_yaml(text); });
  const double dump = best_us(repeats, [&] { to_yaml(value); });
  std::cout << load << ' ' << dump << ' ' << text.size() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc == 4 ? argv[1] : "";
  if (kind == "jinja")
    measure_template(argv[2], std::stoi(argv[3]));
  else if (kind == "yaml")
    measure_yaml(argv[2], std::stoi(argv[3]));
  else
    return std::cerr << "usage: render_bench jinja|yaml FILE REPEATS\n", 2;
}
