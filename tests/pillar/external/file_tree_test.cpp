// External pillar `file_tree`: whose folders count, and what can't be reached.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/host/real_host.h"
#include "pillar/external/externals.h"
#include "tests/support/temp_directory.h"

namespace halite::pillar {
namespace {

struct World {
  TempDirectory folder;
  std::unique_ptr<Host> host = make_real_host();
  target::Nodegroups nodegroups{{"web", "web*"}, {"all", "*"}};

  void file(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder / path).parent_path());
    std::ofstream(folder / path) << text;
  }
  std::string operator()(const std::string& id, Map more = {}, Roots roots = {}, std::optional<std::string> pillarenv = {}) {
    if (!more.contains("root_dir")) more.set("root_dir", folder.path());
    const auto externals = externals_from(List{Map{{"file_tree", more}}},
                                          {.host = *host, .nodegroups = nodegroups, .pillar_roots = std::move(roots)});
    Map pillar;
    return to_json(externals[0].run({.minion_id = id, .pillarenv = std::move(pillarenv)}, pillar));
  }
};

}  // namespace

TEST_CASE("The groups of a minion come first and its own files over them") {
  World tree;
  tree.file("nodegroups/all/a", "all\n");
  tree.file("nodegroups/web/a", "web\n");
  tree.file("nodegroups/web/d/b", "web b");
  tree.file("nodegroups/other/a", "other");
  tree.file("hosts/web1/d/c", "own c\n\n");
  CHECK(tree("web1") == R"({"a": "web", "d": {"b": "web b", "c": "own c\n"}})");
  CHECK(tree("db1") == R"({"a": "all"})");
}

TEST_CASE("No id and no link leads out of the tree") {
  World tree;
  tree.file("hosts/web1/a", "mine");
  tree.file("hosts/web2/secret", "not yours");
  tree.file("outside/secret", "outside");
  World inner;
  std::filesystem::create_directories(inner.folder / "hosts/web1");
  std::filesystem::create_symlink(tree.folder / "outside/secret", inner.folder / "hosts/web1/link");
  std::filesystem::create_directory_symlink(tree.folder / "outside", inner.folder / "hosts/web1/folder");
  CHECK(inner("web1") == "{}");
  for (const auto* id : {"../hosts/web2", "..", ".", "", "web1/../web2", "/etc"}) {
    INFO(id);
    CHECK(tree(id) == "{}");
  }
}

TEST_CASE("A relative root is below the pillar roots of the chosen environment") {
  World tree;
  tree.file("one/files/hosts/web1/a", "one");
  tree.file("two/files/hosts/web1/a", "two");
  const Roots roots{{"dev", {{tree.folder / "one", tree.folder / "two"}}}};
  CHECK(tree("web1", {{"root_dir", "files"}}, roots, "dev") == R"({"a": "two"})");
  CHECK_THROWS_AS(tree("web1", {{"root_dir", "files"}}, roots), Error);
  CHECK_THROWS_AS(tree("web1", {{"root_dir", "files"}}, roots, "nosuch"), Error);
}

TEST_CASE("Options that there are not are refused") {
  World tree;
  CHECK_THROWS_AS(tree("web1", {{"root", "x"}}), Error);
  CHECK_THROWS_AS(tree("web1", {{"keep_newline", "x"}}), Error);
  CHECK(tree("web1", {{"root_dir", tree.folder / "nosuch"}}) == "{}");
}

}  // namespace halite::pillar
