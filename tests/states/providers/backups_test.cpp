#include "states/providers/backups.h"

#include <stdlib.h>
#include <time.h>

#include <catch2/catch.hpp>

#include "tests/states/world.h"

namespace halite::states {

TEST_CASE("old contents are kept for root alone, listed newest first, and put back") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  TestWorld at;
  at.host.files["/srv/conf"] = "first";
  at.host.nodes["/srv/conf"].mode = 0640;
  back_up("/srv/conf", at.world);
  at.host.clock += std::chrono::microseconds(2'000'007);
  at.host.files["/srv/conf"] = "second";
  back_up("/srv/conf", at.world);
  const auto kept = backups_of("/srv/conf", at.world);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].location == "/cache/file_backup/srv/conf_Thu_Jan_01_00:00:02_000007_2026");
  CHECK(kept[0].time == "Thu Jan 01 2026 00:00:02.000007");
  CHECK(kept[1].size_bytes == 5);
  CHECK(at.host.nodes[kept[0].location].mode == 0600);
  CHECK(at.host.nodes["/cache/file_backup"].mode == 0700);
  at.host.clock += std::chrono::seconds(1);
  at.host.files["/srv/conf"] = "third";
  restore_backup("/srv/conf", kept[1], at.world);
  CHECK(at.host.files["/srv/conf"] == "first");
  CHECK(at.host.nodes["/srv/conf"].mode == 0640);
  CHECK(backups_of("/srv/conf", at.world).size() == 3);
  CHECK(files_with_backups("/srv", at.world) == std::vector<std::string>{"conf"});
}

TEST_CASE("what has no backups has none, and other files are not taken for them") {
  TestWorld at;
  at.host.files["/cache/file_backup/srv/conf_not_a_time"] = "x";
  at.host.files["/cache/file_backup/srv/conf_Thu_Jan_01_00:00:02_00000x_2026"] = "x";
  CHECK(backups_of("/srv/conf", at.world).empty());
  CHECK(backups_of("/none/conf", at.world).empty());
  back_up("/srv/none", at.world);
  CHECK(backups_of("/srv/none", at.world).empty());
}

}  // namespace halite::states
