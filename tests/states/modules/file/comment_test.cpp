#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.comment and file.uncomment undo each other") {
  Scene scene;
  scene.host.files["/etc/f"] = "Port 22\nx\n";
  const Map args{{"name", "/etc/f"}, {"regex", "^Port"}};
  CHECK(comment(scene.dry("file.comment", args)) == "File /etc/f is set to be updated");
  CHECK(comment(scene.state("file.comment", args)) == "Commented lines successfully");
  CHECK(scene.host.files["/etc/f"] == "#Port 22\nx\n");
  CHECK(scene.host.files["/etc/f.bak"] == "Port 22\nx\n");
  CHECK(comment(scene.state("file.comment", args)) == "Pattern already commented");
  CHECK(comment(scene.state("file.uncomment", args)) == "Uncommented lines successfully");
  CHECK(scene.host.files["/etc/f"] == "Port 22\nx\n");
  CHECK(comment(scene.state("file.uncomment", args)) == "Pattern already uncommented");
}

TEST_CASE("a second run is right where another line holds the expression without its anchors") {
  Scene scene;
  scene.host.files["/etc/f"] = "first\nfirst of all\n";
  const Map args{{"name", "/etc/f"}, {"regex", "^first$"}};
  CHECK(comment(scene.state("file.comment", args)) == "Commented lines successfully");
  CHECK(scene.host.files["/etc/f"] == "#first\nfirst of all\n");
  const Map again = scene.state("file.comment", args);
  CHECK(again.at("result") == Value(true));
  CHECK(again.at("changes").as_map().empty());
}

TEST_CASE("lines that are not there are a failure unless that is allowed") {
  Scene scene;
  scene.host.files["/etc/f"] = "x\n";
  const Map args{{"name", "/etc/f"}, {"regex", "^Port$"}};
  CHECK(comment(scene.state("file.comment", args)) == "Port: Pattern not found");
  CHECK(comment(scene.state("file.uncomment", args)) == "^Port$: Pattern not found");
  CHECK(comment(scene.state("file.comment", with(args, "ignore_missing", true))) ==
        "Pattern not found and ignore_missing set to True");
  CHECK(comment(scene.state("file.comment", with(args, "name", "/etc/none"))) == "/etc/none: file not found");
}

}  // namespace halite::states
