#include "common/host/rehearsal_host.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/fake_host.h"

namespace halite {
namespace {

struct Stage {
  FakeHost real;
  RehearsalHost host{real};
  Stage() {
    real.files["/etc/motd"] = "real";
    real.nodes["/etc/motd"].mode = 0640;
    real.files["/etc/ssh/sshd_config"] = "Port 22";
    real.nodes["/etc/link"] = {FileType::symlink, "ssh", 0777, 0, 0, 0};
    real.add_directory("/srv");
    host.begin();
  }
};

}  // namespace

TEST_CASE("what is rehearsed is read back, and the machine never sees it") {
  Stage stage;
  RehearsalHost& host = stage.host;
  const int changes = stage.real.changes;
  host.replace_file("/etc/motd", "rehearsed", {.uid = 7});
  CHECK(host.read_file("/etc/motd") == "rehearsed");
  CHECK(host.status("/etc/motd")->mode == 0640);
  CHECK(host.status("/etc/motd")->uid == 7);
  host.make_directory("/srv/site", {.mode = 0700});
  host.append_file("/srv/site/a", "x");
  host.copy_file("/srv/site/a", "/srv/site/b", {});
  CHECK(host.list_directory("/srv/site") == std::vector<std::string>{"a", "b"});
  host.set_attributes("/etc/ssh/sshd_config", {.mode = 0600});
  CHECK(host.status("/etc/ssh/sshd_config")->mode == 0600);
  CHECK(host.read_file("/etc/ssh/sshd_config") == "Port 22");
  host.set_times("/srv/site/a", {}, 5);
  CHECK(host.status("/srv/site/a")->mtime_s == 5);
  CHECK(stage.real.changes == changes);
  CHECK(stage.real.files["/etc/motd"] == "real");
  host.end();
  CHECK(host.read_file("/etc/motd") == "real");
  host.replace_file("/etc/motd", "written", {});
  CHECK(stage.real.files["/etc/motd"] == "written");
}

TEST_CASE("a removed tree is gone for the rehearsal, and a new directory in its place is empty") {
  Stage stage;
  RehearsalHost& host = stage.host;
  host.remove_tree("/etc/ssh");
  CHECK_FALSE(host.status("/etc/ssh/sshd_config"));
  CHECK_FALSE(host.status_of_target("/etc/link"));
  CHECK(host.list_directory("/etc") == std::vector<std::string>{"link", "motd"});
  host.make_directory("/etc/ssh", {});
  CHECK(host.list_directory("/etc/ssh").empty());
  CHECK_FALSE(host.read_file_if_exists("/etc/ssh/sshd_config"));
  CHECK(stage.real.files.count("/etc/ssh/sshd_config") == 1);
}

TEST_CASE("links lead where they would lead, real ones and rehearsed ones") {
  Stage stage;
  RehearsalHost& host = stage.host;
  host.replace_file("/etc/link/new", "x", {});
  CHECK(host.read_file("/etc/ssh/new") == "x");
  host.make_symlink("/srv/etc", "../etc");
  CHECK(host.read_symlink("/srv/etc") == "../etc");
  CHECK(host.read_file("/srv/etc/motd") == "real");
  CHECK(host.status("/srv/etc")->type == FileType::symlink);
  CHECK(host.status_of_target("/srv/etc")->type == FileType::directory);
  host.make_symlink("/srv/loop", "loop");
  CHECK_THROWS_AS(host.read_file("/srv/loop"), Error);
}

TEST_CASE("a renamed tree is found at its new place alone") {
  Stage stage;
  RehearsalHost& host = stage.host;
  host.replace_file("/etc/ssh/more", "y", {});
  host.rename("/etc/ssh", "/srv/ssh");
  CHECK_FALSE(host.status("/etc/ssh"));
  CHECK(host.read_file("/srv/ssh/sshd_config") == "Port 22");
  CHECK(host.read_file("/srv/ssh/more") == "y");
  CHECK(host.list_directory("/srv/ssh") == std::vector<std::string>{"more", "sshd_config"});
  host.make_hardlink("/srv/hard", "/etc/motd");
  CHECK(host.status("/srv/hard")->inode == host.status("/etc/motd")->inode);
}

TEST_CASE("what the real host would refuse is refused in a rehearsal") {
  Stage stage;
  RehearsalHost& host = stage.host;
  CHECK_THROWS_WITH(host.replace_file("/none/a", "x", {}), Catch::Contains("/none/a: No such file"));
  CHECK_THROWS_WITH(host.replace_file("/etc/ssh", "x", {}), Catch::Contains("directory"));
  CHECK_THROWS_WITH(host.replace_file("/etc/motd/a", "x", {}), Catch::Contains("Not a directory"));
  CHECK_THROWS_WITH(host.make_directory("/srv", {}), Catch::Contains("exists"));
  CHECK_THROWS_WITH(host.remove_directory("/etc/ssh"), Catch::Contains("not empty"));
  CHECK_THROWS_AS(host.remove_file("/etc/ssh"), Error);
  CHECK_THROWS_AS(host.rename("/etc/none", "/etc/x"), Error);
  CHECK_THROWS_AS(host.make_hardlink("/etc/motd", "/etc/ssh/sshd_config"), Error);
}

}  // namespace halite
