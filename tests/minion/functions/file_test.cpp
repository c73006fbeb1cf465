#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

bool says(const Value& value, const std::string& text) {
  return value.is_string() && value.as_string().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("file.* tells what is there") {
  Caller minion;
  minion.host.files["/srv/f"] = "one\ntwo\n";
  minion.host.nodes["/srv/f"] = {FileType::regular, "", 0640, 1000, 1000, 7};
  minion.host.nodes["/srv/l"] = {FileType::symlink, "f", 0777, 0, 0, 0};
  CHECK(minion.call("file.file_exists", {"/srv/f"}) == Value(true));
  CHECK(minion.call("file.file_exists", {"/srv"}) == Value(false));
  CHECK(minion.call("file.directory_exists", {"/srv"}) == Value(true));
  CHECK(minion.call("file.is_link", {"/srv/l"}) == Value(true));
  CHECK(minion.call("file.readlink", {"/srv/l"}) == Value("f"));
  CHECK(minion.call("file.get_mode", {"/srv/f"}) == Value("0640"));
  CHECK(minion.call("file.get_user", {"/srv/f"}) == Value("alice"));
  CHECK(minion.call("file.get_gid", {"/srv/f"}) == Value(1000));
  CHECK(*minion.call("file.stats", {"/srv/f"}).find("type") == Value("file"));
  CHECK(minion.call("file.read", {"/srv/f"}) == Value("one\ntwo\n"));
  CHECK(minion.call("file.seek_read", {"/srv/f", 3, 4}) == Value("two"));
  CHECK(minion.call("file.search", {"/srv/f", "^two$"}) == Value(true));
  CHECK(minion.call("file.contains", {"/srv/f", "wo"}) == Value(true));
  CHECK(minion.call("file.contains_regex", {"/srv/f", "^tw.$"}) == Value(true));
  CHECK(minion.call("file.contains_glob", {"/srv/f", "*x"}) == Value(false));
  CHECK(minion.call("file.get_hash", {"/srv/f", "md5"}) == Value("2094b601daac3d68f5aed51d3c20f7cd"));
  CHECK(minion.call("file.check_hash", {"/srv/f", "2094b601daac3d68f5aed51d3c20f7cd"}) == Value(true));
  CHECK(minion.call("file.readdir", {"/srv"}) == Value(List{".", "..", "f", "l"}));
  CHECK(minion.call("file.user_to_uid", {"alice"}) == Value(1000));
  CHECK(minion.call("file.gid_to_group", {1000}) == Value("alice"));
  CHECK(minion.call("file.join", {"/a", "b", "c"}) == Value("/a/b/c"));
  CHECK(says(minion.call("file.stats", {"/none"}), "Path not found: /none"));
  CHECK(says(minion.call("file.read", {"/none"}), "No such file"));
  CHECK(says(minion.call("file.join", {"/a", ".."}), "may not be '..'"));
}

TEST_CASE("file.* makes, copies, moves and removes") {
  Caller minion;
  CHECK(minion.call("file.mkdir", {"/srv/a/b"}, {{"mode", 700}}) == Value(true));
  CHECK(minion.host.nodes["/srv/a/b"].mode == 0700);
  CHECK(minion.call("file.write", {"/srv/a/f", "one", "two"}) == Value("Wrote 2 lines to \"/srv/a/f\""));
  minion.call("file.append", {"/srv/a/f", "three"});
  minion.call("file.prepend", {"/srv/a/f", "zero"});
  CHECK(minion.host.files["/srv/a/f"] == "zero\none\ntwo\nthree\n");
  CHECK(minion.call("file.copy", {"/srv/a/f", "/srv/a/b"}) == Value(true));
  CHECK(minion.host.files.count("/srv/a/b/f") == 1);
  CHECK(says(minion.call("file.copy", {"/srv/a", "/srv/c"}), "recurse is not set"));
  minion.call("file.copy", {"/srv/a", "/srv/c"}, {{"recurse", true}});
  CHECK(minion.host.files.count("/srv/c/b/f") == 1);
  minion.call("file.rename", {"/srv/c/f", "/srv/c/g"});
  minion.call("file.move", {"/srv/c/g", "/srv"});
  CHECK(minion.host.files.count("/srv/g") == 1);
  CHECK(minion.call("file.symlink", {"g", "/srv/l"}) == Value(true));
  CHECK(says(minion.call("file.symlink", {"x", "/srv/l"}), "Found existing symlink"));
  CHECK(minion.call("file.set_mode", {"/srv/g", "0600"}) == Value("0600"));
  minion.call("file.chown", {"/srv/g", "alice", "alice"});
  CHECK(minion.host.nodes["/srv/g"].uid == 1000);
  CHECK(says(minion.call("file.chown", {"/srv/g", "nobody1", "alice"}), "User does not exist"));
  CHECK(says(minion.call("file.rmdir", {"/srv/a"}), "not empty"));
  CHECK(minion.call("file.remove", {"/srv/a"}) == Value(true));
  CHECK(minion.call("file.remove", {"/srv/a"}) == Value(false));
  CHECK(says(minion.call("file.remove", {"/"}), "Refusing"));
  minion.call("file.truncate", {"/srv/g", 4});
  minion.call("file.seek_write", {"/srv/g", "ZZ", 1});
  CHECK(minion.host.files["/srv/g"] == "zZZo");
}

TEST_CASE("file.* edits text, and tells the difference unless others may not read it") {
  Caller minion;
  minion.host.files["/srv/f"] = "Port 22\n";
  CHECK(says(minion.call("file.replace", {"/srv/f", "22", "23"}, {{"dry_run", true}}), "+Port 23"));
  CHECK(minion.host.files["/srv/f"] == "Port 22\n");
  minion.call("file.replace", {"/srv/f", "22", "23"});
  CHECK(minion.host.files["/srv/f"] == "Port 23\n");
  CHECK(minion.host.files["/srv/f.bak"] == "Port 22\n");
  CHECK(minion.call("file.replace", {"/srv/f", "nothing", "x"}) == Value(""));
  CHECK(minion.call("file.replace", {"/srv/f", "Port", "x"}, {{"search_only", true}}) == Value(true));
  minion.call("file.line", {"/srv/f", "Use yes"}, {{"mode", "insert"}, {"location", "start"}});
  minion.call("file.comment", {"/srv/f", "^Port"});
  CHECK(minion.host.files["/srv/f"] == "Use yes\n#Port 23\n");
  minion.call("file.uncomment", {"/srv/f", "Port"});
  minion.call("file.blockreplace", {"/srv/f", "# b", "# e"},
              {{"content", "x"}, {"append_if_not_found", true}, {"append_newline", true}});
  CHECK(minion.host.files["/srv/f"] == "Use yes\nPort 23\n# b\nx\n# e\n");
  minion.host.nodes["/srv/f"].mode = 0600;
  CHECK_FALSE(says(minion.call("file.replace", {"/srv/f", "23", "secret"}), "secret\n"));
  minion.host.files["/srv/g"] = "other\n";
  CHECK_FALSE(says(minion.call("file.get_diff", {"/srv/g", "/srv/f"}), "secret content is shown"));
}

TEST_CASE("file.find knows what find knows") {
  Caller minion;
  minion.host.files["/srv/a.log"] = std::string(3000, 'x');
  minion.host.files["/srv/d/b.log"] = "needle";
  minion.host.nodes["/srv/l"] = {FileType::symlink, "d", 0777, 0, 0, 0};
  CHECK(minion.call("file.find", {"/srv"}, {{"name", "*.log"}}) == Value(List{"/srv/a.log", "/srv/d/b.log"}));
  CHECK(minion.call("file.find", {"/srv"}, {{"type", "dl"}, {"mindepth", 1}}) == Value(List{"/srv/d", "/srv/l"}));
  CHECK(minion.call("file.find", {"/srv"}, {{"size", "+2k"}, {"print", "name,size"}}) ==
        Value(List{List{"a.log", 3000}}));
  CHECK(minion.call("file.find", {"/srv"}, {{"grep", "need.e"}, {"maxdepth", 2}}) == Value(List{"/srv/d/b.log"}));
  CHECK(minion.call("file.find", {"/srv"}, {{"name", "b*"}, {"delete", "f"}}) == Value(List{"/srv/d/b.log"}));
  CHECK(minion.host.files.count("/srv/d/b.log") == 0);
  CHECK(says(minion.call("file.find", {"/srv"}, {{"type", "z"}}), "letters of bcdflps"));
  CHECK(says(minion.call("file.find", {"/srv"}, {{"size", "big"}}), "size is like"));
}

TEST_CASE("backups are listed and put back by number") {
  Caller minion;
  minion.host.files["/srv/f"] = "new";
  minion.host.files[minion.config.settings.cachedir + "/file_backup/srv/f_Thu_Jan_01_10:00:00_000000_2026"] = "old";
  CHECK(minion.call("file.list_backups", {"/srv/f"}).as_map().size() == 1);
  CHECK(*minion.call("file.restore_backup", {"/srv/f", 0}).find("result") == Value(true));
  CHECK(minion.host.files["/srv/f"] == "old");
  CHECK(*minion.call("file.restore_backup", {"/srv/f", 9}).find("comment") ==
        Value("backup_id '9' does not exist for /srv/f"));
}

TEST_CASE("a user's link leads these functions nowhere either") {
  Caller minion;
  minion.host.add_directory("/home/alice", 0755, 1000, 1000);
  minion.host.files["/etc/shadow"] = "secret";
  minion.host.nodes["/home/alice/trap"] = {FileType::symlink, "/etc/shadow", 0777, 1000, 1000, 0};
  CHECK(says(minion.call("file.append", {"/home/alice/trap", "x"}), "such links are not followed"));
  CHECK(says(minion.call("file.set_mode", {"/home/alice/trap", "0666"}), "such links are not followed"));
  CHECK(says(minion.call("file.copy", {"/home/alice/trap", "/srv/x"}), "such links are not followed"));
  CHECK(minion.host.files["/etc/shadow"] == "secret");
}

TEST_CASE("a patch is applied by patch, which asks nothing and leaves no rejects") {
  Caller minion;
  minion.host.files["/srv/app.conf"] = "a\n";
  CHECK(minion.call("file.patch", {"/srv/app.conf", "/tmp/p"}).as_string().find("patch executable not found") != std::string::npos);
  Argv seen;
  minion.host.programs["patch"] = [&](const Command& command) {
    seen = command.argv;
    return FakeHost::result(1, "1 out of 1 hunk FAILED\n");
  };
  const Value result = minion.call("file.patch", {"/srv/app.conf", "/tmp/p"}, {{"options", "--fuzz=0"}, {"dry_run", true}});
  REQUIRE(result.is_map());
  CHECK(seen == Argv{"patch", "--fuzz=0", "--dry-run", "--forward", "--reject-file=-", "-i", "/tmp/p", "/srv/app.conf"});
  CHECK(*result.find("retcode") == Value(1));
  minion.call("file.patch", {"/srv", "/tmp/p", "-N -p2 -r /tmp/rejects"});
  CHECK(seen == Argv{"patch", "-N", "-p2", "-r", "/tmp/rejects", "-i", "/tmp/p", "-d", "/srv"});
  CHECK(minion.call("file.patch", {"/none", "/tmp/p"}).as_string().find("no file /none to patch") != std::string::npos);
}

}  // namespace halite::minion
