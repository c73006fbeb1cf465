// What must stay closed on the disk, whatever the umask (R82, R84, R93, U17).
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

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
      CHECK((status.st_mode & 0022) == 0);
      if (!is_on_the_way && !is_public) CHECK((status.st_mode & 0077) == 0);
      ++files;
    }
    CHECK(files > 5);
  }
}
