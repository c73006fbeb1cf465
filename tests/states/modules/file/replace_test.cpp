#include <catch2/catch.hpp>

#include <cerrno>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

const Map port{{"name", "/etc/f"}, {"pattern", "^Port .*"}, {"repl", "Port 23"}};

}  // namespace

TEST_CASE("file.replace replaces, keeps the old file, and then finds nothing to do") {
  Scene scene;
  scene.host.files["/etc/f"] = "Port 22\n";
  scene.host.nodes["/etc/f"].mode = 0604;
  CHECK(comment(scene.dry("file.replace", port)) == "Changes would have been made");
  const Map made = scene.state("file.replace", port);
  CHECK(changes(made) == Map{{"diff", "--- \n+++ \n@@ -1 +1 @@\n-Port 22\n+Port 23\n"}});
  CHECK(scene.host.files["/etc/f.bak"] == "Port 22\n");
  CHECK(scene.host.nodes["/etc/f"].mode == 0604);
  CHECK(comment(scene.state("file.replace", port)) == "No changes needed to be made");
}

TEST_CASE("file.replace works on the file behind root's link, not on the link") {
  Scene scene;
  scene.host.files["/srv/real"] = "Port 22\n";
  scene.host.nodes["/etc/f"] = {FileType::symlink, "/srv/real", 0777, 0, 0, 0};
  scene.state("file.replace", with(port, "backup", false));
  CHECK(scene.host.files["/srv/real"] == "Port 23\n");
  CHECK(scene.host.nodes["/etc/f"].type == FileType::symlink);
  CHECK(scene.host.files.count("/srv/real.bak") == 0);
}

TEST_CASE("file.replace refuses what it can't do, and the file stays") {
  Scene scene;
  CHECK(comment(scene.state("file.replace", port)) == "/etc/f: file not found");
  CHECK_FALSE(has_failed(scene.state("file.replace", with(port, "ignore_if_missing", true))));
  scene.host.files["/etc/f"] = std::string("Port 22\0", 8);
  CHECK(comment(scene.state("file.replace", port)) == "Cannot perform string replacements on a binary file: /etc/f");
  scene.host.files["/etc/f"] = "Port 22\n";
  CHECK(has_failed(scene.state("file.replace", with(port, "pattern", "("))));
  CHECK(has_failed(scene.state("file.replace", with(port, "count", -1))));
  scene.host.write_errors["/etc/f"] = EROFS;
  CHECK(comment(scene.state("file.replace", port)).find("Read-only file system") != std::string::npos);
  CHECK(scene.host.files["/etc/f"] == "Port 22\n");
}

}  // namespace halite::states
