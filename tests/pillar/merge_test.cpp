// Properties of the merge strategies over random data.
#include "pillar/merge.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "common/base/error.h"
#include "common/data/json.h"

using namespace halite;
using namespace halite::pillar;

namespace {

constexpr int round_count = 300;

Value random_value(int depth, std::mt19937& random);

Map random_map(int depth, std::mt19937& random) {
  Map map;
  const auto size = random() % 5;
  for (unsigned i = 0; i < size; ++i) {
    const auto name = random() % 6;
    map.set(name == 5 ? Value(8080) : Value(std::string(1, static_cast<char>('a' + name))), random_value(depth - 1, random));
  }
  return map;
}

Value random_value(int depth, std::mt19937& random) {
  switch (random() % (depth > 0 ? 5 : 3)) {
    case 0: return static_cast<std::int64_t>(random() % 3);
    case 1: return std::string(1, static_cast<char>('p' + random() % 3));
    case 2: return Value();
    case 3: {
      List list;
      const auto size = random() % 4;
      for (unsigned i = 0; i < size; ++i) list.push_back(random_value(depth - 1, random));
      return list;
    }
    default: return random_map(depth, random);
  }
}

// What a key path of `merged` must be, said a second time and as plainly as can be.
void check_recursed(const Map& base, const Map& over, const Map& merged, bool joins_lists) {
  for (const auto& [key, value] : merged) {
    const auto *below = base.find(key), *above = over.find(key);
    REQUIRE((below || above));
    if (!above) {
      CHECK(value == *below);
    } else if (below && below->is_map() && above->is_map()) {
      check_recursed(*below->if_map(), *above->if_map(), value.as_map(), joins_lists);
    } else if (joins_lists && below && below->is_list() && above->is_list()) {
      const auto &first = *below->if_list(), &all = value.as_list();
      REQUIRE(all.size() >= first.size());
      CHECK(std::equal(first.begin(), first.end(), all.begin()));
      for (const auto& item : *above->if_list()) CHECK(std::find(all.begin(), all.end(), item) != all.end());
      for (auto item = all.begin() + static_cast<std::ptrdiff_t>(first.size()); item != all.end(); ++item)
        CHECK(std::find(first.begin(), first.end(), *item) == first.end());
    } else {
      CHECK(value == *above);
    }
  }
  for (const auto* side : {&base, &over})
    for (const auto& entry : *side) CHECK(merged.find(entry.key) != nullptr);
}

// The keys of the base keep their places; new ones follow in their order.
void check_order(const Map& base, const Map& over, const Map& merged) {
  std::vector<std::string> expected = base.keys();
  for (const auto& key : over.keys())
    if (std::find(expected.begin(), expected.end(), key) == expected.end()) expected.push_back(key);
  CHECK(merged.keys() == expected);
}

template <class Check>
void for_random_pairs(const Check& check) {
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto base = random_map(4, random), over = random_map(4, random), more = random_map(4, random);
    INFO("seed " << seed << ": " << to_json(base) << " and " << to_json(over) << " and " << to_json(more));
    check(base, over, more);
  }
}

}  // namespace

TEST_CASE("recurse and smart go into maps, and join lists when told so") {
  for_random_pairs([](const Map& base, const Map& over, const Map&) {
    for (const auto strategy : {MergeStrategy::smart, MergeStrategy::recurse})
      for (const bool joins_lists : {false, true}) {
        const auto merged = merge(base, over, {strategy, joins_lists});
        check_recursed(base, over, merged, joins_lists);
        check_order(base, over, merged);
      }
  });
}

TEST_CASE("none recurses and never joins lists") {
  for_random_pairs([](const Map& base, const Map& over, const Map&) {
    CHECK(merge(base, over, {MergeStrategy::none, true}) == merge(base, over, {MergeStrategy::recurse, false}));
  });
}

TEST_CASE("aggregate and overwrite replace a key whole") {
  for_random_pairs([](const Map& base, const Map& over, const Map&) {
    for (const auto strategy : {MergeStrategy::aggregate, MergeStrategy::overwrite})
      for (const bool joins_lists : {false, true}) {
        const auto merged = merge(base, over, {strategy, joins_lists});
        check_order(base, over, merged);
        for (const auto& [key, value] : merged) CHECK(value == (over.find(key) ? *over.find(key) : *base.find(key)));
      }
  });
}

TEST_CASE("Merging is the same by steps, and once more or with nothing changes nothing") {
  for_random_pairs([](const Map& base, const Map& over, const Map& more) {
    for (const auto strategy : {MergeStrategy::smart, MergeStrategy::recurse, MergeStrategy::aggregate, MergeStrategy::overwrite, MergeStrategy::none})
      for (const bool joins_lists : {false, true}) {
        const MergeOptions options{strategy, joins_lists};
        const auto merged = merge(base, over, options);
        CHECK(merge(merged, over, options) == merged);
        CHECK(merge(base, {}, options) == base);
        CHECK(merge({}, over, options) == over);
        if (!joins_lists && strategy != MergeStrategy::smart && strategy != MergeStrategy::recurse && strategy != MergeStrategy::none)
          CHECK(merge(merged, more, options) == merge(base, merge(over, more, options), options));
      }
  });
}

TEST_CASE("What is merged stays as it was") {
  for_random_pairs([](const Map& base, const Map& over, const Map&) {
    const auto base_before = to_json(base), over_before = to_json(over);
    auto merged = merge(base, over);
    for (auto& key : merged.keys()) merged.erase(Value(key));
    CHECK(to_json(base) == base_before);
    CHECK(to_json(over) == over_before);
  });
}

TEST_CASE("An unknown strategy is refused with the nearest name") {
  CHECK_THROWS_WITH(merge_strategy_from("recurs"), Catch::Contains("did you mean 'recurse'"));
}
