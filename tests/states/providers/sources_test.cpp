#include "states/providers/sources.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "states/providers/download.h"
#include "tests/states/fake_curl.h"
#include "tests/states/world.h"

namespace halite::states {
namespace {

struct Web : TestWorld {
  FakeCurl curl;
  Web() { curl.install(host); }
};

const std::string url = "https://me:pw@example.com/dist/app.tgz?v=1";
const std::string md5_of_new = "md5=22af645d1859cb5ca6da0c484f1f37ea";

}  // namespace

TEST_CASE("a source comes from the tree, from a disk, or from the first of a list that exists") {
  TestWorld at;
  at.tree = test::MemoryTree(
      std::map<std::string, test::MemoryTree::Files>{{"base", {{"a", "base"}}}, {"dev", {{"a", "dev"}}}});
  at.host.files["/srv/x"] = "local";
  at.host.nodes["/srv/x"].mode = 0750;
  CHECK(read_source({.sources = {{"salt://a"}}}, at.world).content == "base");
  CHECK(read_source({.sources = {{"salt://a?saltenv=dev"}}}, at.world).content == "dev");
  CHECK(read_source({.sources = {{"file:///srv/x"}}}, at.world).content == "local");
  const Source taken = read_source({.sources = {{"salt://none"}, {"/none"}, {"/srv/x"}}}, at.world);
  CHECK(taken.name == "/srv/x");
  CHECK(taken.mode == 0750u);
  CHECK(source_names(List{Map{{"salt://a", "md5=0"}}, "b"}).size() == 2);
}

TEST_CASE("what is not there is said in Salt's words") {
  TestWorld at;
  const auto read = [&](std::vector<SourceName> names) { return read_source({.sources = std::move(names)}, at.world); };
  CHECK_THROWS_WITH(read({{"salt://no"}}), "Source file salt://no not found in saltenv 'base'");
  CHECK_THROWS_WITH(read({{"/no"}}), "Local file source /no does not exist");
  CHECK_THROWS_WITH(read({{"/no"}, {"salt://no"}}), Catch::Contains("none of the specified sources were found"));
  CHECK_THROWS_WITH(read({{"s3://bucket/x"}}), Catch::Contains("must be an address of salt://"));
  CHECK_THROWS_WITH(source_names(Map{{"a", 1}, {"b", 2}}), Catch::Contains("a map of one entry"));
}

TEST_CASE("a file from a web server needs a checksum, and the password in its address is never shown") {
  Web web;
  web.curl.answers[url] = "new";
  CHECK_THROWS_WITH(read_source({.sources = {{url}}}, web.world),
                    "Unable to verify upstream hash of source file https://<redacted>@example.com/dist/app.tgz?v=1, "
                    "please set source_hash or set skip_verify to True");
  CHECK(web.curl.asked.empty());
  CHECK(read_source({.sources = {{url}}, .hash = md5_of_new}, web.world).content == "new");
  CHECK(web.host.files.count("/cache/extrn_files/base/example.com/dist/app.tgz-v=1") == 1);
  for (const Argv& argv : web.host.ran)
    for (const auto& word : argv) CHECK(word.find("pw") == std::string::npos);
}

// R75 and U16 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("a fetched file whose checksum differs does not reach the cache") {
  Web web;
  web.curl.answers[url] = "evil";
  CHECK_THROWS_WITH(read_source({.sources = {{url}}, .hash = md5_of_new, .destination = "/srv/app"}, web.world),
                    Catch::Contains("Specified md5 checksum for /srv/app (22af"));
  for (const auto& [path, content] : web.host.files) CHECK(content != "evil");
  web.curl.answers.clear();
  CHECK_THROWS_WITH(read_source({.sources = {{url}}, .hash = md5_of_new}, web.world),
                    Catch::Contains("Failed to cache https://<redacted>@") && Catch::Contains("error: 404"));
}

TEST_CASE("what is known is not fetched again") {
  Web web;
  web.curl.answers[url] = "new";
  SourceRequest request{
      .sources = {{url}}, .hash = md5_of_new, .destination = "/srv/app", .may_take_destination = true};
  web.host.files["/srv/app"] = "new";
  CHECK(read_source(request, web.world).content == "new");
  CHECK(web.curl.asked.empty());
  web.host.files["/srv/app"] = "old";
  read_source(request, web.world);
  read_source(request, web.world);
  CHECK(web.curl.asked.size() == 1);
  request.hash = "";
  request.skip_verify = true;
  web.curl.answers[url] = "newer";
  CHECK(read_source(request, web.world).content == "new");  // the cache will do
  request.keep_source = false;
  read_source(request, web.world);
  CHECK(read_source(request, web.world).content == "newer");
}

TEST_CASE("a server that says that nothing changed leaves the cache as it is") {
  Web web;
  web.curl.answers[url] = "new";
  const SourceRequest request{.sources = {{url}}, .use_etag = true};
  CHECK(read_source(request, web.world).content == "new");
  web.curl.answers[url] = "newer";
  web.curl.is_unchanged = true;
  CHECK(read_source(request, web.world).content == "new");
  CHECK(web.curl.asked.size() == 2);
  web.curl.is_unchanged = false;
  CHECK(read_source(request, web.world).content == "newer");
}

TEST_CASE("a file of checksums may be anywhere a source may be") {
  Web web;
  web.curl.answers["http://example.com/app"] = "new";
  web.curl.answers["http://example.com/SUMS"] =
      "22af645d1859cb5ca6da0c484f1f37ea  app\n00000000000000000000000000000000  b\n";
  web.host.files["/srv/SUMS"] = "22af645d1859cb5ca6da0c484f1f37ea  named\n00000000000000000000000000000000  app\n";
  CHECK(read_source({.sources = {{"http://example.com/app"}}, .hash = "http://example.com/SUMS"}, web.world).content ==
        "new");
  CHECK(read_source({.sources = {{"http://example.com/app"}}, .hash = "/srv/SUMS", .hash_name = "named"}, web.world)
            .content == "new");
  CHECK_THROWS_WITH(read_source({.sources = {{"http://example.com/app"}}, .hash = "/srv/NONE"}, web.world),
                    "Source hash file /srv/NONE not found");
}

// R24 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("an address can't lead out of the cache, nor into curl's settings") {
  TestWorld at;
  CHECK_THROWS_AS(download_place("http://x/../../etc/passwd", at.world), Error);
  CHECK_THROWS_AS(download_place("http://x/a\noutput = \"/etc/passwd\"", at.world), Error);
  CHECK_THROWS_AS(download_place("http://x/", at.world), Error);
  CHECK(download_place("http://x/a?p=../../b", at.world) == "/cache/extrn_files/base/x/a-p=..|..|b");
  Web web;
  web.curl.answers["http://x/a\\\"b"] = "y";
  CHECK_THROWS_AS(read_source({.sources = {{"http://x/a\"b"}}, .skip_verify = true}, web.world), Error);
  CHECK(web.curl.asked.at(0).find("url = \"http://x/a\\\"b\"\n") == 0);
}

}  // namespace halite::states
