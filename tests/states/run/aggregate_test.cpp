// `aggregate`: the packages of several states in one run of apt.
#include <catch2/catch.hpp>

#include <algorithm>

#include "common/base/strings.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

// What apt-get was told to install, a line each time.
std::vector<std::string> installs(const Scene& scene) {
  std::vector<std::string> lines;
  for (const Argv& argv : scene.host.ran) {
    const auto word = std::find(argv.begin(), argv.end(), "install");
    if (argv[0] == "apt-get" && word != argv.end() && std::find(argv.begin(), argv.end(), "-s") == argv.end())
      lines.push_back(join(std::vector<std::string>(word + 1, argv.end()), " "));
  }
  return lines;
}
std::string comment(const RunResult& run, const std::string& id) { return result_of(run, id).at("comment").as_string(); }
List requires_test(const char* id) { return {Map{{"test", id}}}; }

const std::string already = "All specified packages are already installed";

}  // namespace

TEST_CASE("The packages of later states are installed with the first, its own among them") {
  Scene scene;
  scene.options.aggregate = {"*"};
  const auto run = scene.run({chunk("pkg.installed", "rsync"), chunk("pkg.installed", "web", {{"pkgs", List{"nginx", "rsync"}}}),
                              chunk("pkg.installed", "new telnet", {{"name", "telnet"}, {"version", "1.1"}})});
  CHECK(installs(scene) == std::vector<std::string>{"nginx rsync telnet=1.1"});
  CHECK(comment(run, "rsync") == "3 targeted packages were installed/updated.");
  CHECK(result_of(run, "rsync").at("name") == Value("rsync"));
  CHECK(comment(run, "web") == already);
  CHECK(result_of(run, "new telnet").at("result") == Value(true));
  CHECK(result_of(run, "new telnet").at("changes").as_map().empty());
  CHECK(run.retcode == 0);
}

TEST_CASE("A state says for itself, the option names modules, and without either nothing is joined") {
  const List low{chunk("pkg.installed", "rsync", {{"aggregate", true}}), chunk("pkg.installed", "nginx")};
  const std::vector<std::string> apart{"rsync", "nginx"}, together{"nginx rsync"};
  const auto installed = [](const List& chunks, std::vector<std::string> aggregate) {
    Scene scene;
    scene.options.aggregate = std::move(aggregate);
    scene.run(chunks);
    return installs(scene);
  };
  const List plain{chunk("pkg.installed", "rsync"), chunk("pkg.installed", "nginx")};
  CHECK(installed(low, {}) == together);
  CHECK(installed(plain, {}) == apart);
  CHECK(installed(plain, {"pkg"}) == together);
  CHECK(installed(plain, {"file"}) == apart);
  CHECK(installed({chunk("pkg.installed", "rsync", {{"aggregate", false}}), chunk("pkg.installed", "nginx")}, {"*"}) == apart);
  CHECK(installed({chunk("pkg.installed", "rsync"), chunk("pkg.installed", "nginx", {{"aggregate", false}})}, {"*"}) == apart);
}

TEST_CASE("A state with a condition, or one that waits for something yet to come, keeps its own time") {
  const auto joined = [](const Map& second) {
    Scene scene;
    scene.options.aggregate = {"*"};
    scene.run({chunk("test.nop", "before"), chunk("pkg.installed", "rsync"), chunk("pkg.installed", "nginx", second), chunk("test.nop", "after"),
               chunk("test.fail_without_changes", "broken", {{"order", 1}})});
    return installs(scene).size() == 1 && installs(scene)[0] == "nginx rsync";
  };
  CHECK(joined({}));
  CHECK(joined({{"require", requires_test("before")}}));
  CHECK(joined({{"require", List{Map{{"pkg", "rsync"}}}}}));
  CHECK_FALSE(joined({{"require", requires_test("after")}}));
  CHECK_FALSE(joined({{"require", requires_test("broken")}}));
  CHECK_FALSE(joined({{"onchanges", requires_test("before")}}));
  CHECK_FALSE(joined({{"onfail", requires_test("before")}}));
  CHECK_FALSE(joined({{"prereq", requires_test("after")}}));
  CHECK_FALSE(joined({{"unless", "true"}}));
  CHECK_FALSE(joined({{"fromrepo", "backports"}}));
  CHECK_FALSE(joined({{"hold", true}}));
}

TEST_CASE("Two versions of one package are not joined, and kinds of states stay apart") {
  Scene scene;
  scene.options.aggregate = {"*"};
  const auto run = scene.run({chunk("pkg.installed", "first", {{"name", "telnet"}, {"version", "1.0"}}),
                              chunk("pkg.installed", "second", {{"name", "telnet"}, {"version", "1.1"}}), chunk("pkg.removed", "rsync"),
                              chunk("pkg.latest", "nginx")});
  CHECK(installs(scene).front() == "telnet=1.1");
  CHECK(comment(run, "second") == "The following packages were installed/updated: telnet=1.1");
  CHECK(result_of(run, "rsync").at("changes").as_map().empty());
  CHECK(run.retcode == 0);
}

TEST_CASE("A dry run tells what the first state would do for all") {
  Scene scene;
  scene.options.aggregate = {"*"};
  scene.options.test = true;
  const auto run = scene.run({chunk("pkg.installed", "rsync"), chunk("pkg.installed", "nginx")});
  CHECK(comment(run, "rsync") == "The following packages would be installed/updated: nginx, rsync");
  CHECK(installs(scene).empty());
}

}  // namespace halite::states
