#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

}  // namespace

TEST_CASE("alternatives.install registers one, and then asks no program") {
  Scene scene;
  const Map args{{"name", "editor"}, {"link", "/usr/bin/editor"}, {"path", "/usr/bin/vim"}, {"priority", 50}};
  CHECK(comment(scene.dry("alternatives.install", args)) ==
        "Alternative will be set for editor to /usr/bin/vim with priority 50");
  const Map made = scene.state("alternatives.install", args);
  CHECK(comment(made) == "Alternative for editor set to path /usr/bin/vim with priority 50");
  CHECK(changes(made) == args);
  scene.host.ran.clear();
  CHECK(comment(scene.state("alternatives.install", args)) ==
        "Alternative /usr/bin/vim for editor is already registered");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("an alternative that was registered without a link is registered again") {
  Scene scene;
  const Map args{{"name", "editor"}, {"link", "/usr/bin/editor"}, {"path", "/usr/bin/vim"}, {"priority", 50}};
  scene.state("alternatives.install", args);
  scene.host.remove_file("/etc/alternatives/editor");
  scene.state("alternatives.install", args);
  CHECK(scene.host.read_symlink("/etc/alternatives/editor") == "/usr/bin/vim");
}

TEST_CASE("alternatives.set and auto") {
  Scene scene;
  const Map args{{"name", "pager"}, {"path", "/usr/bin/less"}};
  CHECK(comment(scene.dry("alternatives.set", args)) == "Alternative for pager will be set to path /usr/bin/less");
  CHECK(changes(scene.state("alternatives.set", args)) == Map{{"path", "/usr/bin/less"}});
  CHECK(comment(scene.state("alternatives.set", args)) == "Alternative for pager already set to /usr/bin/less");
  CHECK(comment(scene.state("alternatives.set", {{"name", "pager"}, {"path", "/bin/cat"}})) ==
        "Alternative /bin/cat for pager doesn't exist");
  CHECK(comment(scene.dry("alternatives.auto", {{"name", "pager"}})) == "pager will be put in auto mode");
  CHECK(scene.state("alternatives.auto", {{"name", "pager"}}).at("result") == Value(true));
  CHECK(comment(scene.state("alternatives.auto", {{"name", "pager"}})) == "pager already in auto mode");
  CHECK(comment(scene.state("alternatives.auto", {{"name", "none"}})) == "Alternative for none doesn't exist");
}

TEST_CASE("alternatives.remove tells what is chosen now, and a second run is right") {
  Scene scene;
  const Map args{{"name", "pager"}, {"path", "/usr/bin/less"}};
  CHECK(comment(scene.dry("alternatives.remove", args)) == "Alternative for pager will be removed");
  const Map made = scene.state("alternatives.remove", args);
  CHECK(comment(made) == "Alternative for pager removed. Falling back to path /bin/more");
  CHECK(changes(made) == Map{{"path", "/bin/more"}});
  CHECK(comment(scene.state("alternatives.remove", args)) == "Alternative for pager is set to it's default path /bin/more");
  CHECK(comment(scene.state("alternatives.remove", {{"name", "none"}, {"path", "/a"}})) ==
        "Alternative for none doesn't exist");
}

TEST_CASE("a refusal is told in the tool's words") {
  Scene scene;
  scene.host.programs["update-alternatives"] = [](const Command&) { return FakeHost::result(2, "", "error: bad link\n"); };
  const Map result = scene.state("alternatives.install",
                                 {{"name", "e"}, {"link", "/l"}, {"path", "/p"}, {"priority", "5"}});
  CHECK(comment(result) == "error: bad link");
  CHECK(comment(scene.state("alternatives.set", {{"name", "../x"}, {"path", "/p"}})) == "'../x' is no name of alternatives");
}

}  // namespace halite::states
