#include <catch2/catch.hpp>

#include <cerrno>

#include "common/base/error.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

const Map motd{{"name", "/etc/motd"}, {"contents", "Hello"}, {"mode", "0640"}, {"user", "alice"}};

}  // namespace

TEST_CASE("file.managed plans, creates, and then leaves the file alone") {
  Scene scene;
  const int untouched = scene.host.changes;
  const Map planned = scene.dry("file.managed", motd);
  CHECK(planned.at("result").is_null());
  CHECK(comment(planned).starts_with("The file /etc/motd is set to be changed"));
  CHECK(scene.host.changes == untouched);

  const Map made = scene.state("file.managed", motd);
  CHECK(comment(made) == "File /etc/motd updated");
  CHECK(changes(made) == Map{{"diff", "New file"}, {"user", "alice"}, {"mode", "0640"}});
  CHECK(changes(made) == changes(planned));
  CHECK(scene.host.files["/etc/motd"] == "Hello\n");
  CHECK(scene.host.nodes["/etc/motd"].mode == 0640);
  CHECK(scene.host.nodes["/etc/motd"].uid == 1000);

  const int after = scene.host.changes;
  const Map again = scene.state("file.managed", motd);
  CHECK(comment(again) == "File /etc/motd is in the correct state");
  CHECK(changes(again).empty());
  CHECK(scene.host.changes == after);
}

TEST_CASE("file.managed shows the difference of a readable file") {
  Scene scene;
  scene.host.files["/etc/motd"] = "Old\n";
  const Map result = scene.state("file.managed", {{"name", "/etc/motd"}, {"contents", List{"New", "Line"}}});
  CHECK(changes(result).at("diff") == Value("--- \n+++ \n@@ -1 +1,2 @@\n-Old\n+New\n+Line\n"));
}

TEST_CASE("the difference of a file that others may not read is hidden unless it is asked for") {
  Scene scene;
  scene.host.files["/etc/key"] = "old secret\n";
  Map args{{"name", "/etc/key"}, {"contents", "new secret"}, {"mode", "0600"}};
  const std::string hidden = changes(scene.state("file.managed", args)).at("diff").as_string();
  CHECK(hidden.find("new secret") == std::string::npos);
  args.set("contents", "newest");
  args.set("show_changes", true);
  CHECK(changes(scene.state("file.managed", args)).at("diff").as_string().find("+newest") != std::string::npos);
  args.set("contents", "last");
  args.set("show_changes", Value());
  args.set("show_diff", false);
  CHECK(changes(scene.state("file.managed", args)).at("diff") == Value("<show_changes=False>"));
}

TEST_CASE("file.managed takes its content from the file tree, the pillar, and templates") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"motd", "from the tree"}});
  scene.pillar = Map{{"site", Map{{"motd", List{"one", "two"}}}}};
  scene.render = [](const TemplateRequest& request) {
    return request.engine + " " + request.text + " for " + request.context.at("who").as_string() + " in " +
           request.source_name;
  };
  scene.state("file.managed", {{"name", "/etc/a"}, {"source", List{"salt://none", "salt://motd"}}});
  CHECK(scene.host.files["/etc/a"] == "from the tree");
  scene.state("file.managed", {{"name", "/etc/b"}, {"contents_pillar", "site:motd"}});
  CHECK(scene.host.files["/etc/b"] == "one\ntwo\n");
  scene.state("file.managed", {{"name", "/etc/c"},
                               {"source", "salt://motd"},
                               {"template", "jinja"},
                               {"defaults", Map{{"who", "x"}}},
                               {"context", Map{{"who", "me"}}}});
  CHECK(scene.host.files["/etc/c"] == "jinja from the tree for me in salt://motd");
}

TEST_CASE("file.managed says what is missing") {
  Scene scene;
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/a"}, {"source", "salt://none"}})) ==
        "Source file salt://none not found in saltenv 'base'");
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/a"}, {"contents_pillar", "no:key"}})) ==
        "Pillar no:key does not exist");
  CHECK(comment(scene.state("file.managed", {{"name", "/none/a"}, {"contents", "x"}})) ==
        "Parent directory not present");
  CHECK(comment(scene.state("file.managed", {{"name", "etc/a"}, {"contents", "x"}})) ==
        "Specified file etc/a is not an absolute path");
  CHECK(comment(scene.state("file.managed", {{"name", "/srv"}, {"contents", "x"}})) ==
        "Specified target /srv is a directory");
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/a"}, {"user", "nobody1"}, {"group", "none"}})) ==
        "User nobody1 is not available Group none is not available");
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/a"}, {"contents", "x"}, {"source", "salt://b"}})) ==
        "'source' cannot be used in combination with 'contents', 'contents_pillar', or 'contents_grains'");
  CHECK(scene.host.files.count("/etc/a") == 0);
}

TEST_CASE("a source whose checksum differs is refused, and the old file stays") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"motd", "new"}});
  scene.host.files["/etc/motd"] = "old";
  const Map bad = scene.state(
      "file.managed",
      {{"name", "/etc/motd"}, {"source", "salt://motd"}, {"source_hash", "md5=00000000000000000000000000000000"}});
  CHECK(comment(bad).find("does not match actual checksum (22af645d1859cb5ca6da0c484f1f37ea)") != std::string::npos);
  CHECK(scene.host.files["/etc/motd"] == "old");
  scene.state(
      "file.managed",
      {{"name", "/etc/motd"}, {"source", "salt://motd"}, {"source_hash", "md5=22AF645D1859CB5CA6DA0C484F1F37EA"}});
  CHECK(scene.host.files["/etc/motd"] == "new");
}

TEST_CASE("check_cmd judges the new content before the old file is replaced") {
  Scene scene;
  scene.host.files["/etc/sudoers.d/x"] = "good";
  std::string checked;
  scene.host.programs["sh"] = [&](const Command& command) {
    const std::string path = command.argv.back().substr(std::string("visudo -c -f ").size());
    checked = scene.host.files[path];
    return FakeHost::result(checked == "bad\n" ? 1 : 0, "", "parse error\n");
  };
  Map args{{"name", "/etc/sudoers.d/x"}, {"contents", "bad"}, {"check_cmd", "visudo -c -f"}, {"mode", "0440"}};
  const Map refused = scene.state("file.managed", args);
  CHECK(comment(refused) == "check_cmd execution failed\nparse error");
  CHECK(checked == "bad\n");
  CHECK(scene.host.files["/etc/sudoers.d/x"] == "good");
  args.set("contents", "better");
  CHECK(scene.state("file.managed", args).at("result") == Value(true));
  CHECK(scene.host.files["/etc/sudoers.d/x"] == "better\n");
  for (const auto& [path, content] : scene.host.files) CHECK_FALSE(path.starts_with("/tmp/"));
}

TEST_CASE("a full disk leaves the old file and says why") {
  Scene scene;
  scene.host.files["/etc/motd"] = "old";
  scene.host.write_errors["/etc/motd"] = ENOSPC;
  const Map result = scene.state("file.managed", {{"name", "/etc/motd"}, {"contents", "new"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result).find("No space left on device") != std::string::npos);
  CHECK(changes(result).empty());
  CHECK(scene.host.files["/etc/motd"] == "old");
}

TEST_CASE("file.managed without content manages owner and mode, and makes an empty file") {
  Scene scene;
  const Map made = scene.state("file.managed", {{"name", "/etc/flag"}});
  CHECK(comment(made) == "Empty file");
  CHECK(changes(made) == Map{{"new", "file /etc/flag created"}});
  scene.host.files["/etc/flag"] = "kept";
  const Map mode = scene.state("file.managed", {{"name", "/etc/flag"}, {"mode", 600}});
  CHECK(changes(mode) == Map{{"mode", "0600"}});
  CHECK(scene.host.files["/etc/flag"] == "kept");
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/flag"}, {"contents", "x"}, {"replace", false}})) ==
        "File /etc/flag exists with proper permissions. No changes made.");
  CHECK(comment(scene.state("file.managed", {{"name", "/etc/none"}, {"contents", "x"}, {"create", false}})) ==
        "File /etc/none is not present and is not set for creation");
}

TEST_CASE("a user's symlink is not followed to a file of somebody else") {
  Scene scene;
  scene.host.files["/etc/shadow2"] = "secret";
  scene.host.nodes["/home/alice/trap"] = {FileType::symlink, "/etc/shadow2", 0777, 1000, 1000, 0};
  const Map result = scene.state("file.managed", {{"name", "/home/alice/trap"}, {"contents", "x"}, {"user", "alice"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result).find("such links are not followed") != std::string::npos);
  CHECK(scene.host.files["/etc/shadow2"] == "secret");
}

TEST_CASE("a user's symlink on the way to a file is not followed either") {
  Scene scene;
  scene.host.add_directory("/etc/ssh");
  scene.host.nodes["/home/alice/.ssh"] = {FileType::symlink, "/etc/ssh", 0777, 1000, 1000, 0};
  for (const char* function : {"file.managed", "file.directory", "file.absent"}) {
    const Map result = scene.state(function, {{"name", "/home/alice/.ssh/authorized_keys"}});
    CHECK(result.at("result") == Value(false));
    CHECK(comment(result).find("/home/alice/.ssh is a symlink of user alice to something of user root") == 0);
  }
}

TEST_CASE("a symlink of root is followed, or replaced when that is asked for") {
  Scene scene;
  scene.host.files["/srv/real"] = "old";
  scene.host.nodes["/etc/link"] = {FileType::symlink, "/srv/real", 0777, 0, 0, 0};
  scene.state("file.managed", {{"name", "/etc/link"}, {"contents", "new"}});
  CHECK(scene.host.files["/srv/real"] == "new\n");
  const Map replaced =
      scene.state("file.managed", {{"name", "/etc/link"}, {"contents", "own"}, {"follow_symlinks", false}});
  CHECK(changes(replaced).at("diff") == Value("Replace symbolic link with regular file"));
  CHECK(scene.host.files["/etc/link"] == "own\n");
}

TEST_CASE("backup keeps the old content where only root reads it") {
  Scene scene;
  scene.host.files["/etc/motd"] = "old";
  scene.state("file.managed", {{"name", "/etc/motd"}, {"contents", "new"}, {"backup", "minion"}});
  std::string copy;
  for (const auto& [path, content] : scene.host.files)
    if (path.starts_with("/var/cache/halite/minion/file_backup/etc/motd_")) copy = path;
  CHECK(scene.host.files[copy] == "old");
  CHECK(scene.host.nodes[copy].mode == 0600);
}

TEST_CASE("file.directory makes a directory and its parents, and then leaves them alone") {
  Scene scene;
  const Map args{{"name", "/srv/a/b"}, {"user", "alice"}, {"mode", "0750"}, {"makedirs", true}};
  CHECK(comment(scene.state("file.directory", {{"name", "/srv/a/b"}})) == "No directory to create /srv/a/b in");
  const Map planned = scene.dry("file.directory", args);
  CHECK(changes(planned) == Map{{"/srv/a/b", Map{{"directory", "new"}}}});
  CHECK(changes(scene.state("file.directory", args)) == changes(planned));
  CHECK(scene.host.nodes["/srv/a/b"].mode == 0750);
  CHECK(scene.host.nodes["/srv/a"].uid == 1000);
  CHECK(comment(scene.state("file.directory", args)) == "The directory /srv/a/b is in the correct state");
}

TEST_CASE("file.directory enforces owner and mode below itself") {
  Scene scene;
  scene.host.add_directory("/srv/d", 0755);
  scene.host.add_directory("/srv/d/sub", 0700);
  scene.host.files["/srv/d/sub/f"] = "x";
  const Map args{{"name", "/srv/d"},
                 {"user", "alice"},
                 {"dir_mode", "0755"},
                 {"file_mode", "0600"},
                 {"recurse", List{"user", "mode"}}};
  const Map result = scene.state("file.directory", args);
  CHECK(changes(result) == Map{{"/srv/d", Map{{"user", "alice"}}},
                               {"/srv/d/sub", Map{{"user", "alice"}, {"mode", "0755"}}},
                               {"/srv/d/sub/f", Map{{"user", "alice"}, {"mode", "0600"}}}});
  CHECK(changes(scene.state("file.directory", args)).empty());
}

TEST_CASE("file.directory cleans what no required file state keeps") {
  Scene scene;
  for (const char* file : {"/srv/d/keep", "/srv/d/sub/keep", "/srv/d/gone/x", "/srv/d/spared.log"})
    scene.host.files[file] = "x";
  const List require{Map{{"file", "/srv/d/keep"}}, Map{{"file", "/srv/d/sub/*"}}};
  const auto run =
      scene.run({chunk("file.managed", "/srv/d/keep"), chunk("file.managed", "/srv/d/sub/keep"),
                 chunk("file.directory", "/srv/d", {{"clean", true}, {"exclude_pat", "*.log"}, {"require", require}})});
  CHECK(result_of(run, "/srv/d").at("changes") == Value(Map{{"removed", List{"/srv/d/gone"}}}));
  CHECK(scene.host.files.count("/srv/d/sub/keep") == 1);
  CHECK(scene.host.files.count("/srv/d/spared.log") == 1);
  CHECK(scene.host.files.count("/srv/d/gone/x") == 0);
}

TEST_CASE("a dry run knows what earlier states of it would make") {
  Scene scene;
  scene.options.test = true;
  const auto run = scene.run({chunk("user.present", "bob"), chunk("file.directory", "/srv/bob", {{"user", "bob"}}),
                              chunk("file.managed", "/srv/bob/f", {{"user", "bob"}, {"contents", "x"}}),
                              chunk("cmd.run", "reload", {{"onchanges", List{Map{{"file", "/srv/bob/f"}}}}})});
  for (const auto& [tag, result] : run.states) CHECK(result.find("result")->is_null());
  CHECK(run.retcode == 0);
}

TEST_CASE("file.absent removes files and trees, and never the root") {
  Scene scene;
  scene.host.files["/srv/tree/a/b"] = "x";
  CHECK(comment(scene.dry("file.absent", {{"name", "/srv/tree"}})) == "Directory /srv/tree is set for removal");
  CHECK(scene.host.files.count("/srv/tree/a/b") == 1);
  const Map gone = scene.state("file.absent", {{"name", "/srv/tree"}});
  CHECK(comment(gone) == "Removed directory /srv/tree");
  CHECK(changes(gone) == Map{{"removed", "/srv/tree"}});
  CHECK(comment(scene.state("file.absent", {{"name", "/srv/tree"}})) == "File /srv/tree is not present");
  CHECK(comment(scene.state("file.absent", {{"name", "/"}})) == "Refusing to make \"/\" absent");
}

TEST_CASE("file.symlink keeps relative targets as written and replaces a file only by force") {
  Scene scene;
  const Map args{{"name", "/srv/link"}, {"target", "../etc/motd"}};
  CHECK(comment(scene.state("file.symlink", args)) == "Created new symlink /srv/link -> ../etc/motd");
  CHECK(scene.host.nodes["/srv/link"].content == "../etc/motd");
  CHECK(comment(scene.state("file.symlink", args)) == "Symlink /srv/link is present and owned by root:root");
  scene.host.files["/srv/file"] = "x";
  CHECK(comment(scene.state("file.symlink", {{"name", "/srv/file"}, {"target", "/a"}})) ==
        "File exists where the symlink /srv/file should be");
  CHECK(scene.state("file.symlink", {{"name", "/srv/file"}, {"target", "/a"}, {"force", true}}).at("result") ==
        Value(true));
}

}  // namespace halite::states
