#include "states/text/marked_block.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {
namespace {

MarkedBlock block(std::string content) {
  return {.marker_start = "# begin", .marker_end = "# end", .content = std::move(content)};
}

}  // namespace

TEST_CASE("the text between the markers is replaced, and what is around it stays") {
  CHECK(replace_block("x\n# begin of it\nold\nolder\n# end\ny\n", block("new")) == "x\n# begin of it\nnew\n# end\ny\n");
  CHECK(replace_block("# begin\nold\n# end", block("a\nb\n")) == "# begin\na\nb\n# end\n");
  CHECK(replace_block("# begin\r\nold\r\n# end\r\n", block("a\nb")) == "# begin\r\na\r\nb\r\n# end\r\n");
}

TEST_CASE("a block that is not there goes where it is asked to, or is an error") {
  MarkedBlock asked = block("new");
  CHECK_THROWS_WITH(replace_block("x\n", asked), "Cannot edit marked block. Markers were not found in file.");
  asked.append_if_not_found = true;
  CHECK(replace_block("x", asked) == "x\n# begin\nnew\n# end\n");
  asked.append_if_not_found = false;
  asked.prepend_if_not_found = true;
  CHECK(replace_block("x\n", asked) == "# begin\nnew\n# end\nx\n");
  asked.prepend_if_not_found = false;
  asked.insert_before_match = "^y";
  CHECK(replace_block("x\ny\n", asked) == "x\n# begin\nnew\n# end\ny\n");
  asked.insert_after_match = "^x";
  CHECK_THROWS_WITH(replace_block("x\ny\n", asked), Catch::Contains("Only one of append_if_not_found"));
  asked.insert_before_match = "";
  CHECK(replace_block("x\ny\n", asked) == "x\n# begin\nnew\n# end\ny\n");
}

TEST_CASE("a block without an end is never guessed at") {
  CHECK_THROWS_WITH(replace_block("# begin\nold\n", block("new")), Catch::Contains("Unterminated marked block"));
}

}  // namespace halite::states
