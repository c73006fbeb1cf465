#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

struct Tree : Scene {
  Tree() { tree = test::MemoryTree(test::MemoryTree::Files{{"site/a", "1"}, {"site/sub/b", "2"}, {"sitemap", "no"}}); }
};

const Map site{
    {"name", "/srv/site"}, {"source", "salt://site"}, {"user", "alice"}, {"file_mode", "0640"}, {"dir_mode", "0750"}};

}  // namespace

TEST_CASE("file.recurse brings a directory, and plans each part of it") {
  Tree scene;
  const Map planned = scene.dry("file.recurse", site);
  CHECK(planned.at("result").is_null());
  CHECK_FALSE(scene.host.status("/srv/site"));
  const Map made = scene.state("file.recurse", site);
  CHECK(comment(made) == "Recursively updated /srv/site");
  CHECK(changes(made) == changes(planned));
  CHECK(changes(made).at("/srv/site/sub/b") == Value(Map{{"diff", "New file"}, {"user", "alice"}, {"mode", "0640"}}));
  CHECK(scene.host.files["/srv/site/sub/b"] == "2");
  CHECK(scene.host.nodes["/srv/site/sub"].mode == 0750);
  CHECK(scene.host.files.count("/srv/site/map") == 0);
  CHECK(comment(scene.state("file.recurse", site)) == "The directory /srv/site is in the correct state");
}

TEST_CASE("file.recurse with clean removes what the source lacks") {
  Tree scene;
  scene.host.files["/srv/site/old"] = "x";
  scene.host.files["/srv/site/kept.log"] = "x";
  const Map args = with(with(site, "clean", true), "exclude_pat", "*.log");
  CHECK(changes(scene.dry("file.recurse", args)).at("removed") == Value(List{"/srv/site/old"}));
  scene.state("file.recurse", args);
  CHECK(scene.host.files.count("/srv/site/old") == 0);
  CHECK(scene.host.files.count("/srv/site/kept.log") == 1);
  CHECK(changes(scene.state("file.recurse", args)).empty());
}

TEST_CASE("file.recurse takes the paths that are asked for alone") {
  Tree scene;
  scene.state("file.recurse", with(site, "exclude_pat", "E@^sub"));
  CHECK(scene.host.files.count("/srv/site/a") == 1);
  CHECK(scene.host.files.count("/srv/site/sub/b") == 0);
  scene.state("file.recurse", with(with(site, "name", "/srv/flat"), "maxdepth", 0));
  CHECK(scene.host.files.count("/srv/flat/sub/b") == 0);
}

TEST_CASE("file.recurse says why it can't, and goes on with the other files") {
  Tree scene;
  CHECK(comment(scene.state("file.recurse", with(site, "source", "salt://none"))) ==
        "The directory 'none' does not exist on the salt fileserver in saltenv 'base'");
  CHECK(comment(scene.state("file.recurse", with(site, "source", "/site"))) ==
        "Invalid source '/site' (must be a salt:// URI)");
  CHECK(has_failed(scene.state("file.recurse", with(site, "mode", "0644"))));
  scene.host.files["/srv/site/a/in the way"] = "x";
  const Map partly = scene.state("file.recurse", site);
  CHECK(has_failed(partly));
  CHECK(comment(partly).find("#### /srv/site/a ####\nSpecified target /srv/site/a is a directory") !=
        std::string::npos);
  CHECK(scene.host.files["/srv/site/sub/b"] == "2");
}

}  // namespace halite::states
