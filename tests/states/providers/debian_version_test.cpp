#include "states/providers/debian_version.h"

#include <catch2/catch.hpp>

namespace halite::states {

TEST_CASE("versions order as Debian's policy says") {
  const std::vector<std::string> rising{"0.9~rc1", "0.9",    "1.0~~",   "1.0~",    "1.0",     "1.0-1", "1.0-1+b1",
                                        "1.0-2",   "1.0a",   "1.0+dfsg", "1.0.1",  "1.9",     "1.10",  "1.10-0.1",
                                        "1:0.1",   "1:0.10", "2:0"};
  for (std::size_t i = 0; i < rising.size(); ++i)
    for (std::size_t k = 0; k < rising.size(); ++k) {
      INFO(rising[i] << " and " << rising[k]);
      const int order = compare_versions(rising[i], rising[k]);
      CHECK((order < 0) == (i < k));
      CHECK((order == 0) == (i == k));
    }
  CHECK(compare_versions("1.0", "0:1.0") == 0);
  CHECK(compare_versions("1.00", "1.0") == 0);
}

TEST_CASE("conditions, globs, epochs and updates") {
  CHECK(fulfills("1.2-3", "1.2*"));
  CHECK(fulfills("1.2-3", "=1.2-3"));
  CHECK(fulfills("1:1.2-3", "1.2-3"));
  CHECK_FALSE(fulfills("1:1.2-3", "1.2-3", {.ignore_epoch = false}));
  CHECK_FALSE(fulfills("1:1.2-3", "<2"));
  CHECK(fulfills("1:1.2-3", "<2", {.ignore_epoch = true}));
  CHECK(fulfills("1.5", ">= 1.2, <2"));
  CHECK_FALSE(fulfills("2.0", ">=1.2,<2"));
  CHECK(fulfills("1.5", "!=1.2"));
  CHECK(fulfills("1.5", "1.2", {.allow_updates = true}));
  CHECK_FALSE(fulfills("1.1", "1.2", {.allow_updates = true}));
  CHECK(is_comparison(">1"));
  CHECK_FALSE(is_comparison("1.2*"));
}

}  // namespace halite::states
