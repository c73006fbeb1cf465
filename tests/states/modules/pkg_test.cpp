#include <catch2/catch.hpp>

#include <algorithm>

#include "common/base/strings.h"
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
// Every command, but those that only ask.
std::vector<std::string> changing(const Scene& scene) {
  std::vector<std::string> lines;
  for (const Argv& argv : scene.host.ran) {
    const std::string line = join(argv, " ");
    if (line.find(" -s ") == std::string::npos && !line.starts_with("apt-cache")) lines.push_back(line);
  }
  return lines;
}
bool has_run(const Scene& scene, const std::string& words) {
  const auto lines = changing(scene);
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("pkg.installed plans, installs, and then looks into dpkg's file alone") {
  Scene scene;
  const Map args{{"name", "web"}, {"pkgs", List{"nginx", "rsync", "telnet"}}};
  const Map planned = scene.dry("pkg.installed", args);
  CHECK(comment(planned) == "The following packages would be installed/updated: nginx, rsync");
  CHECK(changing(scene).empty());
  const Map made = scene.state("pkg.installed", args);
  CHECK(comment(made) ==
        "The following packages were installed/updated: nginx, rsync\nThe following packages were already installed: "
        "telnet");
  CHECK(changes(made) == Map{{"nginx", moved("", "1.2")}, {"rsync", moved("", "3.0")}});
  CHECK(changes(planned) == changes(made));
  CHECK(changing(scene).size() == 2);
  scene.host.ran.clear();
  CHECK(comment(scene.state("pkg.installed", args)) == "All specified packages are already installed");
  CHECK(scene.host.ran.empty());
  CHECK(comment(scene.state("pkg.installed", {{"name", "x"}, {"pkgs", List{}}})) == "No packages to install provided");
}

TEST_CASE("later states of a dry run take a planned package for installed") {
  Scene scene;
  scene.options.test = true;
  const RunResult run = scene.run(
      {chunk("pkg.installed", "web", {{"pkgs", List{"nginx", "rsync"}}}), chunk("pkg.installed", "nginx"),
       chunk("service.running", "nginx", {{"enable", true}}), chunk("service.enabled", "rsync"),
       chunk("service.dead", "down", {{"name", "nginx"}}), chunk("service.running", "other"),
       chunk("service.running", "unit", {{"require", List{Map{{"pkg", "web"}}}}})});
  CHECK(run.states.find("pkg_|-nginx_|-nginx_|-installed")->as_map().at("comment") ==
        Value("All specified packages are already installed"));
  CHECK(run.states.find("service_|-nginx_|-nginx_|-running")->as_map().at("result") == Value(true));
  CHECK(result_of(run, "rsync").at("changes") == Value(Map{}));
  CHECK(result_of(run, "unit").at("result") == Value(true));
  const Map& other = result_of(run, "other");
  CHECK(other.at("result").is_null());
  CHECK(other.at("changes") == Value(Map{{"other", true}}));
  CHECK(changing(scene).empty());
}

TEST_CASE("a dry run says of which files it can't know what a planned package brings") {
  Scene scene;
  scene.options.test = true;
  const List needs{Map{{"pkg", "nginx"}}};
  const RunResult run = scene.run({chunk("file.absent", "/etc/early"), chunk("pkg.installed", "nginx"),
                                   chunk("file.absent", "/etc/late"), chunk("file.absent", "/home/late"),
                                   chunk("file.managed", "/etc/a.conf", {{"contents", "a"}, {"require", needs}}),
                                   chunk("file.managed", "/etc/b.conf", {{"contents", "b"}})});
  const auto notes = [&](const char* id) { return comment(result_of(run, id)).find("may bring it") != std::string::npos; };
  CHECK_FALSE(notes("/etc/early"));
  CHECK(notes("/etc/late"));
  CHECK_FALSE(notes("/home/late"));
  CHECK(notes("/etc/a.conf"));
  CHECK_FALSE(notes("/etc/b.conf"));
}

TEST_CASE("the package lists are fetched once a run, and not while they are fresh enough") {
  Scene scene;
  scene.run({chunk("pkg.installed", "nginx"), chunk("pkg.installed", "rsync")});
  int updates = 0;
  for (const Argv& argv : scene.host.ran) updates += argv.back() == "update";
  CHECK(updates == 1);
  Scene fresh;
  fresh.host.add_directory("/var/lib/apt/lists");
  fresh.host.set_times("/var/lib/apt/lists", std::nullopt, 1'767'225'600 - 100);
  fresh.state("pkg.installed", {{"name", "nginx"}, {"cache_valid_time", 600}});
  CHECK_FALSE(has_run(fresh, "update"));
  fresh.state("pkg.installed", {{"name", "rsync"}, {"refresh", true}, {"cache_valid_time", 60}});
  CHECK(has_run(fresh, "update"));
}

TEST_CASE("versions, globs, conditions and newer ones that will do") {
  Scene scene;
  CHECK(comment(scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.*"}})) ==
        "All specified packages are already installed and are at the desired version");
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", ">=1.0,<2"}})).empty());
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", ">1.0"}})) ==
        Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.0"}, {"allow_updates", true}})).empty());
  const Map back = scene.state("pkg.installed", {{"name", "x"}, {"pkgs", List{Map{{"telnet", "1.0"}}}}});
  CHECK(changes(back) == Map{{"telnet", moved("1.1", "1.0")}});
  CHECK(comment(back) == "The following packages were installed/updated: telnet=1.0");
  CHECK(has_run(scene, "--allow-downgrades telnet=1.0"));
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"version", "latest"}})) ==
        Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(comment(scene.state("pkg.installed", {{"name", "telnet"}, {"version", ">5"}})) ==
        "No version matching 'telnet>5' could be found (available: 1.1, 1.0)");
}

TEST_CASE("what apt is told beside the names") {
  Scene scene;
  scene.state("pkg.installed", {{"name", "nginx"}, {"fromrepo", "backports"}, {"install_recommends", false},
                                {"only_upgrade", true}, {"skip_verify", true}, {"force_conf_new", true}});
  CHECK(has_run(scene, "--force-confnew install -t backports --no-install-recommends --only-upgrade "
                       "--allow-unauthenticated nginx"));
  CHECK(comment(scene.state("pkg.installed", {{"name", "telnet"}, {"reinstall", true}})) ==
        "Package telnet was reinstalled.");
  CHECK(has_run(scene, "install --reinstall telnet"));
}

TEST_CASE("a held package is changed when it is asked for, and held again") {
  Scene scene;
  const Map held = scene.state("pkg.installed", {{"name", "telnet"}, {"hold", true}});
  CHECK(comment(held) ==
        "The following packages were already installed: telnet\nPackage telnet is now being held.");
  CHECK(changes(held) == Map{{"telnet", moved("install", "hold")}});
  CHECK(comment(scene.state("pkg.installed", {{"name", "telnet"}, {"hold", true}})) ==
        "All specified packages are already installed.\nPackage telnet is already set to be held.");
  scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.1"}});
  CHECK(scene.host.files["/var/lib/dpkg/status"].find("hold ok installed") != std::string::npos);
  CHECK(changes(scene.state("pkg.installed", {{"name", "telnet"}, {"hold", "False"}})) ==
        Map{{"telnet", moved("hold", "install")}});
}

TEST_CASE("packages come from files") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"tool.deb", "!<arch>"}});
  const Map args{{"name", "x"}, {"sources", List{Map{{"tool", "salt://tool.deb"}}}}};
  CHECK(scene.dry("pkg.installed", args).at("result").is_null());
  const Map made = scene.state("pkg.installed", args);
  CHECK(changes(made) == Map{{"tool", moved("", "9.0")}});
  CHECK(has_run(scene, "install /var/cache/halite/minion/packages/tool.deb"));
  CHECK(comment(scene.state("pkg.installed", args)) == "All specified packages are already installed");
  CHECK(comment(scene.state("pkg.installed", {{"name", "x"}, {"sources", List{Map{{"b", "/b.deb"}}}}})) ==
        "/b.deb does not exist on minion");
  CHECK(comment(scene.state("pkg.installed", {{"name", "x"}, {"pkgs", List{"a"}}, {"sources", List{}}})) ==
        "Only one of \"pkgs\" and \"sources\" is permitted.");
}

TEST_CASE("a package that apt does not know is a failure in apt's words") {
  Scene scene;
  const Map result = scene.state("pkg.installed", {{"name", "nothing"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result) == "apt-get install ended with code 100: E: Unable to locate package nothing");
  CHECK(scene.dry("pkg.installed", {{"name", "nothing"}}).at("result").is_null());
  CHECK(comment(scene.state("pkg.latest", {{"name", "nothing"}})) == "No information found for 'nothing'.");
  CHECK(comment(scene.state("pkg.installed", {{"name", "--reinstall"}})) == "'--reinstall' is no name of a package");
}

TEST_CASE("an installation that was interrupted is finished first") {
  Scene scene;
  const auto apt = scene.host.programs.at("apt-get");
  bool is_interrupted = true;
  scene.host.programs["apt-get"] = [&](const Command& command) {
    if (is_interrupted && command.argv.back() != "update")
      return FakeHost::result(100, "", "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.\n");
    return apt(command);
  };
  scene.host.programs["dpkg"] = [&](const Command&) { return FakeHost::result(1, "", "no space left"); };
  const Map stuck = scene.state("pkg.installed", {{"name", "nginx"}});
  CHECK(comment(stuck) == "an installation was interrupted, and dpkg --configure -a ended with code 1: no space left");
  scene.host.programs["dpkg"] = [&](const Command&) {
    is_interrupted = false;
    return CommandResult{};
  };
  CHECK(scene.state("pkg.installed", {{"name", "nginx"}}).at("result") == Value(true));
  CHECK(has_run(scene, "dpkg --force-confold --force-confdef --configure -a"));
}

TEST_CASE("another apt is waited for") {
  Scene scene;
  auto real = scene.host.programs["apt-get"];
  int tries = 0;
  scene.host.programs["apt-get"] = [&tries, real](const Command& command) {
    return ++tries < 3 ? FakeHost::result(100, "", "E: Could not get lock /var/lib/apt/lists/lock\n") : real(command);
  };
  CHECK(scene.state("pkg.installed", {{"name", "nginx"}}).at("result") == Value(true));
}

TEST_CASE("pkg.latest upgrades to what apt would install, and not back") {
  Scene scene;
  const Map args{{"name", "telnet"}};
  const Map planned = scene.dry("pkg.latest", args);
  CHECK(comment(planned) == "The following packages would be installed/upgraded: telnet");
  const Map made = scene.state("pkg.latest", args);
  CHECK(comment(made) == "The following packages were successfully installed/upgraded: telnet");
  CHECK(changes(made) == Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(changes(planned) == changes(made));
  CHECK(comment(scene.state("pkg.latest", args)) == "Package telnet is already up-to-date");
  scene.state("pkg.installed", {{"name", "telnet"}, {"version", "1.9"}});
  CHECK(changes(scene.state("pkg.latest", args)).empty());
  CHECK(comment(scene.state("pkg.latest", {{"name", "x"}, {"pkgs", List{"telnet", "nginx"}}})) ==
        "The following packages were successfully installed/upgraded: nginx The following packages were already "
        "up-to-date: telnet");
}

TEST_CASE("pkg.downloaded fetches and installs nothing, what is installed too, and once") {
  Scene scene;
  scene.host.add_directory("/var/cache/apt/archives");
  const Map args{{"name", "web"}, {"pkgs", List{Map{{"nginx", "1.*"}}, "telnet"}}};
  const Map planned = scene.dry("pkg.downloaded", args);
  CHECK(comment(planned) == "The following packages would be downloaded: nginx, telnet");
  CHECK(changing(scene).empty());
  const Map made = scene.state("pkg.downloaded", args);
  CHECK(comment(made) == "Packages downloaded: nginx, telnet");
  CHECK(changes(made) == Map{{"nginx", moved("", "1.2")}, {"telnet", moved("", "1.1")}});
  CHECK(changes(planned) == changes(made));
  CHECK(has_run(scene, "--download-only --reinstall nginx=1.2 telnet=1.1"));
  scene.host.ran.clear();
  CHECK(comment(scene.state("pkg.downloaded", args)) == "Packages downloaded: nginx, telnet");
  CHECK(changing(scene).empty());
  CHECK(comment(scene.dry("pkg.downloaded", {{"name", "nothing"}})) == "No information found for 'nothing'.");
  CHECK(comment(scene.dry("pkg.downloaded", {{"name", "nginx"}, {"version", "7.0"}})) == "apt knows no version 7.0 of nginx");
  CHECK(comment(scene.state("pkg.downloaded", {{"name", "x"}, {"pkgs", List{}}})) == "No packages to download provided");
}

TEST_CASE("removing leaves configuration files, purging takes them too") {
  Scene scene;
  CHECK(comment(scene.state("pkg.removed", {{"name", "telnet"}, {"version", "9"}})) ==
        "All specified packages (matching specified versions) are already absent");
  CHECK(comment(scene.dry("pkg.removed", {{"name", "telnet"}})) == "The following packages will be removed: telnet.");
  CHECK(changes(scene.state("pkg.removed", {{"name", "telnet"}})) == Map{{"telnet", moved("1.0", "")}});
  CHECK(comment(scene.state("pkg.removed", {{"name", "telnet"}})) == "All specified packages are already absent");
  CHECK(scene.host.files["/var/lib/dpkg/status"].find("config-files") != std::string::npos);
  const Map purged = scene.state("pkg.purged", {{"name", "telnet"}});
  CHECK(comment(purged) == "All targeted packages were purged.");
  CHECK(changes(purged) == Map{{"removed", Map{{"telnet", moved("1.0", "")}}}, {"installed", Map()}});
  CHECK(scene.host.files["/var/lib/dpkg/status"].empty());
  CHECK(comment(scene.state("pkg.purged", {{"name", "telnet"}})) ==
        "None of the targeted packages are installed or partially installed");
  scene.state("pkg.installed", {{"name", "rsync"}});
  CHECK(comment(scene.state("pkg.removed", {{"name", "x"}, {"pkgs", List{"rsync", "nginx"}}})) ==
        "The following packages were not installed: nginx The following packages were removed: rsync.");
}

TEST_CASE("pkg.held and unheld") {
  Scene scene;
  CHECK(comment(scene.dry("pkg.held", {{"name", "telnet"}})) == "The following package would be held: telnet");
  const Map held = scene.state("pkg.held", {{"name", "telnet"}});
  CHECK(comment(held) == "Package telnet is now being held");
  CHECK(*changes(held).at("telnet").find("changes") == Value(moved("install", "hold")));
  CHECK(comment(scene.state("pkg.held", {{"name", "telnet"}})) == "No changes made");
  scene.state("pkg.installed", {{"name", "rsync"}});
  CHECK(comment(scene.state("pkg.held", {{"name", "rsync"}, {"replace", true}})) ==
        "Package rsync is now being held\nPackage telnet is no longer being held.");
  CHECK(comment(scene.state("pkg.unheld", {{"name", "x"}, {"all", true}})) == "Package rsync is no longer being held.");
  CHECK(comment(scene.state("pkg.unheld", {{"name", "rsync"}})) == "No changes made");
  CHECK(comment(scene.state("pkg.unheld", {{"name", "x"}, {"pkgs", List{}}})) == "No packages to be unheld provided");
}

TEST_CASE("pkg.uptodate upgrades the system, or some of it") {
  Scene scene;
  const Map planned = scene.dry("pkg.uptodate", {{"name", "all"}});
  CHECK(comment(planned) == "System update will be performed");
  CHECK(comment(scene.state("pkg.uptodate", {{"name", "all"}, {"pkgs", List{"rsync"}}})) ==
        "System is already up-to-date");
  const Map made = scene.state("pkg.uptodate", {{"name", "all"}, {"refresh", true}});
  CHECK(comment(made) == "Upgrade ran successfully");
  CHECK(changes(made) == Map{{"telnet", moved("1.0", "1.1")}});
  CHECK(changes(planned) == changes(made));
  CHECK(comment(scene.state("pkg.uptodate", {{"name", "all"}})) == "System is already up-to-date");
  CHECK(comment(scene.state("pkg.uptodate", {{"name", "all"}, {"refresh", "maybe"}})) ==
        "refresh must be either True or False");
}

}  // namespace halite::states
