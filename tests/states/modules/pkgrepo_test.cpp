#include <catch2/catch.hpp>

#include <algorithm>

#include "states/providers/apt_sources.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string file = "/etc/apt/sources.list.d/example.list";
const std::string line = "deb [arch=amd64 signed-by=/etc/apt/keyrings/e.gpg] http://deb.example.org/debian stable main";
const std::string armored =
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: x\n\nYWJj\nZGVm\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
Map with(Map args, const Map& more) {
  for (const auto& [key, value] : more) args.set(key, value);
  return args;
}
int updates(const Scene& scene) {
  return static_cast<int>(std::count_if(scene.host.ran.begin(), scene.host.ran.end(),
                                        [](const Argv& argv) { return argv.back() == "update"; }));
}
Scene with_key() {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"key.asc", armored}});
  return scene;
}

}  // namespace

TEST_CASE("pkgrepo.managed plans, writes line and key, fetches the lists, and then leaves it alone") {
  Scene scene = with_key();
  const Map args{{"name", line}, {"file", file}, {"key_url", "salt://key.asc"}, {"aptkey", false}};
  const Map planned = scene.dry("pkgrepo.managed", args);
  CHECK(comment(planned).starts_with("Package repo '" + line + "' would be configured."));
  CHECK(scene.host.ran.empty());
  const Map made = scene.state("pkgrepo.managed", args);
  CHECK(comment(made) == "Configured package repo '" + line + "'");
  CHECK(changes(made) == Map{{"repo", line}});
  CHECK(changes(planned) == changes(made));
  CHECK(scene.host.files[file] == line + "\n");
  CHECK(scene.host.files["/etc/apt/keyrings/e.gpg"] == "abcdef");
  CHECK(updates(scene) == 1);
  scene.host.ran.clear();
  CHECK(comment(scene.state("pkgrepo.managed", args)) == "Package repo '" + line + "' already configured");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("a line that means the same is not written again") {
  Scene scene;
  scene.host.files[file] = "deb [ signed-by=/k.gpg  arch=b,a ] http://deb.example.org/debian/ stable main contrib # mine\n";
  CHECK(changes(scene.state("pkgrepo.managed",
                            {{"name", "deb [arch=a,b signed-by=/k.gpg] http://deb.example.org/debian stable contrib main"}}))
            .empty());
}

TEST_CASE("a line changes where it stands, with its comment, and moves when another file is asked for") {
  Scene scene;
  scene.host.files["/etc/apt/sources.list"] = "# mine\ndeb http://deb.example.org/debian stable main #keep\n\n";
  const std::string name = "deb http://deb.example.org/debian stable main";
  const Map changed = scene.state("pkgrepo.managed", {{"name", name}, {"comps", "main,contrib"}, {"refresh", false}});
  CHECK(scene.host.files["/etc/apt/sources.list"] ==
        "# mine\ndeb http://deb.example.org/debian stable main contrib #keep\n\n");
  CHECK(*changes(changed).at("comps").find("new") == Value(List{"contrib", "main"}));
  CHECK(updates(scene) == 0);
  scene.state("pkgrepo.managed", {{"name", name}, {"comps", "main"}, {"disabled", true}, {"file", file}});
  CHECK(scene.host.files["/etc/apt/sources.list"] == "# mine\n\n");
  CHECK(scene.host.files[file] == "# deb http://deb.example.org/debian stable main #keep\n");
  CHECK(comment(scene.state("pkgrepo.managed", {{"name", name}, {"enabled", true}})) ==
        "Configured package repo '" + name + "'");
  CHECK(scene.host.files[file] == "deb http://deb.example.org/debian stable main #keep\n");
}

TEST_CASE("keys: another one, one that is trusted for all, one as text, one from a server") {
  Scene scene = with_key();
  const Map args{{"name", line}, {"file", file}, {"key_url", "salt://key.asc"}};
  scene.state("pkgrepo.managed", args);
  scene.host.files["/etc/apt/keyrings/e.gpg"] = "old";
  CHECK(changes(scene.state("pkgrepo.managed", args)).find("key_file"));
  CHECK(scene.host.files["/etc/apt/keyrings/e.gpg"] == "abcdef");
  scene.state("pkgrepo.managed", {{"name", "deb http://other.example.org/x a b"}, {"key_text", armored}});
  CHECK(scene.host.files["/etc/apt/trusted.gpg.d/other.example.org-x.gpg"] == "abcdef");
  scene.host.programs["gpg"] = [&scene](const Command& command) {
    scene.host.files["/etc/apt/trusted.gpg.d/third.gpg"] = command.argv.back();
    return CommandResult{};
  };
  scene.state("pkgrepo.managed", {{"name", "deb http://third.example.org a b"}, {"keyid", "ABCD"},
                                  {"keyserver", "keys.example.org"}, {"file", "/etc/apt/sources.list.d/third.list"}});
  CHECK(scene.host.files["/etc/apt/trusted.gpg.d/third.gpg"] == "ABCD");
}

TEST_CASE("what can't be is refused, and a list that can't be fetched is a failure") {
  Scene scene = with_key();
  const Map args{{"name", line}};
  CHECK(comment(scene.state("pkgrepo.managed", with(args, {{"enabled", true}, {"disabled", true}}))) ==
        "Only one of enabled/disabled is allowed");
  CHECK(comment(scene.state("pkgrepo.managed", with(args, {{"key_url", "salt://k"}, {"keyid", "1"}}))) ==
        "You may not use both \"keyid\"/\"keyserver\" and \"key_url\" argument.");
  CHECK(comment(scene.state("pkgrepo.managed", {{"name", "http://x y"}})).starts_with("Error: repo 'http://x y' is not"));
  CHECK(comment(scene.state("pkgrepo.managed", {{"name", "deb http://x y z"}, {"key_text", armored}, {"aptkey", false}})) ==
        "Failed to configure repo 'deb http://x y z': missing 'signedby' option when apt-key is missing");
  CHECK(comment(scene.state("pkgrepo.managed", {{"name", "ppa:a/b"}})) ==
        "cannot parse \"ppa:\" style repo definitions: ppa:a/b");
  CHECK(comment(scene.state("pkgrepo.managed", with(args, {{"file", "/etc/x"}}))).find("ends with .list") !=
        std::string::npos);
  scene.host.programs["apt-get"] = [](const Command&) { return FakeHost::result(100, "", "E: no network\n"); };
  const Map failed = scene.state("pkgrepo.managed", args);
  CHECK(failed.at("result") == Value(false));
  CHECK(comment(failed) == "apt-get update ended with code 100: E: no network");
}

TEST_CASE("on Ubuntu an archive of Launchpad is added by its own tool") {
  Scene scene;
  scene.grains = Map{{"os", "Ubuntu"}};
  scene.host.programs["add-apt-repository"] = [&scene](const Command&) {
    scene.host.add_directory("/etc/apt/sources.list.d");
    scene.host.files["/etc/apt/sources.list.d/a.sources"] = "URIs: https://ppa.launchpadcontent.net/a/b/ubuntu/\n";
    return CommandResult{};
  };
  const Map args{{"name", "the archive"}, {"ppa", "a/b"}};
  CHECK(changes(scene.state("pkgrepo.managed", args)) == Map{{"repo", "ppa:a/b"}});
  CHECK(changes(scene.state("pkgrepo.managed", args)).empty());
}

TEST_CASE("pkgrepo.absent takes a line, a component of one, and its file and key") {
  Scene scene;
  const std::string name = "deb http://deb.example.org/debian stable main";
  scene.host.files[file] = name + " contrib\n";
  scene.host.files["/etc/apt/keyrings/k.gpg"] = "k";
  CHECK(comment(scene.dry("pkgrepo.absent", {{"name", name}})).starts_with("Package repo '" + name + "' will be removed."));
  CHECK(comment(scene.state("pkgrepo.absent", {{"name", name}})) == "Removed repo " + name);
  CHECK(scene.host.files[file] == "deb http://deb.example.org/debian stable contrib\n");
  CHECK(comment(scene.state("pkgrepo.absent", {{"name", name}})) == "Package repo " + name + " is absent");
  scene.host.programs["gpg"] = [](const Command&) {
    return FakeHost::result(0, "pub:-:4096:1:AAAA0000BBBB1111:1:::-:::scESC::::::23::0:\n");
  };
  const std::string rest = "deb http://deb.example.org/debian stable contrib";
  CHECK(comment(scene.state("pkgrepo.absent", {{"name", rest}, {"keyid", "BBBB1111"}})) ==
        "Removed repo " + rest + ", and keyid BBBB1111");
  CHECK_FALSE(scene.host.status(file));
  CHECK_FALSE(scene.host.status("/etc/apt/keyrings/k.gpg"));
}

}  // namespace halite::states
