// Files from a master that changes them while they come.
#include "minion/remote_tree.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/crypto/hash.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {

// Serves one file in parts of four bytes; `after_part` may change it.
struct ScriptedMaster final : MasterLink {
  std::string content;
  std::function<void(int)> after_part = [](int) {};
  int parts = 0;

  Value request(const std::string& command, Map load) override {
    if (command == "_file_hash") return Map{{"hash_type", "sha256"}, {"hsum", crypto::hash_hex(crypto::HashType::sha256, content)}};
    if (command != "_serve_file") throw Error(ErrorKind::not_found, "no such command");
    const auto at = std::min(content.size(), static_cast<std::size_t>(load.at("loc").as_int()));
    Map reply{{"data", content.substr(at, 4)}, {"dest", "there"}};
    after_part(++parts);
    return reply;
  }
  void tell(const std::string&, Map) override {}
  Map fetch_pillar(Map) override { return {}; }
};

struct World {
  TempDirectory folder;
  ScriptedMaster master;
  RemoteTree tree{master, folder.path() + "/cache"};
};

}  // namespace

TEST_CASE("A file that changes between two of its parts is fetched once more, and is never a mix of both") {
  World world;
  world.master.content = "aaaabbbbcccc";
  world.master.after_part = [&](int part) {
    if (part == 2) world.master.content = "AAAABBBBCCCCDDDD";
  };
  CHECK(world.tree.read("base", "there") == "AAAABBBBCCCCDDDD");
  CHECK(world.tree.sha256("base", "there") == crypto::hash_hex(crypto::HashType::sha256, "AAAABBBBCCCCDDDD"));
}

TEST_CASE("A file of one part is asked for once, and of several until nothing follows") {
  for (const auto& [content, parts] : std::vector<std::pair<std::string, int>>{{"abc", 1}, {"abcd", 1}, {"abcde", 3}, {"", 1}}) {
    World world;
    world.master.content = content;
    CHECK(world.tree.read("base", "there") == content);
    CHECK(world.master.parts == parts);
  }
}

TEST_CASE("A file that shrinks while it comes is fetched once more") {
  World world;
  world.master.content = "aaaabbbbcccc";
  world.master.after_part = [&](int part) {
    if (part == 1) world.master.content = "x";
  };
  CHECK(world.tree.read("base", "there") == "x");
}

TEST_CASE("A file that changes each time is an error, and nothing of it is kept") {
  World world;
  world.master.content = "zzzzzzzzzzzz";
  world.master.after_part = [&](int part) { world.master.content = std::string(12, static_cast<char>('a' + part)); };
  CHECK_THROWS_WITH(world.tree.read("base", "there"), Catch::Contains("does not have the hash that the master tells"));
  world.master.after_part = [](int) {};
  CHECK(world.tree.read("base", "there") == world.master.content);
}

TEST_CASE("A kept file that somebody changed on the disk is fetched anew") {
  World world;
  world.master.content = "aaaabbbbcccc";
  REQUIRE(world.tree.read("base", "there"));
  const int before = world.master.parts;
  CHECK(world.tree.read("base", "there") == "aaaabbbbcccc");
  CHECK(world.master.parts == before);
  for (const auto& kept : std::filesystem::directory_iterator(world.folder.path() + "/cache")) std::filesystem::resize_file(kept, 5);
  CHECK(world.tree.read("base", "there") == "aaaabbbbcccc");
  CHECK(world.master.parts > before);
}
