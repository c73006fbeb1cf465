// Arguments as Salt's callers pass them: by position in Salt's order, and those that are left out on purpose.
#include "minion/functions/salt_arguments.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "common/base/strings.h"
#include "minion/functions/function_list.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

bool has(const Function& function, const std::string& name) {
  return function.takes_any || std::any_of(function.fields.begin(), function.fields.end(), [&](const Field& field) {
           return field.name == name || std::find(field.aliases.begin(), field.aliases.end(), name) != field.aliases.end();
         });
}

}  // namespace

TEST_CASE("what is taken by position is an argument of the function, or left out of it on purpose") {
  const FunctionList all = all_functions();
  for (const auto& order : salt_orders())
    for (const auto& name : split_words(order.functions)) {
      INFO(name);
      const Function* function = all.find(name);
      REQUIRE(function);
      for (const auto& argument : split_words(order.names)) {
        INFO(argument);
        CHECK((has(*function, argument) || left_out(name, argument)));
      }
    }
}

TEST_CASE("what is left out is no argument of any function that it is left out of, and says why") {
  const FunctionList all = all_functions();
  for (const auto& row : all_left_out()) {
    INFO(row.functions << " " << row.argument);
    CHECK(row.why.size() > 10);
    CHECK_FALSE(row.why.ends_with('.'));
    int matches = 0;
    for (const auto& name : all.names()) {
      const auto rows = left_out_of(name);
      if (std::find(rows.begin(), rows.end(), &row) == rows.end()) continue;
      if (!all.find(name)->takes_any && !has(*all.find(name), std::string(row.argument))) ++matches;
    }
    CHECK(matches > 0);
  }
}

TEST_CASE("arguments by position come in Salt's order") {
  Caller caller;
  caller.host.programs["sh"] = caller.host.programs["bash"] = [](const Command& command) {
    return FakeHost::result(0, command.directory);
  };
  caller.host.add_directory("/srv");
  CHECK(caller.call("cmd.run_all", {"pwd", "/srv"}).find("stdout")->as_string() == "/srv");
  // user.add NAME UID GID GROUPS HOME
  const FunctionList all = all_functions();
  const auto names = positional_names("user.add", all.find("user.add")->fields);
  REQUIRE(names.size() > 5);
  CHECK(std::vector<std::string>(names.begin(), names.begin() + 5) == std::vector<std::string>{"name", "uid", "gid", "groups", "home"});
}

TEST_CASE("an argument that is left out is told with the reason, and nothing said is nothing asked") {
  Caller caller;
  const auto refused = caller.call("user.info", {"alice"}, {{"root", "/srv/image"}}).as_string();
  CHECK(refused.find("'root' is not supported: another root directory is reached by cmd.run_chroot") != std::string::npos);
  CHECK(caller.call("user.info", {"alice"}, {{"root", Value()}}).find("home")->as_string() == "/home/alice");
  CHECK(caller.call("user.getent", {}, {{"refresh", true}}).is_list());
  CHECK(caller.call("user.info", {"alice"}, {{"rot", "/srv"}}).as_string().find("'rot' is not known here") != std::string::npos);
}

TEST_CASE("the documentation of a function says what is left out of it") {
  const FunctionList all = all_functions();
  const std::string text = FunctionList::doc(*all.find("user.add"));
  CHECK(text.find("Left out of what Salt documents:\n") != std::string::npos);
  CHECK(text.find("    root: another root directory is reached by cmd.run_chroot.\n") != std::string::npos);
}
