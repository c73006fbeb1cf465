#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

const Map hosts{{"name", "/srv/copy"}, {"source", "/srv/hosts"}};

}  // namespace

TEST_CASE("file.copy copies once, and again only by force") {
  Scene scene;
  scene.host.files["/srv/hosts"] = "one";
  scene.host.nodes["/srv/hosts"] = {FileType::regular, "", 0751, 1000, 1000, 0};
  CHECK(comment(scene.dry("file.copy", hosts)) == "File \"/srv/hosts\" is set to be copied to \"/srv/copy\"");
  const Map made = scene.state("file.copy", hosts);
  CHECK(comment(made) == "Copied \"/srv/hosts\" to \"/srv/copy\"");
  CHECK(changes(made) == Map{{"/srv/copy", "/srv/hosts"}});
  CHECK(scene.host.nodes["/srv/copy"].mode == 0751);
  CHECK(scene.host.nodes["/srv/copy"].uid == 0);
  scene.host.files["/srv/hosts"] = "two";
  CHECK(comment(scene.state("file.copy", hosts)) == "The target file \"/srv/copy\" exists and will not be overwritten");
  scene.state("file.copy", with(hosts, "force", true));
  CHECK(scene.host.files["/srv/copy"] == "two");
  CHECK(changes(scene.state("file.copy", with(hosts, "force", true))).empty());
}

TEST_CASE("file.copy keeps owners, makes directories, and goes into one") {
  Scene scene;
  scene.host.files["/srv/hosts"] = "one";
  scene.host.nodes["/srv/hosts"] = {FileType::regular, "", 0640, 1000, 1000, 0};
  scene.state("file.copy", {{"name", "/srv/d/e"}, {"source", "/srv/hosts"}, {"preserve", true}, {"makedirs", true}});
  CHECK(scene.host.nodes["/srv/d/e"].uid == 1000);
  CHECK(scene.host.nodes["/srv/d"].mode == 0750);
  scene.state("file.copy", {{"name", "/srv/d"}, {"source", "/srv/hosts"}, {"subdir", true}});
  CHECK(scene.host.files["/srv/d/hosts"] == "one");
  scene.state("file.copy", {{"name", "/srv/tree"}, {"source", "/srv/d"}, {"user", "alice"}});
  CHECK(scene.host.files["/srv/tree/hosts"] == "one");
  CHECK(scene.host.nodes["/srv/tree/hosts"].uid == 1000);
}

TEST_CASE("file.copy says what is missing, and follows no user's link to others") {
  Scene scene;
  CHECK(comment(scene.state("file.copy", hosts)) == "Source file \"/srv/hosts\" is not present");
  scene.host.files["/srv/hosts"] = "one";
  CHECK(comment(scene.state("file.copy", with(hosts, "name", "/srv/no/x"))) ==
        "The target directory /srv/no is not present");
  scene.host.nodes["/home/alice/trap"] = {FileType::symlink, "/etc/shadow", 0777, 1000, 1000, 0};
  CHECK(comment(scene.state("file.copy", with(hosts, "source", "/home/alice/trap")))
            .find("such links are not followed") != std::string::npos);
}

}  // namespace halite::states
