// What every state function promises, tried on every one.
#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/states/fake_bsdtar.h"
#include "tests/states/fake_functions.h"
#include "tests/states/fake_git.h"
#include "tests/states/fake_pip.h"
#include "tests/states/fake_postgres.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

// A machine on which every example can be brought about.
struct Furnished : Scene {
  FakeArchive archive{.entries = {{"bin", FileType::regular, "x", 0755}}, .problem = {}};
  FakeGit git;
  FakePostgres postgres;
  FakePip pip;
  FakeFunctions functions;
  Furnished();
};

void furnish(Furnished& scene) {
  scene.archive.install(scene.host);
  for (const char* directory : {"/opt", "/var", "/var/cache"}) scene.host.add_directory(directory);
  scene.host.files["/etc/app.ini"] = "[main]\nport = 22\n";
  scene.host.files["/etc/ssh/ssh_known_hosts"] = "git.example.com ssh-rsa AAAA\n";
  scene.host.programs["sh"] = [](const Command&) { return CommandResult{}; };
  scene.tree = test::MemoryTree(test::MemoryTree::Files{
      {"scripts/setup.sh", "#!/bin/sh\n"},
      {"app.tar.gz", "packed"},
      {"crontab", "0 4 * * * true\n"},
      {"app.patch", "-old\n+new\n"},
      {"example.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nYWJj\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"}});
  scene.host.files["/etc/hosts"] = "127.0.0.1 localhost\n";
  scene.host.files["/etc/app.conf"] = "old\n";
  scene.host.programs["patch"] = [&scene](const Command& command) {
    const auto& argv = command.argv;
    const auto has = [&](const char* word) { return std::find(argv.begin(), argv.end(), word) != argv.end(); };
    std::string& text = scene.host.files[argv.back()];
    const bool fits = text == (has("-R") ? "new\n" : "old\n");
    if (fits && !has("--dry-run")) {
      text = "new\n";
      ++scene.host.changes;
    }
    return FakeHost::result(fits ? 0 : 1, "patching file\n");
  };
  scene.host.programs["mknod"] = [&scene](const Command& command) {
    scene.host.nodes[command.argv.at(2)] = {.type = FileType::fifo, .content = "", .mode = 0660};
    ++scene.host.changes;
    return CommandResult{};
  };
  scene.host.files["/var/cache/app/old.tmp"] = "x";
  for (const char* directory : {"/var/cache/app", "/srv/empty"}) scene.host.add_directory(directory);
  scene.pillar = Map{{"users", Map()}};
  scene.git.install(scene.host);
  scene.git.commit("https://git.example.org/app.git");
  scene.postgres.install(scene.host);
  scene.postgres.databases["web"] = {};
  scene.call = scene.functions.caller();
  scene.functions.grains = {{"roles", List{"web"}}, {"old", "x"}};
  scene.pip.install(scene.host);
  scene.pip.make("/srv/venv");
  scene.pip.environments["/srv/venv"]["boto"] = "2.0";
  scene.pip.index = {{"boto3", {"1.26.27"}}, {"boto", {"2.0", "2.1"}}};
  scene.git.global["root"] = {{"user.email", "old@example.org"}};
}

Furnished::Furnished() { furnish(*this); }

// All there is but our own cache, which a dry run may fill, and files for one command, which a kill leaves behind.
std::map<std::string, std::string> picture(Scene& scene, bool with_times = true) {
  std::map<std::string, std::string> seen;
  const auto look = [&](const std::string& path) {
    if (path.starts_with("/var/cache/halite") || path.starts_with("/tmp/.halite-")) return;
    const auto status = scene.host.status(path);
    if (!status) return;
    seen[path] = fmt::format("{} {:o} {} {} {}", static_cast<int>(status->type), status->mode, status->uid, status->gid,
                             with_times ? status->mtime_s : 0);
    if (status->type == FileType::regular) seen[path] += " " + scene.host.read_file(path);
  };
  for (const auto& [path, content] : scene.host.files) look(path);
  for (const auto& [path, node] : scene.host.nodes) look(path);
  return seen;
}

// A hashed host of known_hosts: each time another salt.
std::string without_hashes(const std::string& text) {
  static const std::regex hash(R"(\|1\|\S+)");
  return std::regex_replace(text, hash, "hashed");
}

// Paths that are not the same in both, each with what it is there.
std::vector<std::string> differing(const std::map<std::string, std::string>& some, const std::map<std::string, std::string>& other) {
  std::vector<std::string> paths;
  for (const auto* one : {&some, &other})
    for (const auto& [path, seen] : *one) {
      const auto& theirs = one == &some ? other : some;
      if (const auto at = theirs.find(path); at == theirs.end() || without_hashes(at->second) != without_hashes(seen)) paths.push_back(path + ": " + seen);
    }
  return paths;
}

// Programs that only look are no change: always, or with one of these words; psql's `--command` is a query.
const std::set<std::string> lookers{"apt-cache", "dpkg-deb", "locale", "blkid", "unshare", "iptables-save"};
const std::map<std::string, std::set<std::string>> looks{
    {"apt-get", {"-s", "update"}},
    {"blockdev", {"--getra", "--getro", "--getss", "--getbsz", "--getsize64"}},
    {"bsdtar", {"-cf"}},
    {"git", {"ls-remote", "for-each-ref", "rev-parse", "status", "merge-base", "--get-all", "--get-regexp"}},
    {"iptables", {"-S", "-C"}},
    {"ip6tables", {"-S", "-C"}},
    {"nft", {"list"}},
    {"patch", {"--dry-run"}},
    {"stat", {"-c"}},
    {"psql", {"--command"}},
    {"pg_lsclusters", {"--no-header"}},
    {"python", {"list", "--version", "-V", "--dry-run"}},
    {"python3", {"list", "--version", "-V", "--dry-run"}},
};

bool only_looks(const Argv& argv) {
  const std::string program = argv[0].substr(argv[0].rfind('/') + 1);
  if (lookers.contains(program) || (argv.size() > 1 && argv[1] == "show")) return true;
  const auto known = looks.find(program);
  return known != looks.end() && std::any_of(argv.begin(), argv.end(), [&](const std::string& word) { return known->second.contains(word); });
}

std::vector<Argv> changing_programs(const Scene& scene) {
  std::vector<Argv> result;
  for (const Argv& argv : scene.host.ran)
    if (!only_looks(argv)) result.push_back(argv);
  return result;
}

template <class Check>
void for_each_function(Check check) {
  for (const Module& module : registry().modules())
    for (const Function& function : module.functions) {
      INFO(module.name << "." << function.name);
      check(module.name + "." + function.name, function);
    }
}

}  // namespace

TEST_CASE("every function and every argument has a sentence") {
  for_each_function([](const std::string& name, const Function& function) {
    CHECK_FALSE(function.doc.empty());
    CHECK(function.doc.ends_with('.'));
    for (const Field& field : function.arguments) {
      INFO(field.name);
      CHECK(field.doc.ends_with('.'));
      CHECK(field.doc.size() > 10);
    }
    CHECK(registry().docs().at(name).as_string().find("Example:") != std::string::npos);
  });
}

TEST_CASE("every example decodes, and an unknown argument is refused with the nearest name") {
  for_each_function([](const std::string& name, const Function& function) {
    CHECK_NOTHROW(function.check(function.example));
    if (function.takes_anything) return;
    Map wrong = function.example;
    wrong.set("nmae", "x");
    CHECK_THROWS_WITH(function.check(wrong), name + ": 'nmae' is not known here; did you mean 'name'?");
  });
}

TEST_CASE("every function misses its required arguments by name") {
  for_each_function([](const std::string&, const Function& function) {
    for (const Field& field : function.arguments)
      if (field.role == Role::key)
        CHECK_THROWS_WITH(function.check({}), Catch::Contains("'" + field.name + "' is missing"));
  });
}

TEST_CASE("a dry run of every function touches nothing, and predicts the result of the real run") {
  for_each_function([](const std::string& name, const Function& function) {
    Furnished scene;
    const auto before = picture(scene);
    const Map planned = scene.dry(name, function.example);
    CHECK(picture(scene) == before);
    CHECK(scene.functions.changes == 0);
    CHECK(changing_programs(scene).empty());
    const Map made = scene.state(name, function.example);
    if (function.is_action) return;
    INFO(made.at("comment").as_string());
    CHECK(made.at("result") == Value(true));
    CHECK(planned.at("result").is_null() == !made.at("changes").as_map().empty());
    for (const auto& [key, value] : planned.at("changes").as_map()) CHECK(made.at("changes").as_map().find(key));
  });
}

TEST_CASE("a second run of every function changes nothing and starts no program that could") {
  for_each_function([](const std::string& name, const Function& function) {
    if (function.is_action) return;
    Furnished scene;
    scene.state(name, function.example);
    scene.host.ran.clear();
    scene.options.test = false;
    const int changes = scene.host.changes + scene.functions.changes;
    const Map again = scene.state(name, function.example);
    CHECK(again.at("result") == Value(true));
    CHECK(again.at("changes").as_map().empty());
    CHECK_FALSE(again.at("comment").as_string().empty());
    CHECK(scene.host.changes + scene.functions.changes == changes);
    CHECK(changing_programs(scene).empty());
  });
}

// So that none is left out unseen of what is asked of all others: that a second run changes nothing.
TEST_CASE("the functions that do something at each call, or only look, are these and no others") {
  std::set<std::string> actions;
  for_each_function([&](const std::string& name, const Function& function) {
    if (function.is_action) actions.insert(name);
  });
  CHECK(actions == std::set<std::string>{
                       "cmd.run", "cmd.script", "cmd.wait", "cmd.wait_script", "cmd.watch", "event.fire_master", "event.send",
                       "event.wait", "file.accumulated", "file.cached", "file.exists", "file.missing", "file.not_cached", "file.touch",
                       "grains.exists", "module.run", "module.wait", "module.watch", "schedule.absent", "schedule.disabled",
                       "schedule.enabled", "schedule.present", "test.check_pillar", "test.configurable_test_state",
                       "test.fail_with_changes", "test.fail_without_changes", "test.nop", "test.show_notification",
                       "test.succeed_with_changes", "test.succeed_without_changes"});
}

TEST_CASE("every function that was killed before any of its steps is done by the next call, as if it had not been killed") {
  int kills = 0;
  for_each_function([&](const std::string& name, const Function& function) {
    Furnished whole;
    const int furnishing = whole.host.steps;
    const Map unharmed = whole.state(name, function.example);
    const auto end = picture(whole, false);
    for (int step = furnishing; step < whole.host.steps; ++step) {
      INFO("killed before step " << step - furnishing + 1 << " of " << whole.host.steps - furnishing);
      Furnished scene;
      scene.host.dies_before = step;
      scene.state(name, function.example);
      CHECK(scene.host.is_dead());
      ++kills;
      scene.host.revive();
      const Map next = scene.state(name, function.example);
      INFO(next.at("comment").as_string());
      CHECK(next.at("result") == unharmed.at("result"));
      CHECK(differing(picture(scene, false), end) == std::vector<std::string>());
      if (!function.is_action) CHECK(scene.state(name, function.example).at("changes").as_map().empty());
    }
  });
  CHECK(kills > 200);
}

}  // namespace halite::states
