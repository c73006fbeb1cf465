// file.accumulated: texts of several states in one file.
#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

constexpr const char* hosts = "/srv/hosts";

Map text(const std::string& id, const std::string& name, const Value& text, const std::string& taker = "hosts") {
  return chunk("file.accumulated", id,
               {{"name", name}, {"filename", hosts}, {"text", text}, {"require_in", List{Map{{"file", taker}}}}});
}

std::string comment(const RunResult& run, const std::string& id) { return result_of(run, id).at("comment").as_string(); }

}  // namespace

TEST_CASE("a template sees the texts that earlier states gathered for its file") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"hosts", "template"}});
  Value seen;
  scene.render = [&](const TemplateRequest& request) {
    if (const Value* accumulator = request.context.find("accumulator")) seen = *accumulator;
    return std::string("rendered\n");
  };
  const Map file = chunk("file.managed", "hosts", {{"name", hosts}, {"source", "salt://hosts"}, {"template", "jinja"}});
  const RunResult run = scene.run({text("a", "cluster", "one"), text("b", "cluster", List{"two", "one"}), text("c", "other", "x"), file});
  CHECK(seen == Value(Map{{"cluster", List{"one", "two"}}, {"other", List{"x"}}}));
  CHECK(comment(run, "a") == "Accumulator cluster for file /srv/hosts was charged by text");
  CHECK(result_of(run, "a").at("result") == Value(true));
  CHECK(result_of(run, "a").at("changes").as_map().empty());
  CHECK(scene.host.files[hosts] == "rendered\n");
}

TEST_CASE("file.blockreplace takes the texts that are for it, or all when none is") {
  Scene scene;
  scene.host.files[hosts] = "# begin\n# end\n";
  const auto block = [&](const char* id) {
    return chunk("file.blockreplace", id,
                 {{"name", hosts}, {"marker_start", "# begin"}, {"marker_end", "# end"}, {"content", "first"}, {"backup", false}});
  };
  scene.run({text("a", "mine", "second", "hosts"), text("b", "others", "third", "elsewhere"), block("hosts")});
  CHECK(scene.host.files[hosts] == "# begin\nfirst\nsecond\n# end\n");
  scene.run({text("a", "one", "second", "elsewhere"), text("b", "two", "third", "elsewhere"), block("hosts")});
  CHECK(scene.host.files[hosts] == "# begin\nfirst\nsecond\nthird\n# end\n");
}

TEST_CASE("a dry run gathers, so that the file is judged by what it will get") {
  Scene scene;
  scene.host.files[hosts] = "# begin\nsecond\n# end\n";
  scene.options.test = true;
  const RunResult run = scene.run({text("a", "mine", "second"), chunk("file.blockreplace", "hosts",
      {{"name", hosts}, {"marker_start", "# begin"}, {"marker_end", "# end"}, {"backup", false}})});
  CHECK(result_of(run, "hosts").at("result") == Value(true));
}

TEST_CASE("an accumulator that no file's state requires, or without a text, is a failure") {
  Scene scene;
  CHECK(scene.state("file.accumulated", {{"name", "x"}, {"filename", hosts}, {"text", "y"}}).at("comment").as_string().starts_with(
      "Orphaned accumulator x in "));
  CHECK(scene.state("file.accumulated", {{"name", "x"}, {"filename", hosts}}).at("comment") == Value("No text supplied for accumulator"));
}

}  // namespace halite::states
