// A repository's branches and tags as environments of the file server.
#include "pillar/git/environments.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/git_fixture.h"

using namespace halite;
using namespace halite::pillar;
using test::GitFixture;
using test::symlink_to;
using test::TemporaryFolder;
using Strings = std::vector<std::string>;

namespace {

struct World {
  TemporaryFolder folder;
  GitFixture remote{folder.path("remote.git")};

  std::shared_ptr<FileTree> tree(Map options = {}, bool fetches = true) {
    const auto remotes = environments_remotes_from(List{Map{{remote.path(), List{options}}}});
    GitStore store(folder.path("stores"), remotes.at(0).remote);
    if (fetches) store.fetch_all();
    return environments_tree(store, remotes[0]);
  }
  void three() {
    remote.commit({{"top.sls", "base"}, {"sub/a.sls", "base a"}});
    remote.commit({{"top.sls", "dev"}}, "dev");
    remote.commit({{"top.sls", "x"}}, "feature/x");
    remote.tag("v1", remote.commit({{"top.sls", "old"}}, "gone"));
    remote.remove_branch("gone");
  }
};

Strings paths(FileTree& tree, const std::string& environment) {
  return *tree.paths(environment);
}

}  // namespace

TEST_CASE("Branches and tags are environments, and the base branch is base") {
  World world;
  world.three();
  const auto tree = world.tree();
  CHECK(tree->environments() == Strings{"base", "dev", "feature/x", "v1"});
  CHECK(tree->read("base", "top.sls") == "base");
  CHECK(tree->read("dev", "top.sls") == "dev");
  CHECK(tree->read("v1", "top.sls") == "old");
  CHECK(tree->read("feature/x", "top.sls") == "x");
  CHECK_FALSE(tree->read("nosuch", "top.sls"));
  CHECK_FALSE(tree->find("master", "top.sls"));
  CHECK(paths(*tree, "base") == Strings{"sub/a.sls", "top.sls"});
  CHECK(paths(*tree, "nosuch").empty());
  CHECK(tree->sha256("dev", "top.sls")->size() == 64);
  CHECK(tree->revision("dev").starts_with("git:" + world.remote.path() + "@"));
}

TEST_CASE("Globs and regular expressions say which environments are served") {
  World world;
  world.three();
  CHECK(world.tree({{"saltenv_whitelist", List{"base", "feature/*"}}})->environments() == Strings{"base", "feature/x"});
  CHECK(world.tree({{"saltenv_whitelist", "v\\d+"}})->environments() == Strings{"v1"});
  CHECK(world.tree({{"saltenv_blacklist", List{"feature/*", "v1"}}})->environments() == Strings{"base", "dev"});
  const auto both = world.tree({{"saltenv_whitelist", List{"d*", "v*"}}, {"saltenv_blacklist", List{"dev"}}});
  CHECK(both->environments() == Strings{"v1"});
  CHECK_FALSE(both->read("base", "top.sls"));
  CHECK_FALSE(both->read("dev", "top.sls"));
}

TEST_CASE("Kinds of references, another base, and environments by name") {
  World world;
  world.three();
  CHECK(world.tree({{"ref_types", List{"branch"}}})->environments() == Strings{"base", "dev", "feature/x"});
  CHECK(world.tree({{"ref_types", "tag"}})->environments() == Strings{"v1"});
  const auto other = world.tree({{"base", "dev"}});
  CHECK(other->environments() == Strings{"base", "feature/x", "master", "v1"});
  CHECK(other->read("base", "top.sls") == "dev");
  const auto named = world.tree({{"disable_saltenv_mapping", true},
                                 {"saltenv", List{Map{{"prod", List{Map{{"ref", "v1"}}, Map{{"mountpoint", "salt://old/"}}}}},
                                                  Map{{"base", List{Map{{"root", "sub"}}}}}}}});
  CHECK(named->environments() == Strings{"base", "prod"});
  CHECK(named->read("prod", "old/top.sls") == "old");
  CHECK(paths(*named, "base") == Strings{"a.sls"});
}

TEST_CASE("A root narrows, a mountpoint moves, and a fallback serves what has no branch") {
  World world;
  world.three();
  CHECK(paths(*world.tree({{"root", "sub"}}), "base") == Strings{"a.sls"});
  CHECK(paths(*world.tree({{"root", "sub"}}), "dev").empty());
  const auto mounted = world.tree({{"mountpoint", "salt://web/site"}});
  CHECK(mounted->read("base", "web/site/sub/a.sls") == "base a");
  CHECK_FALSE(mounted->read("base", "sub/a.sls"));
  const auto fallback = world.tree({{"fallback", "dev"}});
  CHECK(fallback->read("anything", "top.sls") == "dev");
  CHECK(fallback->read("v1", "top.sls") == "old");
  const auto everywhere = world.tree({{"all_saltenvs", "master"}});
  CHECK(everywhere->read("dev", "top.sls") == "base");
  CHECK(everywhere->read("other", "top.sls") == "base");
}

TEST_CASE("A commit can be an environment's, when commits may be") {
  World world;
  const auto first = world.remote.commit({{"a", "1"}});
  world.remote.commit({{"a", "2"}});
  const Value pinned = List{Map{{"pin", List{Map{{"ref", first}}}}}};
  CHECK(world.tree({{"saltenv", pinned}})->read("pin", "a") == "1");
  CHECK_FALSE(world.tree({{"saltenv", pinned}, {"ref_types", List{"branch"}}})->read("pin", "a"));
  const Value unknown = List{Map{{"pin", List{Map{{"ref", std::string(40, 'a')}}}}}};
  CHECK_FALSE(world.tree({{"saltenv", unknown}})->read("pin", "a"));
}

TEST_CASE("The environments stay as they were while branches move") {
  World world;
  world.remote.commit({{"a", "1"}});
  const auto held = world.tree();
  world.remote.commit({{"a", "2"}});
  world.remote.commit({{"a", "new"}}, "later");
  const auto newer = world.tree();
  CHECK(held->read("base", "a") == "1");
  CHECK(held->environments() == Strings{"base"});
  CHECK(newer->read("base", "a") == "2");
  CHECK(newer->environments() == Strings{"base", "later"});
}

TEST_CASE("No link leads out of a branch or of its root") {
  World world;
  world.remote.commit({{"secret", "s"},
                       {"root/inside", "i"},
                       {"root/ok", symlink_to("inside")},
                       {"root/up", symlink_to("../secret")},
                       {"root/absolute", symlink_to("/etc/passwd")},
                       {"root/far", symlink_to("../../../../etc/passwd")},
                       {"root/folder", symlink_to("..")}});
  const auto tree = world.tree({{"root", "root"}});
  CHECK(paths(*tree, "base") == Strings{"inside", "ok"});
  for (const auto* path : {"up", "absolute", "far", "folder/secret", "../secret", "./inside", "root/../secret", "/etc/passwd", ""}) {
    INFO(path);
    CHECK_FALSE(tree->read("base", path));
    CHECK_FALSE(tree->find("base", path));
    CHECK_FALSE(tree->sha256("base", path));
    CHECK_FALSE(tree->read_part("base", path, 0, 10));
  }
}

TEST_CASE("Before the first fetch there are no environments") {
  World world;
  world.three();
  CHECK(world.tree({}, false)->environments().empty());
}

TEST_CASE("Options that there are not are refused with the nearest name") {
  const auto refusal = [](const Value& entries) -> std::string {
    try {
      environments_remotes_from(entries);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal(List{Map{{"/srv/r", List{Map{{"mountpiont", "x"}}}}}}).find("did you mean 'mountpoint'") != std::string::npos);
  CHECK(refusal(List{Map{{"/srv/r", List{Map{{"ref_types", List{"brnch"}}}}}}}).find("did you mean 'branch'") != std::string::npos);
  CHECK(refusal(List{Map{{"/srv/r", List{Map{{"saltenv", List{Map{{"x", List{Map{{"rf", "y"}}}}}}}}}}}}).find("unknown option 'rf'") != std::string::npos);
  CHECK(refusal(List{Map{{"/srv/r", List{Map{{"root", "a/../.."}}}}}}).find("inside the repository") != std::string::npos);
  CHECK(refusal(List{"ext::sh -c x"}).find("helper program") != std::string::npos);
  CHECK(refusal(List{"git://example.org/x"}) != "");
  CHECK(refusal(Value("/srv/r")) != "");
}
