#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

const char* nginx =
    "Package: nginx\nStatus: install ok installed\nSection: httpd\nInstalled-Size: 1300\nMaintainer: A B <a@b>\nArchitecture: amd64\n"
    "Version: 1.22.1-9\nDescription: small web server\n It serves.\n .\n Well.\nHomepage: https://nginx.org\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n";

}  // namespace

TEST_CASE("what dpkg knows of installed packages is told in Salt's words") {
  Caller minion;
  Argv asked;
  minion.host.programs["dpkg-query"] = [&](const Command& command) {
    asked = command.argv;
    return FakeHost::result(0, nginx);
  };
  minion.host.files["/usr/share/doc/nginx/copyright"] = "License: BSD-2-clause\n text\nLicense: MIT\nLicense: MIT\n";
  const Value all = minion.call("pkg.info_installed", {"nginx", "gone"});
  CHECK(asked == Argv{"dpkg-query", "-s", "--", "nginx", "gone"});
  CHECK(all == Value(Map{{"nginx", Map{{"name", "nginx"}, {"arch", "amd64"}, {"packager", "A B <a@b>"}, {"summary", "small web server"},
                                       {"source", "nginx"}, {"version", "1.22.1-9"}, {"group", "httpd"}, {"size", "1300"},
                                       {"url", "https://nginx.org"}, {"description", "small web server\nIt serves.\n.\nWell."},
                                       {"license", "BSD-2-clause, MIT"}}}}));
  CHECK(minion.call("pkg.info_installed", {"nginx"}, {{"attr", "version,arch"}}) ==
        Value(Map{{"nginx", Map{{"arch", "amd64"}, {"version", "1.22.1-9"}}}}));
}

TEST_CASE("a package that is not known is an error, or left out") {
  Caller minion;
  minion.host.programs["dpkg-query"] = [](const Command&) { return FakeHost::result(1, "", "dpkg-query: package 'x' is not installed\n"); };
  CHECK(minion.call("pkg.info_installed", {"x"}).as_string().find("is not installed") != std::string::npos);
  CHECK(minion.call("pkg.info_installed", {"x"}, {{"failhard", false}}) == Value(Map{}));
  CHECK(minion.call("pkg.info_installed", {"--admindir=/tmp"}).as_string().find("--admindir") != std::string::npos);
  CHECK(minion.call("pkg.file_dict", {"x"}) ==
        Value(Map{{"errors", List{"dpkg-query: package 'x' is not installed"}}, {"packages", Map{}}}));
}

TEST_CASE("names lose the architecture that is this machine's, and no other") {
  Caller minion;
  minion.host.files["/etc/os-release"] = "NAME=\"Debian GNU/Linux\"\nID=debian\n";
  minion.host.files["/var/lib/dpkg/arch"] = "amd64\n";
  CHECK(minion.call("pkg.normalize_name", {"zsh:amd64"}) == Value("zsh"));
  CHECK(minion.call("pkg.normalize_name", {"zsh:all"}) == Value("zsh"));
  CHECK(minion.call("pkg.normalize_name", {"zsh:i386"}) == Value("zsh:i386"));
  CHECK(minion.call("pkg.parse_arch", {"zsh:i386"}) == Value(Map{{"name", "zsh"}, {"arch", "i386"}}));
  CHECK(minion.call("pkg.parse_arch", {"zsh"}) == Value(Map{{"name", "zsh"}, {"arch", Value()}}));
}

TEST_CASE("fetched packages are listed by name and version, the colon of an epoch too") {
  Caller minion;
  CHECK(minion.call("pkg.list_downloaded") == Value(Map{}));
  minion.host.add_directory("/var/cache/apt/archives/partial");
  minion.host.files["/var/cache/apt/archives/vim_2%3a9.0-1_amd64.deb"] = "12345";
  minion.host.files["/var/cache/apt/archives/lock"] = "";
  const Value all = minion.call("pkg.list_downloaded");
  CHECK(all.as_map().size() == 1);
  CHECK(*all.find("vim")->find("2:9.0-1")->find("size") == Value(5));
}

TEST_CASE("what apt shows comes by package and version, whole or the fields asked for") {
  Caller minion;
  minion.host.programs["apt-cache"] = [](const Command&) { return FakeHost::result(0, "Package: a\nVersion: 2\nDepends: b\nProvides: c\n\nPackage: a\nVersion: 1\nDepends: z\n"); };
  CHECK(minion.call("pkg.show", {"a"}, {{"filter", "depends"}}) ==
        Value(Map{{"a", Map{{"2", Map{{"Depends", "b"}}}, {"1", Map{{"Depends", "z"}}}}}}));
}

}  // namespace halite::minion
