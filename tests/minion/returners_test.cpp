#include "minion/returners.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "common/data/json.h"
#include "tests/support/fake_host.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct World {
  TempDirectory directory;
  FakeHost host;
  MinionSettings settings;

  World() { settings.return_file_dir = directory.path() + "/returned"; }
  void take(const std::string& ret, Value fun = "test.ping") {
    Job job;
    job.jid = "20260102030405000678";
    job.fun = fun;
    job.ret = ret;
    Returners(settings, host).take(job, {{"id", "web1"}, {"jid", "req"}, {"fun", fun}, {"return", true}, {"retcode", 0}, {"success", true}});
  }
  std::vector<std::string> lines() const {
    std::ifstream file(settings.return_file_dir + "/returns.jsonl");
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
};

}  // namespace

TEST_CASE("a result goes to the file when the job names it, with the job's id and the time") {
  World world;
  world.take("file");
  REQUIRE(world.lines().size() == 1);
  CHECK(world.lines()[0] ==
        R"({"id": "web1", "jid": "20260102030405000678", "fun": "test.ping", "return": true, "retcode": 0, "success": true, "_stamp": "2026-01-01T00:00:00.000000"})");
}

TEST_CASE("nobody asked, nothing written; the master's own store needs nothing") {
  World world;
  world.take("");
  world.take("local");
  CHECK_FALSE(std::filesystem::exists(world.settings.return_file_dir));
}

TEST_CASE("the minion's own option is for every job, once, but not for the master's questions") {
  World world;
  world.settings.returners.items = {"file"};
  world.take("");
  world.take("file,local, file");
  CHECK(world.lines().size() == 2);
  world.take("", "saltutil.find_job");
  CHECK(world.lines().size() == 2);
}

TEST_CASE("a minion that disables a returner does not use it, and an unknown one keeps no other from its result") {
  World world;
  world.take("mysql,file");
  CHECK(world.lines().size() == 1);
  world.settings.disable_returners = {"file"};
  world.take("file");
  CHECK(world.lines().size() == 1);
}

TEST_CASE("a returner that fails fails alone") {
  World world;
  std::ofstream(world.directory.path() + "/returned") << "a file where the directory should be";
  CHECK_NOTHROW(world.take("file"));
}
