// What stands behind `is`: {% if x is defined %}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/render/objects.h"

namespace halite::render {

struct TestEntry {
  std::string_view name;
  bool (*check)(Evaluator&, Arguments&);  // positional[0] is the value
  std::string_view sentence;
  std::string_view example;
};

// Null when there is none of this name.
const TestEntry* find_test(std::string_view name);
std::vector<std::string> test_names();
const std::vector<TestEntry>& all_tests();

}  // namespace halite::render
