#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

const Map after_one{{"name", "/etc/f"}, {"mode", "ensure"}, {"content", "two"}, {"after", "one"}};

}  // namespace

TEST_CASE("file.line plans the very difference that it makes") {
  Scene scene;
  scene.host.files["/etc/f"] = "one\nthree\n";
  const Map planned = scene.dry("file.line", after_one);
  CHECK(comment(planned) == "Changes would be made");
  const Map made = scene.state("file.line", after_one);
  CHECK(comment(made) == "Changes were made");
  CHECK(changes(made) == changes(planned));
  CHECK(changes(made) == Map{{"diff", "--- \n+++ \n@@ -1,2 +1,3 @@\n one\n+two\n three\n"}});
  CHECK(comment(scene.state("file.line", after_one)) == "No changes needed to be made");
}

TEST_CASE("file.line keeps owner and mode, or sets those that are asked for") {
  Scene scene;
  scene.host.files["/etc/f"] = "one\n";
  scene.host.nodes["/etc/f"] = {FileType::regular, "", 0640, 1000, 1000, 0};
  scene.state("file.line", with(after_one, "show_changes", true));
  CHECK(scene.host.nodes["/etc/f"].mode == 0640);
  CHECK(scene.host.nodes["/etc/f"].uid == 1000);
  const Map given = scene.state("file.line", with(with(after_one, "user", "root"), "file_mode", "0600"));
  CHECK(changes(given) == Map{{"user", "root"}, {"mode", "0600"}});
}

TEST_CASE("file.line makes a file, and keeps the old one, only when asked") {
  Scene scene;
  const Map end{{"name", "/etc/f"}, {"mode", "insert"}, {"content", "x"}, {"location", "end"}};
  CHECK(comment(scene.state("file.line", end)) == "/etc/f: file not found");
  scene.state("file.line", with(end, "create", true));
  CHECK(scene.host.files["/etc/f"] == "x");
  scene.host.files["/etc/f"] = "one\n";
  scene.state("file.line", with(after_one, "backup", true));
  bool is_kept = false;
  for (const auto& [path, content] : scene.host.files) is_kept |= path.starts_with("/etc/f.20") && content == "one\n";
  CHECK(is_kept);
}

TEST_CASE("file.line never shows what others may not read") {
  Scene scene;
  scene.host.files["/etc/f"] = "one\nsecret\n";
  scene.host.nodes["/etc/f"].mode = 0600;
  CHECK(changes(scene.state("file.line", after_one)).at("diff").as_string().find("secret\n") == std::string::npos);
}

TEST_CASE("file.line says what is missing") {
  Scene scene;
  scene.host.files["/etc/f"] = "one\n";
  CHECK(comment(scene.state("file.line", {{"name", "/etc/f"}, {"content", "x"}})) ==
        "Mode was not defined. How to process the file?");
  CHECK(comment(scene.state("file.line", {{"name", "/etc/f"}, {"mode", "ensure"}, {"after", "one"}})) ==
        "Content can only be empty if mode is ['delete']");
  CHECK(comment(scene.state("file.line", {{"name", "/srv"}, {"mode", "delete"}, {"content", "x"}})) ==
        "/srv is a directory");
}

}  // namespace halite::states
