#include "states/text/comment_lines.h"

#include <catch2/catch.hpp>

namespace halite::states {

TEST_CASE("lines are commented out and in, others stay") {
  CHECK(comment_lines("Port 22\nPorts\nx\n", "^Port 22", "#") == "#Port 22\nPorts\nx\n");
  CHECK(comment_lines("a 1\nb 1\n", "1$", "#") == "a 1\nb 1\n");
  CHECK(uncomment_lines("#Port 22\n# Port 23\nx\n", "^Port", "#") == "Port 22\n Port 23\nx\n");
  CHECK(uncomment_lines(";a\n", "a", ";") == "a\n");
}

TEST_CASE("how lines stand is told by what is there") {
  CHECK(comment_standing("Port 22\n", "^Port", "#") == CommentStanding::active);
  CHECK(comment_standing("#Port 22\n", "^Port", "#") == CommentStanding::commented);
  CHECK(comment_standing("x\n", "^Port", "#") == CommentStanding::none);
  CHECK(uncomment_standing("# Port 22\n", "^Port", "#") == CommentStanding::commented);
  CHECK(uncomment_standing("Port 22\n", "^Port", "#") == CommentStanding::active);
  CHECK(uncomment_standing("x\n", "^Port", "#") == CommentStanding::none);
  CHECK(without_anchors("(?i)^Port$") == "Port");
}

}  // namespace halite::states
