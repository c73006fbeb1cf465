// http.query and Consul's functions, with a curl of the test's own.
#include "pillar/master_functions.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"
#include "pillar/http.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::pillar;

namespace {

struct World {
  FakeHost host;
  MasterFunctions functions{host};
  std::vector<std::string> asked;                    // what curl was told
  std::map<std::string, std::string> answers;        // part of a URL -> body
  int status = 200;
  int exit_code = 0;

  World() {
    host.programs["curl"] = [this](const Command& command) {
      asked.push_back(command.input);
      for (const auto& [part, body] : answers)
        if (command.input.find(part) != std::string::npos)
          return FakeHost::result(exit_code, body + "\n" + std::to_string(status) + " application/json");
      return FakeHost::result(exit_code, "\n404 text/plain");
    };
  }
  std::string operator()(const std::string& name, const std::vector<Value>& positional, const Map& named = {}) {
    return to_json((*functions.find(name))(positional, named));
  }
};

}  // namespace

TEST_CASE("http.query gives the body, and the data in it when asked") {
  World world;
  world.answers["/list"] = R"({"addresses": ["192.0.2.0/24"]})";
  CHECK(world("http.query", {"https://example.org/list"}, {{"decode", true}}) ==
        R"({"body": "{\"addresses\": [\"192.0.2.0/24\"]}", "dict": {"addresses": ["192.0.2.0/24"]}})");
  CHECK(world.host.ran[0] == Argv{"curl", "--disable", "--config", "-"});
  CHECK(world.asked[0].find("url = \"https://example.org/list\"\n") == 0);
  CHECK(world.asked[0].find("proto = \"=http,https\"\n") != std::string::npos);
}

TEST_CASE("http.query tells a failure as an answer, so that a template can go on") {
  World world;
  CHECK(world("http.query", {"https://example.org/nosuch"}, {{"decode", true}}) == R"({"body": "", "status": 404, "error": "HTTP 404"})");
  world.exit_code = 7;
  const auto refused = world("http.query", {"https://user:pw@example.org/secret?token=t"});
  CHECK(refused == R"x({"error": "https://example.org gives no answer (curl ended with code 7)"})x");
  world.exit_code = 0;
  world.answers["/bad"] = "no json";
  CHECK(world("http.query", {"https://example.org/bad"}, {{"decode", true}}).find("\"error\": ") != std::string::npos);
}

TEST_CASE("Nothing in a request can become an option of curl") {
  World world;
  world.answers["example"] = "x";
  world("http.query", {"https://example.org/a\"b\\c"}, {{"data", "one\"\noutput = /etc/x"}, {"header_dict", Map{{"A", "b\"c"}}}});
  CHECK(world.asked[0].find("url = \"https://example.org/a\\\"b\\\\c\"\n") == 0);
  CHECK(world.asked[0].find("data-raw = \"one\\\"\\noutput = /etc/x\"\n") != std::string::npos);
  CHECK(world.asked[0].find("header = \"A: b\\\"c\"\n") != std::string::npos);
  for (const auto* url : {"file:///etc/passwd", "https://x\noutput = y", "", "ftp://x", "-x"})
    CHECK_THROWS_AS(world("http.query", {url}), Error);
  CHECK_THROWS_AS(world("http.query", {"https://x"}, {{"header_dict", Map{{"A", "b\nc"}}}}), Error);
  CHECK(url_query({{"a b", "c&d"}, {"e", "\xc3\xa9"}}) == "a%20b=c%26d&e=%C3%A9");
}

TEST_CASE("A cluster is ready when it has peers and a leader") {
  World world;
  CHECK(world("consul.cluster_ready", {}) == "false");
  world.answers["status/peers"] = "[]";
  world.answers["status/leader"] = R"("")";
  CHECK(world("consul.cluster_ready", {}) == "false");
  world.answers["status/leader"] = R"("192.0.2.1:8300")";
  CHECK(world("consul.cluster_ready", {}) == "true");
  world.exit_code = 7;
  CHECK(world("consul.cluster_ready", {}) == "false");
}

TEST_CASE("Tokens of Consul are found, made and changed, and travel in a header") {
  World world;
  world.answers["acl/list"] = R"([{"ID": "1", "Name": "a"}, {"ID": "2", "Name": "b"}])";
  world.answers["acl/create"] = R"({"ID": "3"})";
  world.answers["acl/update"] = R"({"ID": "2"})";
  CHECK(world("consul.get_acl_by_name", {"t", "b"}) == R"({"ID": "2", "Name": "b"})");
  CHECK(world("consul.get_acl_by_name", {"t", "c"}) == "null");
  CHECK(world("consul.create_acl", {"t", "c", Map{{"node", 1}}}) == R"({"ID": "3"})");
  CHECK(world("consul.update_acl", {"t", "2", "b", Map{}}) == "null");
  CHECK(world.asked[0].find("header = \"X-Consul-Token: t\"\n") != std::string::npos);
  CHECK(world.asked[0].find("token=") == std::string::npos);
  CHECK(world.asked[2].find("request = \"PUT\"\n") != std::string::npos);
  CHECK(world.asked[2].find(R"(data-raw = "{\"Name\": \"c\", \"Rules\": \"{\\\"node\\\": 1}\"}")") != std::string::npos);
  world.status = 403;
  CHECK_THROWS_WITH(world("consul.create_acl", {"t", "c", Map{}}), Catch::Contains("status 403"));
}
