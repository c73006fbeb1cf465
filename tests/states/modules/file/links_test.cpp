// file.symlink, file.hardlink, file.rename and file.touch.
#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.symlink brings target and owner, and plans what it does") {
  Scene scene;
  Map args{{"name", "/srv/l"}, {"target", "t"}, {"user", "alice"}};
  CHECK(comment(scene.dry("file.symlink", args)) == "Symlink /srv/l to t is set for creation");
  scene.state("file.symlink", args);
  CHECK(scene.host.nodes["/srv/l"].uid == 1000);
  CHECK(scene.host.nodes["/srv/l"].gid == 1000);
  CHECK(comment(scene.state("file.symlink", args)) == "Symlink /srv/l is present and owned by alice:alice");
  CHECK(comment(scene.dry("file.symlink", with(args, "target", "u"))) ==
        "Link /srv/l target is set to be changed to u");
  const Map root = scene.state("file.symlink", {{"name", "/srv/l"}, {"target", "./t"}});
  CHECK(comment(root) == "Set ownership of symlink /srv/l to root:root");
  CHECK(changes(root) == Map{{"ownership", "root:root"}});
}

TEST_CASE("file.symlink moves what is in the way beside it, or replaces it by force") {
  Scene scene;
  scene.host.files["/srv/l"] = "x";
  const Map args{{"name", "/srv/l"}, {"target", "t"}};
  CHECK(comment(scene.state("file.symlink", args)) == "File exists where the symlink /srv/l should be");
  CHECK(comment(scene.state("file.symlink", with(args, "backupname", "a/b"))) ==
        "Backupname must be an absolute path or a file name: a/b");
  scene.state("file.symlink", with(args, "backupname", "old"));
  CHECK(scene.host.files["/srv/old"] == "x");
  scene.host.files["/srv/d/x"] = "x";
  scene.state("file.symlink", {{"name", "/srv/d"}, {"target", "t"}, {"force", true}});
  CHECK(scene.host.read_symlink("/srv/d") == "t");
}

TEST_CASE("file.hardlink makes a second name, and takes the place of a file by force alone") {
  Scene scene;
  scene.host.files["/srv/a"] = "x";
  const Map args{{"name", "/srv/b"}, {"target", "/srv/a"}};
  CHECK(comment(scene.dry("file.hardlink", args)) == "Hard link /srv/b to /srv/a is set for creation");
  CHECK(comment(scene.state("file.hardlink", args)) == "Created new hard link /srv/b -> /srv/a");
  CHECK(comment(scene.state("file.hardlink", args)) == "Target of hard link /srv/b is already pointing to /srv/a");
  scene.host.files["/srv/c"] = "other";
  CHECK(comment(scene.state("file.hardlink", with(args, "name", "/srv/c"))) ==
        "File exists where the hard link /srv/c should be");
  CHECK(changes(scene.state("file.hardlink", with(with(args, "name", "/srv/c"), "force", true))).size() == 2);
  CHECK(comment(scene.state("file.hardlink", with(args, "target", "/srv/no"))) ==
        "Target /srv/no for hard link does not exist");
  CHECK(comment(scene.state("file.hardlink", with(args, "target", "/srv"))) ==
        "Unable to hard link from directory /srv");
}

TEST_CASE("file.rename moves what is there, and then has nothing to do") {
  Scene scene;
  scene.host.files["/srv/a"] = "x";
  const Map args{{"name", "/srv/d/b"}, {"source", "/srv/a"}};
  CHECK(comment(scene.state("file.rename", args)) == "The target directory /srv/d is not present");
  CHECK(comment(scene.dry("file.rename", with(args, "makedirs", true))) ==
        "File \"/srv/a\" is set to be moved to \"/srv/d/b\"");
  CHECK(changes(scene.state("file.rename", with(args, "makedirs", true))) == Map{{"/srv/d/b", "/srv/a"}});
  CHECK(comment(scene.state("file.rename", args)) == "Source file \"/srv/a\" has already been moved out of place");
  scene.host.files["/srv/a"] = "y";
  CHECK(comment(scene.state("file.rename", args)) == "The target file \"/srv/d/b\" exists and will not be overwritten");
  scene.state("file.rename", with(args, "force", true));
  CHECK(scene.host.files["/srv/d/b"] == "y");
  CHECK(has_failed(scene.state("file.rename", {{"name", "/srv/d/x"}, {"source", "/srv/d"}})));
}

TEST_CASE("file.touch makes a file and sets its times") {
  Scene scene;
  CHECK(comment(scene.dry("file.touch", {{"name", "/srv/f"}})) == "File /srv/f is set to be created");
  CHECK(comment(scene.state("file.touch", {{"name", "/srv/f"}})) == "Created empty file /srv/f");
  const Map times{{"name", "/srv/f"}, {"mtime", 5}, {"atime", 6}};
  CHECK(changes(scene.state("file.touch", times)) == Map{{"touched", "/srv/f"}});
  CHECK(scene.host.status("/srv/f")->mtime_s == 5);
  CHECK(comment(scene.state("file.touch", times)) == "File /srv/f exists and has the correct times");
  CHECK(comment(scene.state("file.touch", {{"name", "/srv/no/f"}})) == "Directory not present to touch file /srv/no/f");
}

TEST_CASE("a dry run of states on the same files is the real run without its effects") {
  const List low{chunk("file.directory", "/srv/d"),
                 chunk("file.managed", "/srv/d/f", {{"contents", "one"}}),
                 chunk("file.append", "append", {{"name", "/srv/d/f"}, {"text", "two"}}),
                 chunk("file.replace", "replace", {{"name", "/srv/d/f"}, {"pattern", "two"}, {"repl", "three"}}),
                 chunk("file.symlink", "/srv/l", {{"target", "d"}}),
                 chunk("file.managed", "/srv/d/g", {{"contents", "x"}}),
                 chunk("file.rename", "/srv/e", {{"source", "/srv/d/g"}}),
                 chunk("file.missing", "missing", {{"name", "/srv/d/g"}}),
                 chunk("file.exists", "exists", {{"name", "/srv/e"}}),
                 chunk("file.absent", "/srv/e")};
  Scene scene;
  scene.options.test = true;
  const auto planned = scene.run(low);
  CHECK_FALSE(scene.host.status("/srv/d"));
  scene.options.test = false;
  const auto made = scene.run(low);
  for (const auto& [tag, result] : made.states) {
    INFO(tag.as_string());
    CHECK(*result.find("result") == Value(true));
    CHECK(*result.find("changes") == *planned.states.at(tag.as_string()).find("changes"));
  }
  CHECK(scene.host.files["/srv/d/f"] == "one\nthree\n");
}

}  // namespace halite::states
