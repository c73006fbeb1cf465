// Full, read-only and immutable: the old file stays whole, and the result says why.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/hostile/field.h"

namespace halite::states {
namespace {

// A file system of 16 KiB in memory, in a mount namespace that ends with the test program.
struct SmallDisk : Field {
  const std::string disk = home / "disk", file = disk + "/f";
  SmallDisk() {
    host->make_directory(disk, {});
    REQUIRE(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    REQUIRE(::mount("halite", disk.c_str(), "tmpfs", 0, "size=16k") == 0);
    host->replace_file(file, "old\n", {.mode = 0640});
  }
  ~SmallDisk() { ::umount2(disk.c_str(), MNT_DETACH); }

  void check_old() {
    CHECK(host->read_file(file) == "old\n");
    CHECK(host->status(file)->mode == 0640);
    CHECK(host->list_directory(disk) == std::vector<std::string>{"f"});
  }
};

const std::vector<std::pair<std::string, Map>>& writers() {
  static const std::string large(20'000, 'x');  // file.line takes it for a pattern too, which may not be longer by much
  static const std::vector<std::pair<std::string, Map>> all{
      {"file.managed", {{"contents", large}}},
      {"file.append", {{"text", large}}},
      {"file.replace", {{"pattern", "old"}, {"repl", large}, {"backup", false}}},
      {"file.line", {{"mode", "insert"}, {"location", "start"}, {"content", large}}},
      {"file.serialize", {{"dataset", Map{{"a", large}}}}},
      {"ini.options_present", {{"sections", Map{{"a", Map{{"b", large}}}}}}},
  };
  return all;
}

}  // namespace

TEST_CASE("on a full disk the old file stays whole, and nothing else is left there") {
  SmallDisk disk;
  for (const auto& [function, args] : writers()) {
    INFO(function);
    const Map result = disk.state(function, with(args, "name", disk.file));
    CHECK(has_failed(result));
    CHECK(comment(result).find("No space left on device") != std::string::npos);
    CHECK(changes(result).empty());
    disk.check_old();
  }
}

TEST_CASE("on a read-only file system the result says so") {
  SmallDisk disk;
  REQUIRE(::mount("halite", disk.disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  for (const auto& [function, args] : writers()) {
    INFO(function);
    const Map result = disk.state(function, with(args, "name", disk.file));
    CHECK(has_failed(result));
    CHECK(comment(result).find("Read-only file system") != std::string::npos);
    disk.check_old();
  }
}

TEST_CASE("an immutable file is left alone, and the result says why") {
  Field field;
  const std::string file = field.home / "f";
  field.host->replace_file(file, "old\n", {.mode = 0640});
  try {
    field.host->run({"chattr", "+i", file});
  } catch (const Error&) {
    WARN("SKIP: this file system has no immutable files");
    return;
  }
  for (const auto& [function, args] : writers()) {
    INFO(function);
    const Map result = field.state(function, with(args, "name", file));
    CHECK(has_failed(result));
    CHECK(comment(result).find("not permitted") != std::string::npos);
    CHECK(field.host->read_file(file) == "old\n");
  }
  CHECK(has_failed(field.state("file.absent", {{"name", file}})));
  field.host->run({"chattr", "-i", file});
}

}  // namespace halite::states
