#include "states/text/encode.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {

TEST_CASE("text is written in the encodings that Python knows") {
  CHECK(encode("h\u00e4", "latin-1", "strict") == "h\xe4");
  CHECK(encode("h\u00e4", "UTF-8", "strict") == "h\u00e4");
  CHECK(encode("h\u00e4", "cp1252", "strict") == "h\xe4");
  CHECK(encode("h", "utf-16", "strict") == std::string("\xff\xfeh\0", 4));
  CHECK(encode("x", "utf-8-sig", "strict") == "\xef\xbb\xbfx");
  CHECK(encode(std::string(10'000, 'a') + "\u00e4", "latin1", "strict").size() == 10'001);
}

TEST_CASE("a character that the encoding lacks is handled as asked") {
  CHECK(encode("h\u20acx", "ascii", "replace") == "h?x");
  CHECK(encode("h\u20acx", "ascii", "ignore") == "hx");
  CHECK(encode("h\u20ac", "ascii", "backslashreplace") == "h\\u20ac");
  CHECK(encode("h\u20ac", "ascii", "xmlcharrefreplace") == "h&#8364;");
  CHECK_THROWS_WITH(encode("\u00e4h\u20ac", "latin-1", "strict"),
                    "'latin-1' codec can't encode character '\\u20ac' in position 2");
  CHECK_THROWS_WITH(encode("x", "nonsense", "strict"), "unknown encoding: nonsense");
}

}  // namespace halite::states
