#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}

const Map options{{"name", "/etc/app.ini"}, {"sections", Map{{"main", Map{{"port", 80}, {"host", "x"}}}}}};

}  // namespace

TEST_CASE("ini.options_present sets what differs and leaves the rest as it was written") {
  Scene scene;
  scene.host.files["/etc/app.ini"] = "; mine\n[main]\nport=22\nhost = x\n";
  const Map planned = scene.dry("ini.options_present", options);
  CHECK(comment(planned) == "Changed key port in section main.\nUnchanged key host in section main.\n");
  const Map made = scene.state("ini.options_present", options);
  CHECK(comment(made) == "Changes take effect");
  CHECK(made.at("changes") == Value(Map{{"main", Map{{"port", Map{{"before", "22"}, {"after", "80"}}}}}}));
  CHECK(made.at("changes") == planned.at("changes"));
  CHECK(scene.host.files["/etc/app.ini"] == "; mine\n[main]\nport = 80\nhost = x\n");
  CHECK(comment(scene.state("ini.options_present", options)) == "No anomaly detected");
}

TEST_CASE("ini.options_present makes the file, and with strict removes what is not named") {
  Scene scene;
  scene.state("ini.options_present", options);
  CHECK(scene.host.files["/etc/app.ini"] == "[main]\nport = 80\nhost = x\n");
  scene.state("ini.options_present",
              {{"name", "/etc/app.ini"}, {"strict", true}, {"sections", Map{{"main", Map{{"port", 80}}}}}});
  CHECK(scene.host.files["/etc/app.ini"] == "[main]\nport = 80\n");
}

TEST_CASE("values of a file that others may not read are masked") {
  Scene scene;
  scene.host.files["/etc/app.ini"] = "[main]\nport = secret\n";
  scene.host.nodes["/etc/app.ini"].mode = 0600;
  const Map made = scene.state("ini.options_present", options);
  CHECK(made.at("changes").find("main")->find("port")->find("before")->as_string() == "XXX-REDACTED-XXX");
}

TEST_CASE("options and sections are taken out") {
  Scene scene;
  scene.host.files["/etc/app.ini"] = "top = 1\n[main]\nport = 80\nhost = x\n[gone]\na = b\n";
  const Map made =
      scene.state("ini.options_absent", {{"name", "/etc/app.ini"}, {"sections", Map{{"main", List{"port", "no"}}}}});
  CHECK(made.at("changes") == Value(Map{{"main", Map{{"port", "80"}}}}));
  scene.state("ini.sections_absent", {{"name", "/etc/app.ini"}, {"sections", List{"gone"}}});
  scene.state("ini.sections_present", {{"name", "/etc/app.ini"}, {"sections", List{"new"}}});
  CHECK(scene.host.files["/etc/app.ini"] == "top = 1\n[main]\nhost = x\n\n[new]\n");
  const int changes = scene.host.changes;
  CHECK(comment(scene.state("ini.options_absent", {{"name", "/etc/none"}, {"sections", Map{{"a", List{"b"}}}}})) ==
        "No anomaly detected");
  CHECK(scene.host.changes == changes);
}

}  // namespace halite::states
