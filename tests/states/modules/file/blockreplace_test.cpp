#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.blockreplace keeps a block, given in place or by sources") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"part", "from {{ x }}"}});
  scene.render = [](const TemplateRequest& request) { return request.text + "!"; };
  scene.host.files["/etc/f"] = "a\n";
  Map args{{"name", "/etc/f"}, {"content", "mine"}, {"append_if_not_found", true}, {"backup", false}};
  const Map planned = scene.dry("file.blockreplace", args);
  const Map made = scene.state("file.blockreplace", args);
  CHECK(changes(made) == changes(planned));
  CHECK(scene.host.files["/etc/f"] == "a\n#-- start managed zone --\nmine\n#-- end managed zone --\n");
  CHECK(comment(scene.state("file.blockreplace", args)) == "No changes needed to be made");
  args.set("content", "");
  args.set("source", "salt://part");
  scene.state("file.blockreplace", args);
  CHECK(scene.host.files["/etc/f"].find("from {{ x }}!\n#-- end") != std::string::npos);
}

TEST_CASE("file.blockreplace fails where there is no block and no place for one") {
  Scene scene;
  CHECK(comment(scene.state("file.blockreplace", {{"name", "/etc/f"}, {"content", "x"}})) == "/etc/f: file not found");
  scene.host.files["/etc/f"] = "a\n";
  CHECK(comment(scene.state("file.blockreplace", {{"name", "/etc/f"}, {"content", "x"}})) ==
        "Cannot edit marked block. Markers were not found in file.");
  CHECK(comment(scene.state("file.blockreplace", {{"name", "/etc/f"}, {"source", "salt://none"}})) ==
        "Source file salt://none not found in saltenv 'base'");
}

}  // namespace halite::states
