// Trees without what file_ignore_regex and file_ignore_glob mean.
#include "common/host/filtered_tree.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/memory_tree.h"

using namespace halite;

namespace {

const test::MemoryTree::Files files{{"top.sls", "top"}, {"web/init.sls", "web"}, {"web/.init.sls.swp", "swap"}, {".git/config", "git"}, {"private/key", "key"}};

std::shared_ptr<FileTree> ignoring(const std::vector<std::string>& regexes, const std::vector<std::string>& globs) {
  return without_ignored(std::make_shared<test::MemoryTree>(files), regexes, globs, {{"base", {"/srv/salt"}}});
}

}  // namespace

TEST_CASE("What is ignored is neither listed nor served") {
  const auto tree = ignoring({"(^|/)\\.git(/|$)"}, {"*.swp", "private/*"});
  CHECK(*tree->paths("base") == std::vector<std::string>{"top.sls", "web/init.sls"});
  CHECK(tree->list("base", "web/").size() == 1);
  CHECK(tree->folders("base", "") == std::vector<std::string>{"private", "web"});  // the files in it alone match
  CHECK(tree->read("base", "top.sls") == "top");
  for (const std::string path : {"web/.init.sls.swp", ".git/config", "private/key"}) {
    INFO(path);
    CHECK_FALSE(tree->find("base", path));
    CHECK_FALSE(tree->read("base", path));
    CHECK_FALSE(tree->read_part("base", path, 0, 10));
    CHECK_FALSE(tree->sha256("base", path));
  }
}

TEST_CASE("Patterns may also name the path on disk") {
  CHECK_FALSE(ignoring({}, {"/srv/salt/private/*"})->read("base", "private/key"));
  CHECK_FALSE(ignoring({"/\\.git/"}, {})->read("base", ".git/config"));
  CHECK(ignoring({"^srv"}, {"/srv/other/*"})->read("base", "private/key") == "key");
}

TEST_CASE("Without patterns the tree is the tree, and a bad expression is an error that names the option") {
  const auto tree = std::make_shared<test::MemoryTree>(files);
  CHECK(without_ignored(tree, {}, {}, {}) == tree);
  CHECK_THROWS_WITH(ignoring({"("}, {}), Catch::Contains("bad regular expression") && Catch::Contains("file_ignore_regex"));
}
