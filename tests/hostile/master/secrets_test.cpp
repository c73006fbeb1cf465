// What must stay closed: files whatever the umask, logs at every level, and how many processes there are (R80 to R84, U17).
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/wire/messages/job.h"
#include "tests/hostile/master/siege.h"

using namespace halite;
using namespace halite::hostile;
namespace fs = std::filesystem;

TEST_CASE("R82 R84 with umask 0 the daemons' directories and files are their owner's alone") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege);
  for (const char* root : {"root", "good/root", "m2/root"}) {
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(siege.path(root))) {
      const std::string path = entry.path().string();
      struct stat status {};
      REQUIRE(::lstat(path.c_str(), &status) == 0);
      if (S_ISLNK(status.st_mode)) continue;
      INFO(path << " has mode " << std::oct << (status.st_mode & 07777));
      const bool is_on_the_way = S_ISDIR(status.st_mode) && path.find("/halite/") == std::string::npos;
      const bool is_public = path.ends_with(".pub") || path.ends_with("/halite") || path.ends_with("/pki") || path.ends_with("run/halite/master") || path.ends_with("run/halite/minion");
      if (path.ends_with("control.sock")) continue;  // open to all here, as there is a publisher_acl: the kernel says who calls
      CHECK((status.st_mode & 0022) == 0);
      if (!is_on_the_way && !is_public) CHECK((status.st_mode & 0077) == 0);
      ++files;
    }
    CHECK(files > 5);
  }
}

TEST_CASE("R80 R81 what stands in a command, an argument or a result stands in no log") {
  auto& siege = Siege::the();
  // Looks into the master's log, which is at level trace. A minion that has had no job since the shared key was last changed
  // authenticates again with this one.
  const Siege::Attack attack(siege, {"20*", "salt/job/*", "salt/auth"});
  for (const Value& fun : {Value("cmd.run"), Value("test.arg"), Value("nosuch.function"), Value("state.single")})
    siege.call("job.publish", {{"fun", fun}, {"tgt", "good"}, {"arg", List{"echo --password=SECRET-ARGUMENT; exit 1", "SECRET-TWO"}}});
  siege.call("job.publish", {{"fun", "pillar.items"}, {"tgt", "m2"}});
  for (const char* log : {"good.log", "m2.log", "master.log"}) {
    std::ifstream in(siege.path(log));
    const std::string text(std::istreambuf_iterator<char>(in), {});
    INFO(log);
    CHECK(!text.empty());
    CHECK(text.find("SECRET") == std::string::npos);
  }
}

TEST_CASE("U17 a daemon is one process, and stays one") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"20*", "salt/job/*"});  // looks for children of the master
  siege.call("job.publish", {{"fun", "state.apply"}, {"arg", List{"nosuch"}}, {"tgt", "good"}});
  siege.run("manage.up");
}
