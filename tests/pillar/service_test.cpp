// Pillars from git: updates, and going on with the last good commit.
#include "pillar/service.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "common/data/json.h"
#include "tests/support/git_fixture.h"
#include "tests/support/memory_tree.h"

using namespace halite;
using namespace halite::pillar;
using test::GitFixture;
using test::TemporaryFolder;

namespace {

struct World {
  TemporaryFolder folder;
  GitFixture remote{folder.path("remote.git")};

  PillarService service(std::shared_ptr<FileTree> folders = nullptr) {
    return {PillarCompiler({}), std::move(folders), {{.url = remote.path()}}, folder.path("stores")};
  }
  std::string commit(const std::string& sls) {
    return remote.commit({{"top.sls", "base: {'*': [a]}"}, {"a.sls", sls}});
  }
  std::string revision(const std::string& commit) const { return "git:" + remote.path() + "@" + commit; }
};

const PillarRequest web{.minion_id = "web1"};
const PillarRequest db{.minion_id = "db1"};

// Fails for minions named web..., from the second line on.
const char* const broken_for_web = "x: 2\n{% if minion_id.startswith('web') %}y: {{ nosuch }}{% endif %}\n";

}  // namespace

TEST_CASE("A branch whose environment the top file does not name is told of, once a commit") {
  World world;
  world.commit("x: 1");
  const auto advice = [&](const std::string& folder, GitRemote remote) {
    remote.url = world.remote.path();
    return PillarService(PillarCompiler({}), nullptr, {remote}, world.folder.path(folder)).update()[0].advice;
  };
  CHECK(advice("own", {.base = "production"}) ==
        world.remote.path() + " is served as environment 'master', which its top.sls does not name; '- env: base' under the remote serves it as base");
  CHECK(advice("base", {.base = "production", .environment = "base"}).empty());
  CHECK(advice("default", {}).empty());
}

TEST_CASE("A pillar comes from the newest commit and says so") {
  World world;
  const auto first = world.commit("x: 1");
  auto service = world.service();
  CHECK(service.compile(web).pillar.data.empty());
  auto updates = service.update();
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].has_changed);
  CHECK(updates[0].commit == first);
  CHECK(updates[0].error == "");
  auto served = service.compile(web);
  CHECK(to_json(served.pillar.data) == R"({"x": 1})");
  CHECK(served.revision == world.revision(first));
  CHECK(served.note == "");

  const auto second = world.commit("x: 2");
  CHECK(service.compile(web).revision == world.revision(first));
  CHECK(service.update()[0].has_changed);
  CHECK(service.compile(web).revision == world.revision(second));
  CHECK(service.revision() == world.revision(second));
  CHECK_FALSE(service.update()[0].has_changed);
}

TEST_CASE("A commit that does not compile for a minion leaves it at its last good one") {
  World world;
  const auto good = world.commit("x: 1");
  auto service = world.service();
  service.update();
  service.compile(web);
  const auto bad = world.commit(broken_for_web);
  service.update();

  const auto served = service.compile(web);
  CHECK(to_json(served.pillar.data) == R"({"x": 1})");
  CHECK(served.pillar.ok());
  CHECK(served.revision == world.revision(good));
  CHECK(served.note.find("a.sls:2: ") != std::string::npos);
  CHECK(served.note.find("'nosuch' is undefined") != std::string::npos);
  CHECK(served.note.find("it ran on the older " + world.revision(good)) != std::string::npos);
  CHECK(service.compile(db).revision == world.revision(bad));
  CHECK(service.compile(web).revision == world.revision(good));

  const auto mended = world.commit("x: 3");
  service.update();
  CHECK(service.compile(web).revision == world.revision(mended));
  CHECK(service.compile(web).note == "");
}

TEST_CASE("The last good commit is known after a restart") {
  World world;
  const auto good = world.commit("x: 1");
  {
    auto service = world.service();
    service.update();
    service.compile(web);
  }
  world.commit("x: [");
  auto service = world.service();
  CHECK(service.compile(web).revision == world.revision(good));
  service.update();
  const auto served = service.compile(web);
  CHECK(served.revision == world.revision(good));
  CHECK(served.note != "");
}

TEST_CASE("Where no commit was ever good the pillar comes with its errors") {
  World world;
  const auto bad = world.commit("x: {{ nosuch }}");
  auto service = world.service();
  service.update();
  const auto served = service.compile(web);
  CHECK(to_json(served.pillar.data) ==
        R"({"_errors": ["Rendering SLS 'a' failed. Please see master log for details."]})");
  CHECK(served.revision == world.revision(bad));
  CHECK(served.note.find("a.sls:1") == 0);
}

TEST_CASE("A remote that is away keeps its commit, and the others move on") {
  World world;
  const auto first = world.commit("x: 1\ny: 1");
  auto second_remote = std::make_unique<GitFixture>(world.folder.path("second.git"));
  second_remote->commit({{"top.sls", "base: {'*': [b]}"}, {"b.sls", "y: 2"}});
  PillarService service(PillarCompiler({}), nullptr, {{.url = world.remote.path()}, {.url = second_remote->path()}},
                        world.folder.path("stores"));
  service.update();
  CHECK(to_json(service.compile(web).pillar.data) == R"({"x": 1, "y": 2})");

  second_remote.reset();
  std::filesystem::remove_all(world.folder.path("second.git"));
  const auto newer = world.commit("x: 5");
  const auto updates = service.update();
  CHECK(updates[0].commit == newer);
  CHECK(updates[1].error.find("second.git' failed") != std::string::npos);
  CHECK_FALSE(updates[1].has_changed);
  const auto served = service.compile(web);
  CHECK(to_json(served.pillar.data) == R"({"x": 5, "y": 2})");
  CHECK(served.revision.find(newer) != std::string::npos);
}

TEST_CASE("Folders come first and remotes go over them") {
  World world;
  world.commit("x: git");
  auto folders = std::make_shared<test::MemoryTree>(
      test::MemoryTree::Files{{"top.sls", "base: {'*': [a]}"}, {"a.sls", "x: folder\ny: 1"}});
  auto service = world.service(folders);
  CHECK(to_json(service.compile(web).pillar.data) == R"({"x": "folder", "y": 1})");
  service.update();
  CHECK(to_json(service.compile(web).pillar.data) == R"({"x": "git", "y": 1})");
}

TEST_CASE("External pillars run once, over folders and remotes together") {
  World world;
  world.commit("x: git");
  int runs = 0;
  const std::vector<NamedExternal> externals{{"look", [&](const PillarRequest&, Map& pillar) -> Map {
                                                ++runs;
                                                return {{"seen", Value(pillar.keys())}};
                                              }}};
  auto folders = std::make_shared<test::MemoryTree>(
      test::MemoryTree::Files{{"top.sls", "base: {'*': [a]}"}, {"a.sls", "y: folder"}});
  PillarService service(PillarCompiler({}, externals), folders, {{.url = world.remote.path()}},
                        world.folder.path("stores"));
  service.update();
  const auto served = service.compile(web);
  CHECK(to_json(served.pillar.data) == R"({"y": "folder", "x": "git", "seen": ["y", "x"]})");
  CHECK(runs == 1);
  CHECK(served.pillar.revisions.find("base")->as_string().find("memory:base, git:") == 0);
}

TEST_CASE("Compiles while the branch moves are each of exactly one commit") {
  World world;
  world.remote.commit({{"top.sls", "base: {'*': [a, b]}"}, {"a.sls", "a: 0"}, {"b.sls", "b: 0"}});
  auto service = world.service();
  service.update();
  std::atomic<int> torn{0};
  std::atomic<bool> is_done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (!is_done) {
        const auto data = service.compile(web).pillar.data;
        if (data.size() != 2 || !(*data.find("a") == *data.find("b"))) ++torn;
      }
    });
  for (int i = 1; i <= 20; ++i) {
    const auto number = std::to_string(i);
    world.remote.commit({{"top.sls", "base: {'*': [a, b]}"}, {"a.sls", "a: " + number}, {"b.sls", "b: " + number}});
    service.update();
  }
  is_done = true;
  for (auto& reader : readers) reader.join();
  CHECK(torn == 0);
  CHECK(to_json(service.compile(web).pillar.data) == R"({"a": 20, "b": 20})");
}

TEST_CASE("A branch without an environment of its own is served as it is named") {
  World world;
  world.remote.commit({{"top.sls", "dev: {'*': [a]}\nbase: {'*': [a]}"}, {"a.sls", "x: {{ saltenv }}"}}, "dev");
  PillarService service(PillarCompiler({}), nullptr, {{.url = world.remote.path(), .branch = "dev"}}, world.folder.path("stores"));
  service.update();
  CHECK(to_json(service.compile(web).pillar.data) == R"({"x": "dev"})");
  CHECK(to_json(service.compile({.minion_id = "web1", .pillarenv = "dev"}).pillar.data) == R"({"x": "dev"})");
}

TEST_CASE("With __env__ the branch is the environment that is asked for") {
  World world;
  world.remote.commit({{"top.sls", "base: {'*': [a]}"}, {"a.sls", "x: base"}});
  world.remote.commit({{"top.sls", "dev: {'*': [a]}"}, {"a.sls", "x: dev"}}, "dev");
  GitRemote remote{.url = world.remote.path(), .branch = "__env__"};
  const auto data = [&](const GitRemote& each, const PillarRequest& request) {
    PillarService service(PillarCompiler({}), nullptr, {each}, world.folder.path("stores"));
    service.update();
    return to_json(service.compile(request).pillar.data);
  };
  CHECK(data(remote, web) == R"({"x": "base"})");
  CHECK(data(remote, {.minion_id = "web1", .pillarenv = "dev"}) == R"({"x": "dev"})");
  CHECK(data(remote, {.minion_id = "web1", .saltenv = "dev"}) == R"({"x": "dev"})");
  CHECK(data(remote, {.minion_id = "web1", .pillarenv = "nosuch"}) == "{}");
  remote.fallback = "master";
  remote.environment = "base";
  CHECK(data(remote, {.minion_id = "web1", .saltenv = "nosuch"}) == R"({"x": "base"})");
}

TEST_CASE("Remotes of one environment see each other's files, and a mounted one is files alone") {
  World world;
  world.remote.commit({{"top.sls", "base: {'*': [a, shared.b]}"}, {"a.sls", "include: [shared.b]\na: 1"}});
  GitFixture second(world.folder.path("second.git"));
  second.commit({{"top.sls", "base: {'*': [nosuch]}"}, {"b.sls", "b: 2"}});
  PillarService service(PillarCompiler({}), nullptr, {{.url = world.remote.path()}, {.url = second.path(), .mountpoint = "shared"}},
                        world.folder.path("stores"));
  service.update();
  CHECK(to_json(service.compile(web).pillar.data) == R"({"b": 2, "a": 1})");
}
