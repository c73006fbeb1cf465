#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  std::vector<Argv> ran;
  Minion() {
    host.files["/proc/self/mountinfo"] =
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n23 22 8:2 / /srv/data rw shared:2 - xfs /dev/sda2 rw\n";
    host.files["/proc/mounts"] = "/dev/sda1 / ext4 rw 0 0\n/dev/sda2 /srv/data xfs rw 0 0\n";
    for (const char* program : {"mkfs", "mkfs.ext4", "mkfs.xfs", "wipefs", "blockdev", "resize2fs"})
      host.programs[program] = [this](const Command& command) {
        ran.push_back(command.argv);
        return FakeHost::result(0, command.argv.at(1) == "--getra" ? "256\n" : "0\n");
      };
  }
};

}  // namespace

TEST_CASE("a file system is made on a device that nobody uses, and on no other") {
  Minion minion;
  CHECK(minion.call("disk.format", {"/dev/sdb1"}, {{"force", true}, {"inode_size", 256}}) == Value(true));
  REQUIRE(minion.ran.size() == 1);
  CHECK(minion.ran[0].back() == "/dev/sdb1");
  CHECK(std::find(minion.ran[0].begin(), minion.ran[0].end(), "-F") != minion.ran[0].end());
  CHECK(minion.call("disk.format", {"/dev/sda2", "xfs"}).as_string().find("/dev/sda2 is mounted at /srv/data") != std::string::npos);
  CHECK(minion.call("disk.wipe", {"/dev/sda1"}).as_string().find("is mounted at /") != std::string::npos);
  CHECK(minion.call("disk.format", {"--help"}).as_string().find("no full path of a device") != std::string::npos);
  CHECK(minion.call("disk.format", {"/dev/sdb1", "../x"}).as_string().find("no type of a file system") != std::string::npos);
  CHECK(minion.ran.size() == 1);
  CHECK(minion.call("disk.wipe", {"/dev/sdb1"}) == Value(true));
  CHECK(minion.ran.back() == Argv{"wipefs", "-a", "/dev/sdb1"});
}

TEST_CASE("the type of the file system is that of the nearest mount point") {
  Minion minion;
  CHECK(minion.call("disk.get_fstype_from_path", {"/srv/data/x"}) == Value("xfs"));
  CHECK(minion.call("disk.get_fstype_from_path", {"/srv/database"}) == Value("ext4"));
}

TEST_CASE("a disk's health is a map by number") {
  Minion minion;
  minion.host.programs["smartctl"] = [](const Command&) {
    return FakeHost::result(0, "smartctl 7.3\n\nID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE\n"
                               "  5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       0\n"
                               "194 Temperature_Celsius     0x0022   064   050   000    Old_age   Always       -       36 (Min/Max 20/50)\n\n");
  };
  CHECK(minion.call("disk.smart_attributes", {"sda"}, {{"values", List{"attribute_name", "raw_value"}}}) ==
        Value(Map{{5, Map{{"attribute_name", "Reallocated_Sector_Ct"}, {"raw_value", 0}}},
                  {194, Map{{"attribute_name", "Temperature_Celsius"}, {"raw_value", "36 (Min/Max 20/50)"}}}}));
  CHECK(minion.call("disk.smart_attributes", {"/dev/sda"}, {{"attributes", List{5}}}).as_map().size() == 1);
}

}  // namespace halite::minion
