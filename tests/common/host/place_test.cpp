#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/host/host.h"
#include "common/host/place.h"
#include "common/host/real_host.h"
#include "tests/support/temp_directory.h"

namespace halite {
namespace {

constexpr uid_t somebody = 65534;

std::uint64_t inode_of(int fd) {
  struct stat status {};
  ::fstat(fd, &status);
  return status.st_ino;
}

}  // namespace

TEST_CASE("a place is the directory and the name in it, through links of our own and '..'") {
  TempDirectory top;
  const auto host = make_real_host();
  const std::string at = top.path();
  host->make_directory(at + "/real", {});
  host->make_symlink(at + "/absolute", at + "/real");
  host->make_symlink(at + "/relative", "./absolute");
  const Place direct = open_place(at + "/real/file");
  CHECK(direct.name == "file");
  CHECK(inode_of(open_place(at + "/relative/file").directory.get()) == inode_of(direct.directory.get()));
  CHECK(inode_of(open_place(at + "/real/../absolute/./file/").directory.get()) == inode_of(direct.directory.get()));
  CHECK(open_place("/").name == ".");
}

TEST_CASE("a place that can't be is refused with the part that is wrong") {
  TempDirectory top;
  const auto host = make_real_host();
  const std::string at = top.path();
  host->replace_file(at + "/file", "x", {});
  host->make_symlink(at + "/loop", "loop");
  CHECK_THROWS_WITH(open_place(at + "/none/file"), Catch::Contains("'none'"));
  CHECK_THROWS_WITH(open_place(at + "/file/file"), Catch::Contains("Not a directory"));
  CHECK_THROWS_WITH(open_place(at + "/loop/file"), Catch::Contains("symbolic links"));
  CHECK_THROWS_WITH(open_place("relative/file"), Catch::Contains("no absolute path"));
  CHECK_THROWS_WITH(open_place("/tmp/.."), Catch::Contains("no absolute path"));
}

TEST_CASE("somebody's link to a directory of somebody else is not followed") {
  if (::geteuid() != 0) {
    WARN("needs root to give a link to another user");
    return;
  }
  TempDirectory top;
  const auto host = make_real_host();
  const std::string at = top.path();
  host->make_directory(at + "/roots", {});
  host->make_directory(at + "/roots/inner", {});
  host->make_directory(at + "/theirs", {.mode = 0755, .uid = somebody, .gid = {}});
  for (const char* name : {"to_roots", "to_theirs"}) {
    host->make_symlink(at + "/" + name, at + "/" + (name + 3));
    REQUIRE(::lchown((at + "/" + name).c_str(), somebody, somebody) == 0);
  }
  CHECK_THROWS_WITH(host->replace_file(at + "/to_roots/file", "x", {}), Catch::Contains("not followed"));
  CHECK_THROWS_WITH(host->replace_file(at + "/to_roots/inner/file", "x", {}), Catch::Contains("not followed"));
  CHECK_FALSE(host->status(at + "/roots/file"));
  host->replace_file(at + "/to_theirs/file", "x", {});
  CHECK(host->read_file(at + "/theirs/file") == "x");
}

TEST_CASE("as another user, files are opened with that user's access alone") {
  if (::geteuid() != 0) {
    WARN("needs root to act as another user");
    return;
  }
  TempDirectory top;
  const auto host = make_real_host();
  ::chmod(top.path().c_str(), 0755);
  const std::string secret = top.path() + "/secret";
  host->replace_file(secret, "x", {.mode = 0600, .uid = {}, .gid = {}});
  host->make_directory(top.path() + "/theirs", {.mode = 0755, .uid = somebody, .gid = somebody});
  const Account nobody{"nobody", somebody, somebody, "", "/", "/bin/sh"};
  host->as_user(nobody, [&] {
    CHECK_THROWS_AS(host->read_file(secret), Error);
    CHECK_THROWS_AS(host->replace_file(secret, "y", {}), Error);
    host->replace_file(top.path() + "/theirs/file", "z", {});
  });
  CHECK(host->status(top.path() + "/theirs/file")->uid == somebody);
  CHECK(host->read_file(secret) == "x");
}

}  // namespace halite
