// The file server's answers, and what it does not answer.
#include "master/files/file_server.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/base/error.h"
#include "master/files/file_sources.h"
#include "common/host/layered_tree.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::master;
namespace fs = std::filesystem;

namespace {

struct Folders {
  TempDirectory directory;
  fs::path path = directory.path();

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  std::shared_ptr<FileTree> tree(const std::string& folder) { return make_directory_tree({{"base", {{(path / folder).string()}}}}); }
};

Value part(FileTree& tree, const std::string& path, std::int64_t offset, std::size_t size = 4) {
  return serve_file(tree, {path, "base", offset, std::nullopt}, size);
}

}  // namespace

TEST_CASE("A file comes in parts, and an empty part with its name ends it") {
  Folders roots;
  roots.write("srv/a/b.txt", "123456");
  auto tree = roots.tree("srv");
  CHECK(part(*tree, "a/b.txt", 0) == Value(Map{{"data", Bytes{"1234"}}, {"dest", "a/b.txt"}}));
  CHECK(part(*tree, "a/b.txt", 4) == Value(Map{{"data", Bytes{"56"}}, {"dest", "a/b.txt"}}));
  CHECK(part(*tree, "a/b.txt", 6) == Value(Map{{"data", Bytes{""}}, {"dest", "a/b.txt"}}));
  CHECK(part(*tree, "a/b.txt", 1'000'000'000'000) == Value(Map{{"data", Bytes{""}}, {"dest", "a/b.txt"}}));
  CHECK_THROWS_AS(part(*tree, "a/b.txt", -1), Error);
}

TEST_CASE("Nothing outside the roots is served, by whatever name") {
  Folders roots;
  roots.write("srv/inside", "inside");
  roots.write("srv-secret/x", "secret");
  roots.write("secret", "secret");
  fs::create_symlink(roots.path / "secret", roots.path / "srv/link");
  fs::create_directory_symlink("/", roots.path / "srv/root");
  auto tree = roots.tree("srv");
  const std::vector<std::string> paths{"../secret", "/etc/passwd", "a/../../secret", "./inside", "inside/../../secret", "link",
                                       "root/etc/passwd", "../srv-secret/x", "..\\secret", std::string("inside\0", 7), "",
                                       "%2e%2e/secret", "|../secret", std::string(5000, 'a'), "inside/", "//etc/passwd"};
  for (const auto& path : paths) {
    CHECK(part(*tree, path, 0) == Value(Map{{"data", ""}, {"dest", ""}}));
    CHECK(file_hash(*tree, {path, "base"}) == Value(""));
    CHECK(file_find(*tree, {path, "base"}) == Value(Map{{"path", ""}, {"rel", ""}}));
  }
  for (const char* environment : {"../base", "/", "nowhere", "__env__", ""})
    CHECK(file_hash(*tree, {"inside", environment}) == Value(""));
  CHECK(file_list(*tree, {"base", ""}) == Value(List{"inside"}));
}

TEST_CASE("Hash, size and mode") {
  Folders roots;
  roots.write("srv/x", "abc");
  fs::permissions(roots.path / "srv/x", fs::perms::owner_all);
  auto tree = roots.tree("srv");
  const Value answer = file_hash_and_stat(*tree, {"x", "base"});
  CHECK(answer.as_list()[0].find("hsum")->as_string() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(answer.as_list()[1].as_list()[0] == Value(0100700));
  CHECK(answer.as_list()[1].as_list()[6] == Value(3));
  CHECK(file_hash_and_stat(*tree, {"y", "base"}) == Value(List{"", nullptr}));
}

TEST_CASE("Folders of files are listed, each once") {
  Folders roots;
  roots.write("srv/a/b/c", "");
  roots.write("srv/a/d", "");
  auto tree = roots.tree("srv");
  CHECK(dir_list(*tree, {"base", ""}) == Value(List{".", "a", "a/b"}));
}

TEST_CASE("Of several backends the first that has a file wins") {
  Folders roots;
  roots.write("one/both", "first");
  roots.write("two/both", "second");
  roots.write("two/only", "only");
  LayeredTree tree({roots.tree("one"), roots.tree("two")});
  CHECK(tree.read("base", "both") == "first");
  CHECK(tree.read("base", "only") == "only");
  CHECK_FALSE(tree.read("base", "none"));
  CHECK(tree.list("base", "").size() == 2);
}
