// The page about templates says what the code has, and its examples are templates.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "common/render/documentation.h"
#include "common/render/filters.h"
#include "common/render/globals.h"
#include "common/render/parser.h"
#include "common/render/tests.h"

using namespace halite::render;

namespace {

void check_entry(std::string_view name, std::string_view sentence, std::string_view example) {
  INFO(name << ": " << example);
  CHECK(sentence.size() > 3);
  CHECK(sentence.back() == '.');
  CHECK_NOTHROW(parse_template("{{ " + std::string(example) + " }}", "example", {}));
}

}  // namespace

TEST_CASE("docs/templates.md is what the tables of the code make") {
  const std::string path = std::string(HALITE_SOURCE_DIR) + "/docs/templates.md";
  if (std::getenv("HALITE_REWRITE")) std::ofstream(path) << language_page();
  std::ifstream in(path);
  const std::string written{std::istreambuf_iterator<char>(in), {}};
  CHECK(written == language_page());
}

TEST_CASE("every filter, test and global has a sentence and an example that parses") {
  for (const FilterEntry* entry : all_filters()) check_entry(entry->name, entry->sentence, entry->example);
  for (const TestEntry& entry : all_tests()) check_entry(entry.name, entry.sentence, entry.example);
  for (const GlobalEntry& entry : all_globals()) check_entry(entry.name, entry.sentence, entry.example);
}
