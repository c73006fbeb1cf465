#include "states/providers/paths.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/states/world.h"

namespace halite::states {

TEST_CASE("a home is a full path, and a relative one is refused") {
  TestWorld at;
  CHECK(full_path("~alice/x/", at.world) == "/home/alice/x");
  CHECK_THROWS_WITH(full_path("etc/x", at.world), "Specified file etc/x is not an absolute path");
  CHECK_THROWS_AS(full_path("", at.world), Error);
  CHECK_THROWS_AS(full_path(std::string("/a\0b", 4), at.world), Error);
  CHECK(normal_path("/a/./b/../c//") == "/a/c");
  CHECK(parent_of("/a") == "/");
  CHECK(base_name("/a/b") == "b");
  CHECK(searchable(0640) == 0750);
}

TEST_CASE("a tree is copied with its links, owners and modes, and moved") {
  TestWorld at;
  at.host.files["/srv/a/x"] = "1";
  at.host.nodes["/srv/a/x"] = {FileType::regular, "", 04751, 1000, 1000, 0};
  at.host.nodes["/srv/a/link"] = {FileType::symlink, "x", 0777, 1000, 1000, 0};
  copy_path("/srv/a", "/srv/b", at.world);
  CHECK(at.host.files["/srv/b/x"] == "1");
  CHECK(at.host.nodes["/srv/b/x"].mode == 04751);
  CHECK(at.host.nodes["/srv/b/x"].uid == 1000);
  CHECK(at.host.nodes["/srv/b/link"].content == "x");
  move_path("/srv/b", "/srv/c", at.world);
  CHECK_FALSE(at.host.status("/srv/b"));
  CHECK(at.host.read_symlink("/srv/c/link") == "x");
  CHECK_THROWS_AS(copy_path("/srv/none", "/srv/d", at.world), Error);
}

TEST_CASE("a backup is a full path or a name beside the file") {
  CHECK(backup_place("/srv/a", "/old") == "/old");
  CHECK(backup_place("/srv/a", "old") == "/srv/old");
  CHECK_THROWS_WITH(backup_place("/srv/a", "x/old"), "Backupname must be an absolute path or a file name: x/old");
}

}  // namespace halite::states
