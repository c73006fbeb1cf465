// The tables of commands: who may call, what fits, and what never does.
#include "master/commands/command_table.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/master/support/await.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

struct Echo {
  std::string text;

  static const Schema<Echo>& schema() {
    static const auto schema = Schema<Echo>().required(&Echo::text, "text", "Any text.");
    return schema;
  }
};

Task<Value> echo(Echo request) { co_return Value(request.text); }

MinionCommands table(Access access, std::size_t limit = 1000) {
  MinionCommands commands;
  commands.add(MinionCommand<Echo, Value>{.name = "echo",
                                          .doc = "Gives back the text.",
                                          .access = access,
                                          .size_limit_bytes = limit,
                                          .handle = [](wire::Principal, Echo request) { return echo(std::move(request)); }});
  return commands;
}

const wire::Principal proven{"web1", 3, true, ""};
const wire::Principal claimed{"web1", 2, false, ""};
const wire::Principal unnamed{"", 2, false, ""};

bool is_answered(Access access, const wire::Principal& who) {
  wire::Loop loop;
  const MinionCommands commands = table(access);
  try {
    return await(loop, commands.run(who, "echo", Map{{"text", "x"}})) == Value("x");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    return false;
  }
}

class NoEvents : public wire::ControlEvents {
 public:
  Task<void> send(Value) override { co_return; }
  bool is_gone() const override { return false; }
};

}  // namespace

TEST_CASE("Each command says how well a minion must have proven itself") {
  CHECK(is_answered(Access::reads_files, unnamed));
  CHECK_FALSE(is_answered(Access::minion, unnamed));
  CHECK(is_answered(Access::minion, claimed));
  CHECK_FALSE(is_answered(Access::proven, claimed));
  CHECK(is_answered(Access::proven, proven));
}

TEST_CASE("No minion gets at an operator's command") { CHECK_FALSE(is_answered(Access::operators, proven)); }

TEST_CASE("Operators are root and the master's own user") {
  NoEvents events;
  const auto may = [&](uid_t uid) {
    try {
      check_access(Access::operators, Operator{{uid, 0, 1, "somebody"}, events});
      return true;
    } catch (const Error& error) {
      return false;
    }
  };
  CHECK(may(0));
  CHECK(may(::geteuid()));
  CHECK_FALSE(may(::geteuid() + 4321));
}

TEST_CASE("An unknown command is named, with the nearest one") {
  wire::Loop loop;
  const MinionCommands commands = table(Access::proven);
  CHECK_THROWS_WITH(await(loop, commands.run(proven, "ecko", {})), Catch::Contains("did you mean 'echo'"));
}

TEST_CASE("A request that does not fit its schema, or is too large, does not reach the handler") {
  wire::Loop loop;
  const MinionCommands commands = table(Access::proven, 100);
  CHECK_THROWS_WITH(await(loop, commands.run(proven, "echo", {})), Catch::Contains("'text' is missing"));
  CHECK_THROWS_WITH(await(loop, commands.run(proven, "echo", Map{{"text", 7}})), Catch::Contains("must be text"));
  CHECK_THROWS_WITH(await(loop, commands.run(proven, "echo", Map{{"text", std::string(200, 'x')}})), Catch::Contains("more than 100"));
  CHECK_THROWS_WITH(await(loop, commands.run(proven, "echo", Map{{"text", "x"}, {"more", List(100, Value("y"))}})),
                    Catch::Contains("more than 100"));
}
