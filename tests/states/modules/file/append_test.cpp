#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.append and file.prepend add what is missing, once") {
  Scene scene;
  scene.host.files["/etc/f"] = "x\ny";
  const Map args{{"name", "/etc/f"}, {"text", List{"y", "new\nlines"}}};
  const Map planned = scene.dry("file.append", args);
  const Map made = scene.state("file.append", args);
  CHECK(comment(made) == "Appended 2 lines");
  CHECK(changes(made) == changes(planned));
  CHECK(scene.host.files["/etc/f"] == "x\ny\nnew\nlines\n");
  CHECK(comment(scene.state("file.append", args)) == "File /etc/f is in correct state");
  CHECK(comment(scene.state("file.prepend", {{"name", "/etc/f"}, {"text", "head"}})) == "Prepended 1 lines");
  CHECK(scene.host.files["/etc/f"].starts_with("head\nx\n"));
  CHECK(changes(scene.state("file.prepend", {{"name", "/etc/f"}, {"text", "x"}, {"header", true}})).size() == 1);
  CHECK(scene.host.files["/etc/f"].starts_with("x\nhead\nx\n"));
}

TEST_CASE("file.append takes its text from sources, which are templates unless told otherwise") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"a", "{{ a }}"}, {"b", "b"}});
  scene.render = [](const TemplateRequest& request) { return "rendered " + request.text; };
  scene.state("file.append", {{"name", "/etc/f"}, {"sources", List{"salt://a", "salt://b"}}});
  CHECK(scene.host.files["/etc/f"] == "rendered {{ a }}\nrendered b\n");
  scene.state("file.append", {{"name", "/etc/g"}, {"source", "salt://a"}, {"template", ""}});
  CHECK(scene.host.files["/etc/g"] == "{{ a }}\n");
  CHECK(comment(
            scene.state("file.append", {{"name", "/etc/g"}, {"source", "salt://a"}, {"sources", List{"salt://b"}}})) ==
        "source and sources are mutually exclusive");
}

TEST_CASE("file.append makes the file, and its directory when asked") {
  Scene scene;
  CHECK(has_failed(scene.state("file.append", {{"name", "/etc/d/f"}, {"text", "x"}})));
  const Map args{{"name", "/etc/d/f"}, {"text", "x"}, {"makedirs", true}};
  CHECK(changes(scene.dry("file.append", args)) == Map{{"diff", "New file"}});
  scene.state("file.append", args);
  CHECK(scene.host.files["/etc/d/f"] == "x\n");
  CHECK(comment(scene.state("file.append", {{"name", "/etc/f"}})) == "No text found to append. Nothing appended");
}

}  // namespace halite::states
