// file.tidied and file.pruned: what goes from a directory, and what stays.
#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

constexpr std::int64_t day_s = 86400;

struct Cache : Scene {
  Cache() {
    const std::int64_t now = 1'767'225'600;  // the scene's clock
    for (const char* directory : {"/srv/c", "/srv/c/sub", "/srv/other"}) host.add_directory(directory);
    add("/srv/c/young.tmp", now - day_s, 10);
    add("/srv/c/old.tmp", now - 9 * day_s, 10);
    add("/srv/c/sub/old.log", now - 9 * day_s, 5000);
    add("/srv/c/sub/young.log", now - day_s, 5000);
    add("/srv/other/kept", now - 99 * day_s, 5000);
    host.nodes["/srv/c/sub"].atime_s = host.nodes["/srv/c/sub"].mtime_s = now - 9 * day_s;
    host.make_symlink("/srv/c/link", "/srv/other");
  }
  void add(const std::string& path, std::int64_t time_s, std::size_t size) {
    host.nodes[path] = {.type = FileType::regular, .content = "", .atime_s = time_s};
    host.files[path] = std::string(size, 'x');
  }
  Value removed(Map args) {
    args.set("name", "/srv/c");
    const Map result = dry("file.tidied", args);
    INFO(comment(result));
    const Value* paths = changes(result).find("removed");
    return paths ? *paths : Value();
  }
};

}  // namespace

TEST_CASE("file.tidied with an age removes what is old, and a limit that is not given does not count") {
  Cache scene;
  CHECK(scene.removed({{"age", 7}, {"rmlinks", false}}) == Value(List{"/srv/c/old.tmp", "/srv/c/sub/old.log"}));
  CHECK(scene.removed({{"size", "2K"}}) == Value(List{"/srv/c/sub/old.log", "/srv/c/sub/young.log"}));
  CHECK(scene.removed({{"age", 7}, {"size", 2048}, {"age_size_logical_operator", "AND"}}) == Value(List{"/srv/c/sub/old.log"}));
  CHECK(scene.removed({{"age", 7}, {"size", "5KB"}, {"rmlinks", false}}) ==
        Value(List{"/srv/c/old.tmp", "/srv/c/sub/old.log", "/srv/c/sub/young.log"}));
  CHECK(scene.removed({{"age", 7}, {"size", "5KB"}, {"age_size_only", "size"}}) == Value(List{"/srv/c/sub/old.log", "/srv/c/sub/young.log"}));
  CHECK(scene.removed({{"age", 70}, {"rmlinks", false}}) == Value());
}

TEST_CASE("file.tidied is told by names what to take and what to leave, and enters no symlink unless asked") {
  Cache scene;
  CHECK(scene.removed({{"matches", List{".*\\.tmp$"}}}) == Value(List{"/srv/c/old.tmp", "/srv/c/young.tmp"}));
  CHECK(scene.removed({{"matches", List{".*"}}, {"exclude", List{"young", "link"}}}) == Value(List{"/srv/c/old.tmp", "/srv/c/sub/old.log"}));
  CHECK(scene.removed({{"matches", List{"/srv/c/sub/y"}}, {"full_path_match", true}}) == Value(List{"/srv/c/sub/young.log"}));
  CHECK(scene.removed({{"matches", List{"kept"}}}) == Value());
  CHECK(scene.removed({{"matches", List{"sub"}}, {"rmdirs", true}}) == Value(List{"/srv/c/sub"}));
  CHECK(scene.removed({{"matches", List{"link"}}}) == Value(List{"/srv/c/link"}));
}

TEST_CASE("file.tidied removes what it said it would, once") {
  Cache scene;
  const Map args{{"name", "/srv/c"}, {"age", 7}, {"rmdirs", true}, {"rmlinks", false}};
  CHECK(comment(scene.dry("file.tidied", args)) == "/srv/c is set for tidy");
  CHECK(scene.host.files.contains("/srv/c/old.tmp"));
  CHECK(comment(scene.state("file.tidied", args)) == "Removed 3 files or directories from directory /srv/c");
  CHECK_FALSE(scene.host.status("/srv/c/sub"));
  CHECK(scene.host.files.contains("/srv/c/young.tmp"));
  CHECK(scene.host.files.contains("/srv/other/kept"));
  CHECK(comment(scene.state("file.tidied", args)) == "Nothing to remove from directory /srv/c");
  CHECK(comment(scene.state("file.tidied", {{"name", "/srv/none"}})) == "/srv/none does not exist or is not a directory.");
  CHECK(comment(scene.state("file.tidied", {{"name", "/srv/c"}, {"size", "ten"}})).find("'ten' is no size") != std::string::npos);
  CHECK(comment(scene.state("file.tidied", {{"name", "/srv/c"}, {"matches", List{"("}}})).find("bad regular expression") != std::string::npos);
}

TEST_CASE("file.pruned removes empty directories, and says why it does not") {
  Scene scene;
  for (const char* directory : {"/srv/a", "/srv/a/b", "/srv/a/b/c", "/srv/f"}) scene.host.add_directory(directory);
  scene.host.files["/srv/f/file"] = "x";
  scene.host.add_directory("/srv/f/empty");
  CHECK(comment(scene.state("file.pruned", {{"name", "/srv/a"}})).find("it is not empty") != std::string::npos);
  CHECK(comment(scene.state("file.pruned", {{"name", "/srv/a"}, {"recurse", true}})) == "Recursively removed empty directories under /srv/a");
  CHECK_FALSE(scene.host.status("/srv/a"));
  CHECK(comment(scene.state("file.pruned", {{"name", "/srv/a"}})) == "Directory /srv/a is not present");
  CHECK(scene.state("file.pruned", {{"name", "/srv/f"}, {"recurse", true}}).at("result") == Value(false));
  CHECK(scene.host.status("/srv/f/empty"));
  CHECK(changes(scene.state("file.pruned", {{"name", "/srv/f"}, {"ignore_errors", true}})) == Map{{"deleted", List{"/srv/f/empty"}}});
  CHECK(scene.host.files.contains("/srv/f/file"));
  CHECK(changes(scene.state("file.pruned", {{"name", "/srv/f"}, {"ignore_errors", true}})).empty());
}

}  // namespace halite::states
