// master_tops: what a site's program assigns to a minion.
#include "master/files/tops.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;

namespace {

std::string assigned(const std::string& output, int exit_code = 0, const std::string& id = "web1") {
  FakeHost host;
  host.programs["nodes"] = [&](const Command&) { return FakeHost::result(exit_code, output); };
  const auto tops = Tops({{"ext_nodes", "nodes --yaml"}}, host).of(id);
  CHECK(host.ran.at(0) == Argv{"nodes", "--yaml", id});
  return to_json(tops);
}

}  // namespace

TEST_CASE("The classes that the program prints are states of an environment") {
  CHECK(assigned("classes: [web, db.client]") == R"({"base": ["web", "db.client"]})");
  CHECK(assigned("environment: dev\nclasses: {web: {a: 1}, db: }") == R"({"dev": ["web", "db"]})");
  CHECK(assigned("") == "{}");
  CHECK(assigned("parameters: {a: 1}") == "{}");
}

TEST_CASE("No shell sees the minion's id, and without a program nothing is assigned") {
  assigned("classes: []", 0, "web1; id");
  FakeHost host;
  CHECK(Tops({}, host).of("web1").empty());
  CHECK(host.ran.empty());
}

TEST_CASE("A program that fails or prints something else is an error") {
  CHECK_THROWS_WITH(assigned("", 3), Catch::Contains("ended with code 3"));
  CHECK_THROWS_AS(assigned("- web"), Error);
  CHECK_THROWS_AS(assigned("classes: web"), Error);
  CHECK_THROWS_AS(assigned("classes: [5]"), Error);
  CHECK_THROWS_AS(assigned("classes: {"), Error);
}

TEST_CASE("Other kinds are refused with the nearest name") {
  FakeHost host;
  CHECK_THROWS_WITH(Tops({{"ext_node", "x"}}, host), Catch::Contains("did you mean 'ext_nodes'"));
  CHECK_THROWS_AS(Tops({{"ext_nodes", ""}}, host), Error);
  CHECK_THROWS_AS(Tops({{"ext_nodes", 5}}, host), Error);
}
