#include "common/base/error.h"

#include <cerrno>

#include <catch2/catch.hpp>

namespace halite {

TEST_CASE("an error gathers frames on its way up and keeps its kind") {
  try {
    during([] { during([] { throw Error(ErrorKind::denied, "key {} is not yours", 7); }, "reading {}", "b"); }, "loading a");
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    CHECK(error.message() == "key 7 is not yours");
    CHECK(std::string(error.what()) == "key 7 is not yours / while reading b / while loading a");
  }
}

TEST_CASE("during gives back what its work gives") { CHECK(during([] { return 3; }, "counting") == 3); }

TEST_CASE("a kind survives its text form") {
  for (const auto kind : {ErrorKind::invalid, ErrorKind::not_found, ErrorKind::denied, ErrorKind::unavailable,
                          ErrorKind::timeout, ErrorKind::internal})
    CHECK(error_kind_from(to_string(kind)) == kind);
  CHECK(error_kind_from("nonsense") == ErrorKind::internal);
}

TEST_CASE("a system error has the kind of its errno") {
  CHECK(system_error(ENOENT, "x").kind() == ErrorKind::not_found);
  CHECK(system_error(EACCES, "x").kind() == ErrorKind::denied);
  CHECK(system_error(ENOSPC, "writing /a").message() == "writing /a: No space left on device");
}

}  // namespace halite
