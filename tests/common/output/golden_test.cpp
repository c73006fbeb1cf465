// tests/golden/output: NAME.json says outputter, options and data; NAME.txt is what Salt prints for it.
// HALITE_REWRITE_GOLDEN=1 writes the .txt files anew; read the difference before committing it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "common/data/json.h"
#include "common/output/outputter.h"

using namespace halite;

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool flag(const Value& options, const char* name, bool standard) {
  const Value* value = options.find(name);
  return value ? value->as_bool(name) : standard;
}

std::vector<std::string> words(const Value& options, const char* name) {
  std::vector<std::string> result;
  if (const Value* list = options.find(name))
    for (const auto& item : list->as_list(name)) result.push_back(item.as_string(name));
  return result;
}

OutputOptions options_from(const Value& given) {
  OutputOptions options;
  options.color = flag(given, "color", false);
  options.state_verbose = flag(given, "state_verbose", true);
  options.state_output_diff = flag(given, "state_output_diff", false);
  options.state_output_profile = flag(given, "state_output_profile", true);
  options.state_output_pct = flag(given, "state_output_pct", false);
  options.state_compress_ids = flag(given, "state_compress_ids", false);
  options.state_tabular = flag(given, "state_tabular", false);
  if (const Value* mode = given.find("state_output")) options.state_output = mode->as_string();
  if (const Value* retcode = given.find("retcode")) options.retcode = retcode->as_int();
  if (const Value* indent = given.find("indent")) options.indent = *indent;
  options.state_output_exclude = words(given, "state_output_exclude");
  options.state_output_terse = words(given, "state_output_terse");
  return options;
}

}  // namespace

TEST_CASE("every outputter prints what Salt prints") {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HALITE_SOURCE_DIR "/tests/golden/output")) {
    if (entry.path().extension() != ".json") continue;
    ++cases;
    const Value golden = from_json(read(entry.path()), entry.path().string());
    const std::string text =
        format_output(*golden.find("data"), golden.find("outputter")->as_string(), options_from(*golden.find("options"))) + "\n";
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".txt");
    if (std::getenv("HALITE_REWRITE_GOLDEN")) std::ofstream(expected) << text;
    INFO(expected.filename().string());
    CHECK(text == read(expected));
  }
  CHECK(cases >= 30);
}
