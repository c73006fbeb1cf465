#include "common/config/load_settings.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/fake_host.h"

using namespace halite;
using Catch::Contains;

namespace {

FakeHost host_with(const std::map<std::string, std::string>& files) {
  FakeHost host;
  for (const auto& [path, text] : files) {
    host.add_directory(path.substr(0, path.rfind('/')));
    host.files[path] = text;
  }
  return host;
}

LoadedSettings<MasterSettings> master(FakeHost& host, const Map& overrides = {}) {
  return load_master_settings(host, {.role = "master", .directory = std::nullopt, .overrides = overrides});
}

LoadedSettings<MinionSettings> minion(FakeHost& host) {
  return load_minion_settings(host, {.role = "minion", .directory = std::nullopt, .overrides = {}});
}

}  // namespace

TEST_CASE("a configuration directory named from where one stands is the same from elsewhere") {
  CHECK(config_request("minion", "conf/../here").directory == (std::filesystem::current_path() / "here").string());
  CHECK(config_request("minion", "/etc/salt").directory == "/etc/salt");
}

TEST_CASE("without any file the defaults hold") {
  FakeHost host;
  const auto loaded = master(host);
  CHECK(loaded.settings.publish_port == 4505);
  CHECK(loaded.settings.auto_accept == false);
  CHECK(loaded.settings.pki_dir == "/var/lib/halite/pki/master");
  CHECK(loaded.settings.sock_dir == "/run/halite/master");
  CHECK(loaded.main_file == "/etc/halite/master");
  CHECK(loaded.warnings.empty());
}

TEST_CASE("drop-in files are merged into each other in order of name and replace options of the main file") {
  FakeHost host = host_with({{"/etc/halite/master", "timeout: 7\nnodegroups:\n  old: 'a*'\nfile_roots:\n  base: [/a]\n"},
                             {"/etc/halite/master.d/20-b.conf", "nodegroups:\n  db: 'db*'\nfile_roots:\n  base: [/c]\n"},
                             {"/etc/halite/master.d/10-a.conf", "nodegroups:\n  web: 'web*'\nfile_roots:\n  base: [/b]\n"},
                             {"/etc/halite/master.d/note.txt", "timeout: 9\n"}});
  const auto loaded = master(host);
  CHECK(loaded.settings.timeout == std::chrono::seconds(7));
  CHECK(loaded.settings.nodegroups.keys() == std::vector<std::string>{"web", "db"});
  CHECK(loaded.settings.file_roots.at("base").items == std::vector<std::string>{"/b", "/c"});
}

TEST_CASE("include names further files, and one that matches nothing is a warning") {
  FakeHost host = host_with({{"/etc/halite/master", "timeout: 7\ninclude:\n  - extra/*.yaml\n  - /none/*.conf\n"},
                             {"/etc/halite/extra/a.yaml", "timeout: 8\n"}});
  const auto loaded = master(host);
  CHECK(loaded.settings.timeout == std::chrono::seconds(8));
  REQUIRE(loaded.warnings.size() == 1);
  CHECK_THAT(loaded.warnings[0], Contains("/none/*.conf"));
}

TEST_CASE("a file that includes itself is refused instead of hanging") {
  FakeHost host = host_with({{"/etc/halite/master", "include: master\n"}});
  CHECK_THROWS_WITH(master(host), Contains("include goes deeper than"));
}

TEST_CASE("all problems are told at once, each with file and line") {
  FakeHost host = host_with({{"/etc/halite/master", "# ours\n\"publish_prt\": 4505\nauto_accept: 'yes please'\nlog_level: loud\n"},
                             {"/etc/halite/master.d/a.conf", "\nret_port: 70000\n"},
                             {"/etc/halite/master.d/b.conf", "interface: [\n"}});
  try {
    master(host);
    FAIL("a bad configuration was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("/etc/halite/master:2: 'publish_prt' is not known here; did you mean 'publish_port'?"));
    CHECK_THAT(error.what(), Contains("/etc/halite/master:3: 'auto_accept' must be true or false, not text"));
    CHECK_THAT(error.what(), Contains("/etc/halite/master:4: "));
    CHECK_THAT(error.what(), Contains("/etc/halite/master.d/a.conf:2: 'ret_port' must be a port from 1 to 65535, not 70000"));
    CHECK_THAT(error.what(), Contains("/etc/halite/master.d/b.conf:"));
  }
}

TEST_CASE("Salt's own file is read where there is no other, with Salt's paths, and unknown options only warn") {
  FakeHost host = host_with({{"/etc/salt/minion", "master: salt.example.org\nmaster_fingr: aa\nlog_fmt_console: x\nbeacons: {}\nid: 123\n"}});
  const auto loaded = minion(host);
  CHECK(loaded.is_salts);
  CHECK(loaded.settings.id == "123");
  CHECK(loaded.settings.master.items == std::vector<std::string>{"salt.example.org"});
  CHECK(loaded.settings.pki_dir == "/etc/salt/pki/minion");
  REQUIRE(loaded.warnings.size() == 2);
  CHECK(loaded.warnings[0] == "/etc/salt/minion:2: 'master_fingr' is not known here; did you mean 'master_finger'?");
  CHECK(loaded.warnings[1] == "/etc/salt/minion:4: 'beacons' is an option of Salt that has no effect here");
}

TEST_CASE("our file wins over Salt's") {
  FakeHost host = host_with({{"/etc/salt/minion", "master: a\n"}, {"/etc/halite/minion", "master: [b, c]\n"}});
  CHECK(minion(host).settings.master.items == std::vector<std::string>{"b", "c"});
}

TEST_CASE("flags win over files, and an empty option is as if not written") {
  FakeHost host = host_with({{"/etc/halite/master", "timeout: 7\nuser:\nkeep_jobs: 2\n"}});
  const auto loaded = master(host, Map{{"timeout", 30}});
  CHECK(loaded.settings.timeout == std::chrono::seconds(30));
  CHECK(loaded.settings.user == "root");
  CHECK(loaded.settings.keep_jobs_seconds == std::chrono::hours(2));
  CHECK(loaded.warnings == std::vector<std::string>{"/etc/halite/master:3: 'keep_jobs' is deprecated: use keep_jobs_seconds"});
}

TEST_CASE("root_dir is put in front of paths that are not below it") {
  FakeHost host = host_with({{"/etc/halite/master", "root_dir: /srv/test\npki_dir: /srv/test/keys\ncachedir: cache\n"}});
  const auto settings = master(host).settings;
  CHECK(settings.pki_dir == "/srv/test/keys");
  CHECK(settings.cachedir == "/srv/test/cache");
  CHECK(settings.sock_dir == "/srv/test/run/halite/master");
}

TEST_CASE("a main file that is no map is refused") {
  FakeHost host = host_with({{"/etc/halite/master", "- a\n- b\n"}});
  CHECK_THROWS_WITH(master(host), Contains("/etc/halite/master:1: must be a map of options, not list"));
}

TEST_CASE("the example configuration shows every option and loads when uncommented") {
  const std::string example = example_config(minion_settings_schema(), "minion");
  for (const auto& field : minion_settings_schema().fields())
    if (field.deprecated.empty()) CHECK_THAT(example, Contains("\n#" + field.name + ":"));
  std::string uncommented;
  for (const auto& line : split_lines(example)) {
    CHECK(line.size() <= 100);
    if (line.starts_with("#") && !line.starts_with("# ")) uncommented += line.substr(1);
    uncommented += "\n";
  }
  FakeHost host = host_with({{"/etc/halite/minion", uncommented}});
  const auto loaded = minion(host);
  CHECK(loaded.warnings.empty());
  CHECK(loaded.settings.master_port == 4506);
}

TEST_CASE("an option that has no effect yet says so when it is set to anything but its default") {
  FakeHost host = host_with({{"/etc/halite/minion", "backup_mode: minion\nretry_dns: 30\nfailhard: true\n"}});
  CHECK(minion(host).warnings == std::vector<std::string>{"/etc/halite/minion:1: 'backup_mode' has no effect yet"});
}

TEST_CASE("every option has a sentence") {
  for (const auto& field : master_settings_schema().fields()) CHECK(field.doc.ends_with("."));
  for (const auto& field : minion_settings_schema().fields()) CHECK(field.doc.ends_with("."));
}

TEST_CASE("an unknown returner, and bounds that bound nothing, are problems of a minion's configuration") {
  FakeHost host = host_with({{"/etc/halite/minion", "return: [file, mysql]\nreturn_file_size: 10\nreturn_file_count: 0\n"}});
  try {
    minion(host);
    FAIL("a bad configuration was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("/etc/halite/minion:1: 'return': there is no returner 'mysql'"));
    CHECK_THAT(error.what(), Contains("/etc/halite/minion:2: 'return_file_size' must be 4096 bytes or more, not 10"));
    CHECK_THAT(error.what(), Contains("/etc/halite/minion:3: 'return_file_count' must be from 1 to 1000, not 0"));
  }
  FakeHost salts = host_with({{"/etc/salt/minion", "return: mysql\n"}});
  const auto loaded = minion(salts);
  REQUIRE(loaded.warnings.size() == 1);
  CHECK_THAT(loaded.warnings[0], Contains("there is no returner 'mysql'"));
}

TEST_CASE("the file of returns stands in the state directory, or where it is told, below the root directory") {
  FakeHost host;
  CHECK(minion(host).settings.return_file_dir == "/var/lib/halite/minion/returned");
  FakeHost other = host_with({{"/etc/halite/minion", "root_dir: /jail\nreturn_file_dir: /srv/returned\n"}});
  CHECK(minion(other).settings.return_file_dir == "/jail/srv/returned");
}
