// What a file holds that others may not read is shown by no function that writes, unless that is asked for.
#include <catch2/catch.hpp>

#include "common/data/json.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

constexpr const char* file = "/etc/app.conf";

struct Private : Scene {
  explicit Private(unsigned mode) {
    tree = test::MemoryTree(test::MemoryTree::Files{{"new", "key = fresh-word\n"}, {"dir/app.conf", "key = fresh-word\n"},
                                                    {"patch", "--- a\n+++ b\n@@ -1 +1 @@\n-key = old-word\n+key = fresh-word\n"}});
    pillar = Map{{"app", Map{{"password", "fresh-word"}}}};
    host.files[file] = "key = old-word\n# old-word\n";
    host.nodes[file] = {.type = FileType::regular, .content = "", .mode = mode};
  }
};

// Every function that changes content, with arguments that put the new word in or touch the old one.
const std::vector<std::pair<std::string, Map>>& writers() {
  static const std::vector<std::pair<std::string, Map>> all{
      {"file.managed", {{"contents", "key = fresh-word"}}},
      {"file.managed", {{"source", "salt://new"}}},
      {"file.append", {{"text", "fresh-word"}}},
      {"file.prepend", {{"text", "fresh-word"}}},
      {"file.replace", {{"pattern", "old-word"}, {"repl", "fresh-word"}, {"backup", false}}},
      {"file.line", {{"mode", "replace"}, {"match", "key = old-word"}, {"content", "key = fresh-word"}}},
      {"file.blockreplace", {{"content", "fresh-word"}, {"append_if_not_found", true}, {"backup", false}}},
      {"file.keyvalue", {{"key", "key"}, {"value", "fresh-word"}, {"separator", " = "}}},
      {"file.comment", {{"regex", "^key"}, {"backup", ""}}},
      {"file.uncomment", {{"regex", "old-word"}, {"backup", ""}}},
      {"file.serialize", {{"dataset", Map{{"key", "fresh-word"}}}}},
      {"ini.options_present", {{"sections", Map{{"main", Map{{"key", "fresh-word"}}}}}}},
  };
  return all;
}

Map named(Map args) {
  args.set("name", file);
  return args;
}

bool tells(const Map& result) {
  const std::string text = to_json(Value(result));
  return text.find("old-word") != std::string::npos || text.find("fresh-word") != std::string::npos;
}

}  // namespace

TEST_CASE("what others may not read is shown neither by a dry run nor by the run") {
  for (const auto& [function, args] : writers()) {
    INFO(function);
    Private scene(0600);
    const Map planned = scene.dry(function, named(args));
    CHECK_FALSE(planned.at("changes").as_map().empty());
    CHECK_FALSE(tells(planned.at("changes").as_map()));
    const Map made = scene.state(function, named(args));
    CHECK_FALSE(made.at("changes").as_map().empty());
    CHECK_FALSE(tells(made.at("changes").as_map()));
  }
}

TEST_CASE("what everybody may read is shown") {
  for (const auto& [function, args] : writers()) {
    INFO(function);
    Private scene(0644);
    CHECK(tells(scene.state(function, named(args)).at("changes").as_map()));
  }
}

TEST_CASE("it is shown when that is asked for") {
  for (const auto& [function, args] : writers()) {
    if (function.starts_with("ini.")) continue;  // it has no such argument
    INFO(function);
    Private scene(0600);
    Map open = named(args);
    open.set("show_changes", true);
    CHECK(tells(scene.state(function, open).at("changes").as_map()));
  }
}

TEST_CASE("content from a pillar key that is named like a secret is not shown, whatever the file's mode") {
  Private scene(0644);
  CHECK_FALSE(tells(scene.state("file.managed", {{"name", file}, {"contents_pillar", "app:password"}})));
  Private other(0644);
  CHECK_FALSE(tells(other.state("file.serialize", {{"name", file}, {"dataset_pillar", "app:password"}})));
}

}  // namespace halite::states
