#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
Map moved(const char* old, const char* now) {
  return {{"old", old}, {"new", now}};
}

}  // namespace

TEST_CASE("pkg.installed plans, installs, and then looks into dpkg's file alone") {
  Scene scene;
  const Map args{{"name", "web"}, {"pkgs", List{"nginx", "rsync", "telnet"}}};
  const Map planned = scene.dry("pkg.installed", args);
  CHECK(comment(planned) == "The following packages would be installed/updated: nginx, rsync");
  CHECK(scene.host.ran.empty());
  const Map made = scene.state("pkg.installed", args);
  CHECK(comment(made) == "The following packages were installed/updated: nginx, rsync");
  CHECK(changes(made) == Map{{"nginx", moved("", "1.2")}, {"rsync", moved("", "3.0")}});
  REQUIRE(scene.host.ran.size() == 2);
  CHECK(scene.host.ran[0].back() == "update");
  scene.host.ran.clear();
  CHECK(comment(scene.state("pkg.installed", args)) == "All specified packages are already installed");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("the package lists are fetched once a run") {
  Scene scene;
  scene.run({chunk("pkg.installed", "nginx"), chunk("pkg.installed", "rsync")});
  int updates = 0;
  for (const Argv& argv : scene.host.ran) updates += argv.back() == "update";
  CHECK(updates == 1);
}

TEST_CASE("versions, globs of versions, and holds") {
  Scene scene;
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.*"}})).empty());
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.1"}})) ==
        Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(changes(scene.state("pkg.installed", {{"name", "x"}, {"pkgs", List{Map{{"telnet", "1.0"}}}}})) ==
        Map{{"telnet", moved("1.1", "1.0")}});
  CHECK(scene.state("pkg.installed", {{"name", "telnet"}, {"hold", true}}).at("result") == Value(true));
  CHECK(scene.host.files["/var/lib/dpkg/status"].find("hold ok installed") != std::string::npos);
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"hold", true}})).empty());
}

TEST_CASE("a package that apt does not know is a failure in apt's words") {
  Scene scene;
  const Map result = scene.state("pkg.installed", {{"name", "nothing"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result) == "apt-get install ended with code 100: E: Unable to locate package nothing");
  CHECK(comment(scene.state("pkg.latest", {{"name", "nothing"}})) == "No information found for 'nothing'.");
  CHECK(comment(scene.state("pkg.installed", {{"name", "--reinstall"}})) == "'--reinstall' is no name of a package");
}

TEST_CASE("pkg.latest upgrades to what apt would install") {
  Scene scene;
  CHECK(changes(scene.state("pkg.latest", {{"name", "telnet"}})) == Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(changes(scene.state("pkg.latest", {{"name", "telnet"}})).empty());
}

TEST_CASE("removing leaves configuration files, purging takes them too") {
  Scene scene;
  CHECK(changes(scene.state("pkg.removed", {{"name", "telnet"}, {"version", "9"}})).empty());
  CHECK(changes(scene.state("pkg.removed", {{"name", "telnet"}})) == Map{{"telnet", moved("1.0", "")}});
  CHECK(comment(scene.state("pkg.removed", {{"name", "telnet"}})) == "All specified packages are already absent");
  CHECK(scene.host.files["/var/lib/dpkg/status"].find("config-files") != std::string::npos);
  CHECK(scene.state("pkg.purged", {{"name", "telnet"}}).at("result") == Value(true));
  CHECK(scene.host.files["/var/lib/dpkg/status"].empty());
}

}  // namespace halite::states
