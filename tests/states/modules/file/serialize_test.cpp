#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {
namespace {

const Map app{{"name", "/etc/app"}, {"serializer", "json"}, {"dataset", Map{{"b", 2}}}, {"mode", "0640"}};

}  // namespace

TEST_CASE("file.serialize writes data, and then leaves it alone") {
  Scene scene;
  const Map planned = scene.dry("file.serialize", app);
  const Map made = scene.state("file.serialize", app);
  CHECK(changes(made) == changes(planned));
  CHECK(scene.host.files["/etc/app"] == "{\n  \"b\": 2\n}\n");
  CHECK(scene.host.nodes["/etc/app"].mode == 0640);
  CHECK(changes(scene.state("file.serialize", app)).empty());
}

TEST_CASE("file.serialize merges with what the file holds") {
  Scene scene;
  scene.host.files["/etc/app"] = "{\"a\": {\"x\": 1}}";
  const Map args = with(with(app, "merge_if_exists", true), "dataset", Map{{"a", Map{{"y", 2}}}});
  scene.state("file.serialize", args);
  CHECK(scene.host.files["/etc/app"] == "{\n  \"a\": {\n    \"x\": 1,\n    \"y\": 2\n  }\n}\n");
  CHECK(comment(scene.state("file.serialize", args)) == "The file /etc/app is in the correct state");
  scene.host.files["/etc/app"] = "{broken";
  CHECK(has_failed(scene.state("file.serialize", args)));
  CHECK(scene.host.files["/etc/app"] == "{broken");
}

TEST_CASE("file.serialize takes data from the pillar, and hides what is secret there") {
  Scene scene;
  scene.pillar = Map{{"app", Map{{"passwords", Map{{"db", "hidden"}}}}}};
  scene.host.files["/etc/app"] = "{}\n";
  const Map made = scene.state("file.serialize", {{"name", "/etc/app"}, {"dataset_pillar", "app:passwords"}});
  CHECK(changes(made).at("diff").as_string().find("hidden") == std::string::npos);
  CHECK(scene.host.files["/etc/app"] == "db: hidden\n");
  CHECK(comment(scene.state("file.serialize", {{"name", "/etc/app"}, {"dataset_pillar", "no"}})) ==
        "Pillar no does not exist");
  CHECK(comment(scene.state("file.serialize", {{"name", "/etc/app"}})) ==
        "Neither 'dataset' nor 'dataset_pillar' was defined");
}

}  // namespace halite::states
