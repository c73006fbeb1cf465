#include "common/host/real_host.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/unique_fd.h"
#include "tests/support/temp_directory.h"

namespace halite {

TEST_CASE("a replaced file has the new content, keeps its mode, and leaves nothing else behind") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "a", "one", {.mode = 0600});
  host->replace_file(home / "a", "two", {});
  CHECK(host->read_file(home / "a") == "two");
  CHECK(host->status(home / "a")->mode == 0600);
  CHECK(host->list_directory(home.path()) == std::vector<std::string>{"a"});
}

TEST_CASE("a new file without a mode is 0644, whatever the umask") {
  const TempDirectory home;
  const auto host = make_real_host();
  const auto old = ::umask(077);
  host->replace_file(home / "a", "x", {});
  ::umask(old);
  CHECK(host->status(home / "a")->mode == 0644);
}

TEST_CASE("what a killed writer left is removed by the next one, and a living one's is not") {
  TempDirectory home;
  const auto host = make_real_host();
  const std::string dead = home / ".f.0123456789abcdef.halite", alive = home / ".f.fedcba9876543210.halite";
  const std::vector<std::string> others{".f.0123.halite", ".g.0123456789abcdef.halite", "f.0123456789abcdef.halite"};
  for (const auto& name : others) host->append_file(home / name, "mine");
  host->append_file(dead, "half");
  host->append_file(alive, "half");
  const UniqueFd writer(::open(alive.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(writer.get(), LOCK_EX) == 0);
  host->replace_file(home / "f", "new", {});
  CHECK_FALSE(host->status(dead));
  CHECK(host->status(alive));
  for (const auto& name : others) CHECK(host->status(home / name));
}

TEST_CASE("when the disk refuses, the old file stays and no temporary one is left") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "a", "old", {});
  // A file size limit makes write() fail as a full disk does.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  CHECK_THROWS_WITH(host->replace_file(home / "a", std::string(100'000, 'x'), {}), Catch::Contains(home / "a"));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  CHECK(host->read_file(home / "a") == "old");
  CHECK(host->list_directory(home.path()) == std::vector<std::string>{"a"});
}

TEST_CASE("a plain file is read itself, never through a symlink") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "a", "x", {});
  host->make_symlink(home / "link", home / "a");
  CHECK(host->read_plain_file(home / "a") == "x");
  CHECK_THROWS_AS(host->read_plain_file(home / "link"), Error);
  CHECK_THROWS_WITH(host->read_plain_file(home.path()), Catch::Contains("not a plain file"));
  CHECK_THROWS_AS(host->read_plain_file(home / "none"), Error);
}

TEST_CASE("a large file is copied as safely as it is replaced") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "a", std::string(300'000, 'x'), {.mode = 0640});
  host->copy_file(home / "a", home / "b", {.mode = 0600});
  CHECK(host->read_file(home / "b").size() == 300'000);
  CHECK(host->status(home / "b")->mode == 0600);
  host->make_symlink(home / "link", home / "a");
  CHECK_THROWS_AS(host->copy_file(home / "link", home / "c", {}), Error);
  CHECK_THROWS_AS(host->copy_file(home.path(), home / "c", {}), Error);
  CHECK(host->list_directory(home.path()) == std::vector<std::string>{"a", "b", "link"});
}

TEST_CASE("replacing at a symlink replaces the link, not what it points to") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "target", "precious", {});
  host->make_symlink(home / "link", home / "target");
  host->replace_file(home / "link", "new", {});
  CHECK(host->read_file(home / "target") == "precious");
  CHECK(host->status(home / "link")->type == FileType::regular);
}

TEST_CASE("removing a tree does not follow links out of it") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "outside", "stays", {});
  host->make_directory(home / "tree", {});
  host->make_directory(home / "tree/inner", {});
  host->replace_file(home / "tree/inner/file", "goes", {});
  host->make_symlink(home / "tree/inner/link", home.path());
  host->remove_tree(home / "tree");
  CHECK_FALSE(host->status(home / "tree"));
  CHECK(host->read_file(home / "outside") == "stays");
}

TEST_CASE("absence is an empty optional, and an error when asked for content") {
  const auto host = make_real_host();
  CHECK_FALSE(host->status("/no/such/file"));
  CHECK_FALSE(host->read_file_if_exists("/no/such/file"));
  CHECK_THROWS_WITH(host->read_file("/no/such/file"), Catch::Contains("/no/such/file"));
}

TEST_CASE("a mode and an mtime are set as asked, and a symlink's target is left alone") {
  const TempDirectory home;
  const auto host = make_real_host();
  host->replace_file(home / "a", "x", {});
  host->set_attributes(home / "a", {.mode = 04750});
  host->set_times(home / "a", {}, 1'000'000'000);
  CHECK(host->status(home / "a")->mode == 04750);
  CHECK(host->status(home / "a")->mtime_s == 1'000'000'000);
  host->make_symlink(home / "link", home / "a");
  host->set_attributes(home / "link", {.mode = 0600});
  CHECK(host->status(home / "a")->mode == 04750);
}

TEST_CASE("root is known by name and by number") {
  const auto host = make_real_host();
  REQUIRE(host->user("root"));
  CHECK(host->user("root")->uid == 0);
  CHECK(host->user(uid_t{0})->name == "root");
  CHECK(host->group("root")->gid == 0);
  CHECK_FALSE(host->user("no-such-user-here"));
}

}  // namespace halite
