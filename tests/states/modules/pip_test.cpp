#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "states/providers/python_version.h"
#include "tests/states/fake_pip.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) { return result.at("comment").as_string(); }
const Map& changes(const Map& result) { return result.at("changes").as_map(); }

struct PipScene : Scene {
  FakePip pip;
  PipScene() {
    pip.install(host);
    pip.make("/srv/venv");
    pip.index = {{"boto3", {"1.26.27", "1.34.0"}}, {"six", {"1.16.0"}}};
  }
  Map installed(Map args, bool is_dry = false) {
    args.set("bin_env", "/srv/venv");
    return is_dry ? dry("pip.installed", args) : state("pip.installed", args);
  }
};

}  // namespace

TEST_CASE("pip.installed installs what is missing or of another version") {
  PipScene scene;
  const Map planned = scene.installed({{"name", "boto3==1.26.27"}}, true);
  CHECK(comment(planned) == "Python package boto3==1.26.27 is set to be installed");
  const Map made = scene.installed({{"name", "boto3==1.26.27"}});
  CHECK(comment(made) == "All packages were successfully installed");
  CHECK(changes(made) == Map{{"boto3==1.26.27", "Installed"}});
  CHECK(changes(planned) == changes(made));
  CHECK(comment(scene.installed({{"name", "Boto3>=1.26,<1.27"}})) ==
        "Python package Boto3>=1.26,<1.27 was already installed\nAll specified packages are already installed");
  const Map two = scene.installed({{"name", "x"}, {"pkgs", List{"boto3", "six"}}});
  CHECK(comment(two) == "Python package boto3 was already installed\nAll packages were successfully installed");
  CHECK(changes(two) == Map{{"six==1.16.0", "Installed"}});
  CHECK(scene.host.ran.size() > 3);
}

TEST_CASE("pip.installed with upgrade has the newest version, also where pip can't be asked before") {
  PipScene scene;
  for (const char* version : {"23.0.1", "20.0.2"}) {
    scene.pip.version = version;
    scene.pip.environments["/srv/venv"]["boto3"] = "1.26.27";
    CHECK(changes(scene.installed({{"name", "boto3"}, {"upgrade", true}})) == Map{{"boto3==1.34.0", "Installed"}});
    CHECK(changes(scene.installed({{"name", "boto3"}, {"upgrade", true}})).empty());
  }
  scene.pip.version = "23.0.1";
  scene.pip.environments["/srv/venv"]["boto3"] = "1.26.27";
  CHECK(changes(scene.installed({{"name", "boto3"}, {"upgrade", true}}, true)) == Map{{"boto3==1.34.0", "Installed"}});
}

TEST_CASE("pip.installed takes files of requirements, and paths each time") {
  PipScene scene;
  scene.host.files["/srv/requirements.txt"] = "boto3==1.26.27\nsix\n";
  const Map args{{"name", "x"}, {"requirements", "/srv/requirements.txt"}};
  CHECK(comment(scene.installed(args, true)) == "Requirements file '/srv/requirements.txt' will be processed.");
  CHECK(changes(scene.installed(args)) == Map{{"requirements", true}});
  CHECK(comment(scene.installed(args)) == "Requirements were already installed.");
  CHECK(changes(scene.installed({{"name", "/srv/source"}})) == Map{{"/srv/source==???", "Installed"}});
  CHECK(changes(scene.installed({{"name", "/srv/source"}})) == Map{{"/srv/source==???", "Installed"}});
  CHECK(changes(scene.installed({{"name", "x"}, {"editable", "/srv/source"}})) == Map{{"editable", true}});
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"app/requirements.txt", "six==9\n"}});
  CHECK(comment(scene.installed({{"name", "x"}, {"requirements", "salt://app/requirements.txt"}})).find("No matching distribution found for six==9") !=
        std::string::npos);
  for (const auto& [path, content] : scene.host.files) CHECK_FALSE(path.starts_with("/tmp/"));
}

TEST_CASE("pip.installed tells what is wrong") {
  PipScene scene;
  CHECK(comment(scene.installed({{"name", "none"}})) ==
        "Failed to install packages: none. Error:  ERROR: No matching distribution found for none");
  CHECK(comment(scene.installed({{"name", "six=1"}})) ==
        "Invalid version specification in package six=1. '=' is not supported, use '==' instead.");
  CHECK(comment(scene.state("pip.installed", {{"name", "six"}, {"bin_env", "/none"}})) ==
        "Error installing 'six': Access denied to /none, could not find a pip binary");
  CHECK(comment(scene.installed({{"name", "x"}, {"pkgs", "six"}})) == "pkgs argument must be formatted as a list");
  const Map old = scene.installed({{"name", "six"}, {"use_wheel", true}});
  CHECK(old.at("warnings") == Value(List{"'use_wheel' has no effect here: pip always uses wheels since 10"}));
}

TEST_CASE("pip.removed and pip.uptodate") {
  PipScene scene;
  scene.pip.environments["/srv/venv"]["boto3"] = "1.26.27";
  const Map env{{"name", "x"}, {"bin_env", "/srv/venv"}};
  CHECK(comment(scene.dry("pip.uptodate", env)) == "System update will be performed");
  CHECK(changes(scene.state("pip.uptodate", env)) == Map{{"boto3", Map{{"old", "1.26.27"}, {"new", "1.34.0"}}}});
  CHECK(comment(scene.state("pip.uptodate", env)) == "System is already up-to-date.");
  const Map gone{{"name", "boto3"}, {"bin_env", "/srv/venv"}};
  CHECK(comment(scene.dry("pip.removed", gone)) == "Package boto3 is set to be removed");
  CHECK(changes(scene.state("pip.removed", gone)) == Map{{"boto3", "Removed"}});
  CHECK(comment(scene.state("pip.removed", gone)) == "Package is not installed.");
}

TEST_CASE("virtualenv.managed makes an environment and keeps its packages") {
  PipScene scene;
  const Map args{{"name", "/srv/env/"}, {"pip_pkgs", List{"six==1.16.0"}}, {"python", "python3"}};
  CHECK(comment(scene.dry("virtualenv.managed", args)) == "Virtualenv /srv/env is set to be created");
  const Map made = scene.state("virtualenv.managed", args);
  CHECK(comment(made) == "Created new virtualenv");
  CHECK(changes(made) == Map{{"new", "Python 3.11.2"}, {"packages", Map{{"new", List{"six==1.16.0"}}, {"old", ""}}}});
  CHECK(scene.host.ran.at(0) == Argv{"virtualenv", "--python=python3", "/srv/env"});
  CHECK(comment(scene.state("virtualenv.managed", args)) == "virtualenv exists");
  scene.pip.environments["/srv/env"].erase("six");
  CHECK(changes(scene.state("virtualenv.managed", args)) == Map{{"packages", Map{{"new", List{"six==1.16.0"}}, {"old", ""}}}});
  const Map cleared = scene.state("virtualenv.managed", {{"name", "/srv/env"}, {"clear", true}, {"venv_bin", "venv"}});
  CHECK(comment(cleared) == "Cleared existing virtualenv");
  CHECK(changes(cleared).at("cleared_packages") == Value(List{"pip==23.0.1", "six==1.16.0"}));
}

TEST_CASE("virtualenv.managed tells what is wrong, and an earlier one is planned for") {
  PipScene scene;
  CHECK(comment(scene.state("virtualenv.managed", {{"name", "/srv/a"}, {"python", "python9"}})) == "Cannot find requested python (python9).");
  CHECK(comment(scene.state("virtualenv.managed", {{"name", "/srv/a"}, {"venv_bin", "none"}})) ==
        "Failed to create virtualenv: there is no none on this host");
  const Map ignored = scene.state("virtualenv.managed", {{"name", "/srv/a"}, {"virtualenv_bin", "/usr/bin/virtualenv"}});
  CHECK(ignored.at("warnings") == Value(List{"'virtualenv_bin' has no effect here: use venv_bin"}));
  const Map failed = scene.state("virtualenv.managed", {{"name", "/srv/b"}, {"pip_pkgs", List{"none"}}});
  CHECK(failed.at("result") == Value(false));
  CHECK(changes(failed).at("new") == Value("Python 3.11.2"));
  scene.options.test = true;
  const auto run = scene.run({chunk("virtualenv.managed", "/srv/new"), chunk("pip.installed", "six", {{"bin_env", "/srv/new"}})});
  CHECK(result_of(run, "six").at("comment") == Value("Python package six is set to be installed"));
}

TEST_CASE("versions are ordered as PEP 440 has it") {
  const std::vector<std::string> ascending{"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1.1", "1.10", "1!0.5"};
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    INFO(ascending[i]);
    CHECK(std::is_lt(compare_python_versions(ascending[i], ascending[i + 1])));
  }
  CHECK(std::is_eq(compare_python_versions("1.0", "1.0.0")));
  CHECK(std::is_eq(compare_python_versions("v1.0-RC.1", "1.0rc1")));
  CHECK(std::is_lt(compare_python_versions("nonsense", "0")));
}

TEST_CASE("requirements are read and tried as PEP 508 has it") {
  const auto allows = [](const char* requirement, const char* version) { return parse_python_requirement(requirement).allows(version); };
  CHECK(allows("x == 1.2.*", "1.2.7"));
  CHECK_FALSE(allows("x == 1.2.*", "1.20"));
  CHECK(allows("x~=1.4", "1.9"));
  CHECK_FALSE(allows("x~=1.4.2", "1.5"));
  CHECK_FALSE(allows("x<1.0", "1.0rc1"));
  CHECK_FALSE(allows("x>1.0", "1.0.post1"));
  CHECK(allows("x>=1,!=1.5", "1.6"));
  CHECK(allows("x==1.0", "1.0+debian"));
  CHECK(parse_python_requirement("requests[security] (>=2)").name == "requests");
  CHECK(parse_python_requirement("x; python_version < '3'").has_marker);
  CHECK(parse_python_requirement("git+https://h/r@v1#egg=demo&subdirectory=x").name == "demo");
  CHECK(parse_python_requirement("/srv/roundup/env").name.empty());
  CHECK(parse_python_requirement("demo @ https://h/x.whl").name == "demo");
  for (const char* wrong : {"", "--index-url", "x[", "x >> 1", "x ="}) CHECK_THROWS_AS(parse_python_requirement(wrong), Error);
  CHECK(python_package_key("Foo._Bar") == "foo-bar");
}

}  // namespace halite::states
