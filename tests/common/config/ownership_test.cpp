#include "common/config/ownership.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/fake_host.h"

using namespace halite;

namespace {

// A host with one file of that owner and mode.
void check(unsigned mode, uid_t uid, gid_t gid, const std::set<uid_t>& trusted = {0}) {
  FakeHost host;
  host.make_directory("/etc", {.mode = 0755, .uid = 0, .gid = 0});
  host.replace_file("/etc/master", "x", {.mode = mode, .uid = uid, .gid = gid});
  check_ownership(host, {"/etc/master", "/etc/master.d/none.conf"}, trusted);
}

}  // namespace

TEST_CASE("A configuration is root's, or its daemon's own") {
  CHECK_NOTHROW(check(0644, 0, 0));
  CHECK_NOTHROW(check(0664, 0, 0));  // root's group
  CHECK_NOTHROW(check(0640, 7, 7, {0, 7}));
  CHECK_THROWS_WITH(check(0644, 1000, 0), Catch::Contains("/etc/master belongs to user 1000"));
  CHECK_THROWS_WITH(check(0666, 0, 0), Catch::Contains("mode 0666") && Catch::Contains("chmod go-w"));
  CHECK_THROWS_WITH(check(0664, 0, 50), Catch::Contains("mode 0664"));
}
