// publish.*: what is asked of the master, and what its answers mean.
#include <catch2/catch.hpp>

#include "minion/master_link.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct Link : MasterLink {
  Value request(const std::string& command, Map load) override {
    asked.emplace_back(command, load);
    if (command == "pub_ret") return ++looks < 3 ? Value(Map{}) : Value(Map{{"web2", Map{{"ret", "hello"}}}});
    return command == "minion_pub" ? job : Value("of the master");
  }
  void tell(const std::string&, Map) override {}
  Map fetch_pillar(Map) override { return {}; }

  Value job = Map{{"jid", "20260101000000000000"}, {"minions", List{"web2"}}};
  std::vector<std::pair<std::string, Map>> asked;
  int looks = 0;
};

struct World : Caller {
  World() { machine = std::make_unique<Machine>(host, probe, config, &link); }
  Link link;
};

}  // namespace

TEST_CASE("an order goes to the master, which is asked until all have answered") {
  World world;
  CHECK(world.call("publish.publish", {"web2", "test.echo", "hello"}) == Value(Map{{"web2", "hello"}}));
  REQUIRE(world.link.asked.size() == 4);
  CHECK(world.link.asked[0].first == "minion_pub");
  CHECK(world.link.asked[0].second.at("arg") == Value(List{"hello"}));
  CHECK(world.link.asked[1].second.at("jid") == Value("20260101000000000000"));
  CHECK(world.call("publish.full_data", {"web2", "test.echo", List{"hello"}}) == Value(Map{{"web2", Map{{"ret", "hello"}}}}));
}

TEST_CASE("those that do not answer in time are left out") {
  World world;
  world.link.job = Map{{"jid", "20260101000000000000"}, {"minions", List{"web2", "web3"}}};
  CHECK(world.call("publish.publish", {"web*", "test.echo", "hello"}, {{"timeout", 1}}) == Value(Map{{"web2", "hello"}}));
}

TEST_CASE("a refusal is an error, and so is an order to give orders") {
  World world;
  world.link.job = Map{};
  CHECK(world.call("publish.publish", {"*", "cmd.run", "id"}).as_string().find("its option peer does not allow it") != std::string::npos);
  CHECK(world.call("publish.publish", {"*", "publish.publish"}).as_string().find("takes none of those") != std::string::npos);
  CHECK(world.link.asked.size() == 1);
}

TEST_CASE("a function of the master gives what it gives") {
  World world;
  CHECK(world.call("publish.runner", {"manage.up"}) == Value("of the master"));
  CHECK(world.link.asked[0].second.at("fun") == Value("manage.up"));
}
