// File roots on disk: order, environments, symlinks.
#include "common/host/directory_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "common/base/error.h"
#include "common/host/sls.h"

using namespace halite;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "halite-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  std::string at(const std::string& name) const { return (path / name).string(); }

  fs::path path;
};

std::vector<std::string> paths(FileTree& tree, const std::string& environment = "base") {
  std::vector<std::string> paths;
  for (const auto& entry : tree.list(environment, "")) paths.push_back(entry.path);
  return paths;
}

std::string fake_hash(const std::function<std::string_view()>& next_part) {
  std::string hash = "hash of ";
  for (auto part = next_part(); !part.empty(); part = next_part()) hash += part;
  return hash;
}

}  // namespace

TEST_CASE("The first root that has a file wins") {
  Folder folder;
  folder.write("prod/top.sls", "prod");
  folder.write("base/top.sls", "base");
  folder.write("base/users/init.sls", "users");
  DirectoryTree tree({{"base", {folder.at("prod"), folder.at("nosuch"), folder.at("base")}}}, fake_hash);

  CHECK(tree.read("base", "top.sls") == "prod");
  CHECK(tree.read("base", "users/init.sls") == "users");
  CHECK(paths(tree) == std::vector<std::string>{"top.sls", "users/init.sls"});
  CHECK(tree.sha256("base", "top.sls") == "hash of prod");
  CHECK(tree.find("base", "users/init.sls")->size_bytes == 5);
  CHECK_FALSE(tree.find("base", "users"));
  CHECK_FALSE(tree.read("base", "nosuch.sls"));
  CHECK_FALSE(tree.sha256("base", "nosuch.sls"));
  CHECK(tree.list("base", "users").size() == 1);
}

TEST_CASE("A file is hashed again only when it may have changed") {
  int count = 0;
  const auto counted = [&count](const auto& next_part) {
    ++count;
    return fake_hash(next_part);
  };
  DirectoryTree sources({{"base", {HALITE_SOURCE_DIR}}}, counted);  // whose files are older than the kernel's clock is coarse
  CHECK(sources.sha256("base", "README.md") == sources.sha256("base", "README.md"));
  CHECK(count == 1);
  Folder folder;
  DirectoryTree tree({{"base", {folder.path.string()}}}, counted);
  for (const char* text : {"1", "2", "3"}) {
    folder.write("a", text);
    CHECK(tree.sha256("base", "a") == "hash of " + std::string(text));
  }
}

TEST_CASE("An edited file is seen at once") {
  Folder folder;
  folder.write("a", "1");
  DirectoryTree tree({{"base", {folder.path.string()}}}, fake_hash);
  CHECK(tree.read("base", "a") == "1");
  folder.write("a", "22");
  folder.write("b", "new");
  CHECK(tree.read("base", "a") == "22");
  CHECK(paths(tree) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("Environments are apart and keep their order") {
  Folder folder;
  folder.write("prod/x", "p");
  folder.write("dev/x", "d");
  DirectoryTree tree({{"prod", {folder.at("prod")}}, {"dev", {folder.at("dev")}}}, fake_hash);
  CHECK(tree.environments() == std::vector<std::string>{"prod", "dev"});
  CHECK(tree.read("dev", "x") == "d");
  CHECK_FALSE(tree.read("base", "x"));
  CHECK(tree.list("base", "").empty());
  CHECK(tree.revision("dev") == folder.at("dev"));
}

TEST_CASE("Symlinks are followed below the root and never out of it") {
  Folder folder;
  folder.write("outside/secret", "s");
  folder.write("root/real/file", "f");
  const fs::path root = folder.at("root");
  fs::create_symlink("real/file", root / "inside");
  fs::create_directory_symlink("real", root / "folder");
  fs::create_symlink("../outside/secret", root / "above");
  fs::create_symlink(folder.at("outside/secret"), root / "absolute");
  fs::create_directory_symlink("../outside", root / "outside");
  fs::create_directory_symlink("..", root / "real/up");
  fs::create_symlink("nowhere", root / "dangling");
  REQUIRE(::mkfifo((root / "fifo").c_str(), 0600) == 0);
  DirectoryTree tree({{"base", {root.string()}}}, fake_hash);

  CHECK(paths(tree) == std::vector<std::string>{"folder/file", "inside", "real/file"});
  CHECK(tree.read("base", "folder/file") == "f");
  for (const auto* path : {"above", "absolute", "outside/secret", "dangling", "fifo", "real"}) {
    INFO(path);
    CHECK_FALSE(tree.read("base", path));
    CHECK_FALSE(tree.find("base", path));
  }
}

TEST_CASE("Only plain relative paths name files") {
  Folder folder;
  folder.write("root/a", "1");
  folder.write("b", "2");
  DirectoryTree tree({{"base", {folder.at("root")}}}, fake_hash);
  for (const auto& path : {std::string("../b"), std::string("/etc/passwd"), std::string("./a"), std::string("x/../a"),
                           std::string("a/"), std::string(""), std::string("a\0b", 3)})
    CHECK_FALSE(tree.read("base", path));
  CHECK_THROWS_WITH(DirectoryTree({{"base", {"srv/salt"}}}, fake_hash), Catch::Contains("absolute path"));
}

TEST_CASE("SLS names come from paths and lead back to them") {
  Folder folder;
  for (const auto* name : {"top.sls", "users/init.sls", "users/_admin/ee.sls", "users/adam.sls", "init.sls", "both.sls",
                           "both/init.sls", "notes.txt"})
    folder.write(name, name);
  DirectoryTree tree({{"base", {folder.path.string()}}}, fake_hash);
  const auto names = list_sls(tree, "base");
  CHECK(names == std::vector<std::string>{"both", "init", "top", "users", "users._admin.ee", "users.adam"});
  CHECK(filter_sls(names, "users.*") == std::vector<std::string>{"users._admin.ee", "users.adam"});
  CHECK(filter_sls(names, "top") == std::vector<std::string>{"top"});
  CHECK(filter_sls(names, "nosuch*").empty());

  CHECK(find_sls(tree, "base", "both")->path == "both.sls");
  CHECK(find_sls(tree, "base", "users")->path == "users/init.sls");
  CHECK(find_sls(tree, "base", "users")->is_init());
  CHECK_FALSE(find_sls(tree, "base", "users.adam")->is_init());
  CHECK_FALSE(find_sls(tree, "base", "nosuch"));
  CHECK_FALSE(find_sls(tree, "base", ""));
  CHECK_FALSE(find_sls(tree, "base", "...etc.passwd"));
}

TEST_CASE("The paths are remembered, and every change of them is seen at once") {
  Folder folder;
  folder.write("root/a.sls", "a");
  folder.write("root/d/b.sls", "b");
  DirectoryTree tree({{"base", {folder.at("root"), folder.at("later")}}}, fake_hash);
  const auto names = [&] { return *tree.paths("base"); };
  using Names = std::vector<std::string>;
  CHECK(names() == Names{"a.sls", "d/b.sls"});
  folder.write("root/d/c.sls", "c");
  CHECK(names() == Names{"a.sls", "d/b.sls", "d/c.sls"});
  fs::rename(folder.at("root/d/c.sls"), folder.at("root/d/e.sls"));
  CHECK(names() == Names{"a.sls", "d/b.sls", "d/e.sls"});
  folder.write("later/z.sls", "z");
  CHECK(names() == Names{"a.sls", "d/b.sls", "d/e.sls", "z.sls"});
  fs::remove_all(folder.at("root/d"));
  fs::remove_all(folder.at("later"));
  CHECK(names() == Names{"a.sls"});
  fs::remove_all(folder.at("root"));
  CHECK(names().empty());
}

TEST_CASE("Paths that have settled are not looked up again while nothing changes") {
  Folder folder;
  folder.write("root/a.sls", "a");
  DirectoryTree tree({{"base", {folder.at("root")}}}, fake_hash);
  std::vector<WalkedFolder> walked{{"", 0, 0, {}}};
  const UniqueFd root(::open(folder.at("root").c_str(), O_PATH | O_DIRECTORY));
  CHECK_FALSE(are_unchanged(root.get(), walked));  // a change that had not settled equals nothing
  struct stat status {};
  REQUIRE(::fstat(root.get(), &status) == 0);
  walked[0] = {"", status.st_dev, status.st_ino, status.st_ctim};
  CHECK(are_unchanged(root.get(), walked));
  folder.write("root/b.sls", "b");
  fs::remove(folder.at("root/b.sls"));
  struct stat after {};
  REQUIRE(::fstat(root.get(), &after) == 0);
  CHECK(are_unchanged(root.get(), walked) == (after.st_ctim.tv_nsec == status.st_ctim.tv_nsec && after.st_ctim.tv_sec == status.st_ctim.tv_sec));
}

TEST_CASE("The environment __env__ stands for every folder of its place, and for no other folder") {
  Folder folder;
  folder.write("envs/dev/top.sls", "dev");
  folder.write("envs/__env__/top.sls", "pattern");
  folder.write("envs/.hidden/top.sls", "hidden");
  folder.write("base/top.sls", "base");
  folder.write("secret/top.sls", "secret");
  DirectoryTree tree({{"__env__", {folder.at("envs/__env__")}}, {"base", {folder.at("base")}}}, fake_hash);

  CHECK(tree.environments() == std::vector<std::string>{"__env__", "base"});
  CHECK(has_environment(tree.environments(), "dev"));
  CHECK(tree.read("dev", "top.sls") == "dev");
  CHECK(tree.read("base", "top.sls") == "base");
  CHECK(tree.revision("dev") == folder.at("envs/dev"));
  CHECK(paths(tree, "dev") == std::vector<std::string>{"top.sls"});
  CHECK(*tree.paths("dev") == std::vector<std::string>{"top.sls"});
  for (const std::string environment : {"../secret", "..", ".", ".hidden", "dev/../../secret", "", "nosuch", "/", "dev/"}) {
    INFO(environment);
    CHECK_FALSE(tree.read(environment, "top.sls"));
    CHECK(tree.paths(environment)->empty());
    CHECK(paths(tree, environment).empty());
  }
  folder.write("envs/nosuch/late.sls", "late");
  CHECK(*tree.paths("nosuch") == std::vector<std::string>{"late.sls"});
}
