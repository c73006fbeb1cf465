// file.decode, file.patch, file.mknod, file.cached: files that come another way.
#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.decode writes what a base64 text stands for, from the state or from pillar") {
  Scene scene;
  const Map args{{"name", "/etc/app.bin"}, {"encoded_data", "aGVs\n bG8=\n"}};
  CHECK(comment(scene.dry("file.decode", args)) == "File is set to be updated.");
  CHECK(changes(scene.state("file.decode", args)) == Map{{"old", nullptr}, {"new", "5d41402abc4b2a76b9719d911017c592"}});
  CHECK(scene.host.files["/etc/app.bin"] == "hello");
  CHECK(comment(scene.state("file.decode", args)) == "File is in the correct state.");
  scene.pillar = Map{{"app", Map{{"key", "d29ybGQ="}}}};
  CHECK(changes(scene.state("file.decode", {{"name", "/etc/app.bin"}, {"contents_pillar", "app:key"}, {"checksum", "sha1"}})).size() == 2);
  CHECK(scene.host.files["/etc/app.bin"] == "world");
  CHECK(comment(scene.state("file.decode", {{"name", "/etc/x"}, {"contents_pillar", "none"}})) == "Pillar data not found.");
  CHECK(comment(scene.state("file.decode", {{"name", "/etc/x"}})).find("Specify either") != std::string::npos);
  CHECK(comment(scene.state("file.decode", {{"name", "/etc/x"}, {"encoded_data", "!!"}})).find("is no base64") != std::string::npos);
  CHECK(comment(scene.state("file.decode", {{"name", "/none/x"}, {"encoded_data", "aGVsbG8="}})).find("Parent directory") != std::string::npos);
}

TEST_CASE("file.patch applies a patch once, and no patch that does not fit") {
  Scene scene;
  scene.host.files["/etc/app.conf"] = "old";
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"app.patch", "the patch"}});
  std::vector<Command> ran;
  scene.host.programs["patch"] = [&](const Command& command) {
    ran.push_back(command);
    const auto has = [&](const char* word) { return std::find(command.argv.begin(), command.argv.end(), word) != command.argv.end(); };
    std::string& text = scene.host.files["/etc/app.conf"];
    if (text != (has("-R") ? "new" : "old")) return FakeHost::result(1, "1 out of 1 hunk FAILED\n");
    if (!has("--dry-run")) text = "new";
    return FakeHost::result(0, "patching file /etc/app.conf\n");
  };
  const Map args{{"name", "/etc/app.conf"}, {"source", "salt://app.patch"}, {"strip", 1}, {"options", "--ignore-whitespace"}};
  CHECK(comment(scene.dry("file.patch", args)) == "The patch would be applied");
  CHECK(scene.host.files["/etc/app.conf"] == "old");
  CHECK(comment(scene.state("file.patch", args)) == "Patch successfully applied");
  CHECK(comment(scene.state("file.patch", args)) == "Patch was already applied");
  CHECK(ran.back().input == "the patch");
  CHECK(ran.back().argv == Argv{"patch", "--no-backup-if-mismatch", "--dry-run", "-R", "-f", "-r", "-", "-p1", "--ignore-whitespace", "/etc/app.conf"});
  scene.host.files["/etc/app.conf"] = "other";
  const Map failed = scene.state("file.patch", args);
  CHECK(failed.at("result") == Value(false));
  CHECK(comment(failed) == "Patch would not apply cleanly, no changes made.\n1 out of 1 hunk FAILED");
  CHECK(comment(scene.state("file.patch", with(args, "options", "-o /etc/passwd"))).find("not allowed: -o") != std::string::npos);
  CHECK(comment(scene.state("file.patch", with(args, "options", "--directory=/"))).find("not allowed") != std::string::npos);
  CHECK(comment(scene.state("file.patch", {{"name", "/srv"}, {"source", "salt://app.patch"}})).find("'strip' is missing") != std::string::npos);
}

TEST_CASE("file.mknod makes a node of the right kind, and does not take another's place") {
  Scene scene;
  std::vector<Argv> made;
  scene.host.programs["mknod"] = [&](const Command& command) {
    made.push_back(command.argv);
    scene.host.nodes[command.argv.at(2)] = {.type = command.argv.at(3) == "p" ? FileType::fifo : FileType::character_device, .content = "", .mode = 0600};
    return CommandResult{};
  };
  scene.host.programs["stat"] = [](const Command&) { return FakeHost::result(0, "1:a\n"); };
  const Map pipe{{"name", "/srv/p"}, {"ntype", "p"}, {"mode", "0620"}, {"user", "alice"}};
  CHECK(comment(scene.dry("file.mknod", pipe)) == "Fifo pipe /srv/p is set to be created");
  CHECK(changes(scene.state("file.mknod", pipe)) == Map{{"new", "Fifo pipe /srv/p created."}});
  CHECK(scene.host.nodes["/srv/p"].mode == 0620);
  CHECK(scene.host.nodes["/srv/p"].uid == 1000);
  CHECK(comment(scene.state("file.mknod", pipe)) == "Fifo pipe /srv/p is in the correct state");
  const Map device{{"name", "/srv/d"}, {"ntype", "c"}, {"major", 1}, {"minor", 10}};
  scene.state("file.mknod", device);
  CHECK(made.back() == Argv{"mknod", "--mode=0600", "/srv/d", "c", "1", "10"});
  CHECK(comment(scene.state("file.mknod", device)) == "Character device /srv/d is in the correct state");
  scene.host.files["/srv/f"] = "x";
  CHECK(comment(scene.state("file.mknod", with(pipe, "name", "/srv/f"))) == "File /srv/f exists and is not a fifo pipe. Cowardly refusing to continue");
  CHECK(comment(scene.state("file.mknod", with(pipe, "ntype", "x"))).find("Node type unavailable: 'x'") != std::string::npos);
}

TEST_CASE("file.cached brings a source to the cache, and file.not_cached takes it away") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"app.tar.gz", "packed"}});
  const Map args{{"name", "salt://app.tar.gz"}};
  const std::string place = "/var/cache/halite/minion/files/base/app.tar.gz";
  const Map cached = scene.state("file.cached", args);
  CHECK(comment(cached) == "File is cached to " + place);
  CHECK(changes(cached).contains("hash"));
  CHECK(scene.host.files[place] == "packed");
  CHECK(changes(scene.state("file.cached", args)).empty());
  CHECK(scene.state("file.cached", {{"name", "salt://none"}}).at("result") == Value(false));
  CHECK(scene.state("file.cached", with(args, "source_hash", std::string(64, '0'))).at("result") == Value(false));
  CHECK(scene.state("file.cached", {{"name", "https://example.org/x"}}).at("result") == Value(false));
  CHECK(comment(scene.dry("file.not_cached", args)) == place + " is set to be deleted");
  CHECK(changes(scene.state("file.not_cached", args)) == Map{{"deleted", true}});
  CHECK(comment(scene.state("file.not_cached", args)) == "salt://app.tar.gz is not cached");
  scene.host.files["/etc/x"] = "x";
  CHECK(comment(scene.state("file.cached", {{"name", "/etc/x"}})) == "File /etc/x is present on the minion");
}

}  // namespace halite::states
