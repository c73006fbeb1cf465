#include "states/providers/source_hash.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {
namespace {

const std::string md5 = "22af645d1859cb5ca6da0c484f1f37ea";
const std::string sha1 = "c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc";

}  // namespace

TEST_CASE("a checksum is given with its type, or says it by its length") {
  CHECK(parse_source_hash("md5=" + md5) == SourceHash{crypto::HashType::md5, md5});
  CHECK(parse_source_hash("sha1: " + sha1) == SourceHash{crypto::HashType::sha1, sha1});
  CHECK(parse_source_hash("22AF645D1859CB5CA6DA0C484F1F37EA") == SourceHash{crypto::HashType::md5, md5});
}

TEST_CASE("what is no checksum is refused, and what would be right is said") {
  CHECK_THROWS_WITH(parse_source_hash("abc"), Catch::Contains("Source hash abc format is invalid"));
  CHECK_THROWS_WITH(parse_source_hash("crc=" + md5), Catch::Contains("Invalid hash type 'crc'"));
  CHECK_THROWS_WITH(parse_source_hash("sha1=" + md5), Catch::Contains("change the hash type to 'md5'"));
}

TEST_CASE("in a file of checksums the one beside the name is taken, in every form such files have") {
  const std::string other = "00000000000000000000000000000000";
  for (const std::string& line : {md5 + "  app.tgz", md5 + " *app.tgz", md5 + "  ./dist/app.tgz",
                                  "MD5 (app.tgz) = " + md5, "app.tgz: " + md5, "app.tgz md5=" + md5}) {
    INFO(line);
    CHECK(find_source_hash(other + "  other.tgz\n" + line + "\n", {"app.tgz"}) ==
          SourceHash{crypto::HashType::md5, md5});
  }
  CHECK(find_source_hash(md5 + "\n", {"app.tgz"}).hex == md5);
}

TEST_CASE("among several checksums none is guessed") {
  const std::string two = md5 + "  a.tgz\n" + sha1 + "  b.tgz\n";
  CHECK_THROWS_WITH(find_source_hash(two, {"app.tgz"}), Catch::Contains("2 checksums and none beside 'app.tgz'"));
  CHECK(find_source_hash(two, {"app.tgz", "b.tgz"}).hex == sha1);
  CHECK_THROWS_WITH(find_source_hash("nothing\n", {"app.tgz"}), Catch::Contains("no checksum"));
  CHECK_THROWS_AS(find_source_hash(md5 + "  xapp.tgz\n" + sha1 + " y\n", {"app.tgz"}), Error);
}

}  // namespace halite::states
