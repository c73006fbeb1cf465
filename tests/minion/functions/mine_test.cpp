// mine.*: what is sent, what is left out, and whose word counts.
#include <catch2/catch.hpp>

#include "minion/mine.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

class FixedPillar : public PillarSource {
 public:
  explicit FixedPillar(Map pillar) : pillar_(std::move(pillar)) {}
  Map current() override { return pillar_; }
  Map compile(const PillarRequest&) override { return pillar_; }
  void refresh() override {}
  std::string revision() override { return ""; }

 private:
  Map pillar_;
};

struct World : Caller {
  World(Value option, Map pillar) {
    config.settings.mine_functions = std::move(option);
    machine = std::make_unique<Machine>(host, probe, config, nullptr, std::make_unique<FixedPillar>(std::move(pillar)));
  }
  Value wanted() {
    Call call{.tools = machine->tools(), .name = "mine.update"};
    return mine_functions_of(call);
  }
};

}  // namespace

TEST_CASE("options and pillar are one set of mine functions, and the options win") {
  World world(Map{{"test.ping", List{}}, {"who", Map{{"mine_function", "test.echo"}, {"text", "option"}}}},
              {{"mine_functions", Map{{"who", Map{{"mine_function", "test.echo"}, {"text", "pillar"}}}, {"test.version", List{}}}}});
  CHECK(world.wanted().as_map().size() == 3);
  CHECK(world.wanted().find("who")->find("text")->as_string() == "option");
  CHECK(World(List{"a.b"}, {{"mine_functions", List{"c.d"}}}).wanted() == Value(List{"a.b", "c.d"}));
  CHECK(World({}, {{"mine_functions", Map{{"a.b", List{}}}}}).wanted() == Value(Map{{"a.b", List{}}}));
  CHECK(World({}, {}).wanted().is_null());
}

TEST_CASE("mine.valid tells what is sent: as written, by the function's own name, and not what is not there") {
  World world(Map{{"test.ping", List{}},
                  {"who", List{Map{{"mine_function", "test.echo"}}, "me"}},
                  {"sum", Map{{"mine_function", "hashutil.digest"}, {"instr", "x"}, {"checksum", "md5"}}},
                  {"no.such", List{}}},
              {});
  CHECK(world.call("mine.valid") == Value(Map{{"test.ping", List{}},
                                              {"who", Map{{"test.echo", List{"me"}}}},
                                              {"sum", Map{{"hashutil.digest", List{Map{{"instr", "x"}}, Map{{"checksum", "md5"}}}}}}}));
  CHECK(World({}, {}).call("mine.valid").is_null());
}

TEST_CASE("nothing to send is no question to the master; a local call has no mine") {
  CHECK(World({}, {}).call("mine.update").is_null());
  for (const char* fun : {"mine.flush", "mine.send"})
    CHECK(World({}, {}).call(fun, std::string(fun) == "mine.send" ? List{"test.ping"} : List{}).as_string().find("kept by the master") != std::string::npos);
}
