// Nothing is left out: each row of the table of attacks is answered for in rows.md, and each command is attacked.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "common/base/strings.h"
#include "tests/hostile/master/commands.h"
#include "tests/hostile/master/siege.h"
#include "tests/master/support/fleet.h"

using namespace halite;
using namespace halite::hostile;

namespace {

const std::string source = HALITE_SOURCE_DIR;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "| R01 | here | ... |": row and where it is answered for.
std::map<std::string, std::string> answers() {
  std::map<std::string, std::string> found;
  for (const auto& line : split(text_of(source + "/tests/hostile/master/rows.md"), '\n')) {
    const auto cells = split(line, '|');
    if (cells.size() < 4) continue;
    const auto row = std::string(trim(cells[1]));
    if (std::regex_match(row, std::regex("[RU][0-9][0-9]"))) found[row] = trim(cells[2]);
  }
  return found;
}

std::string names_of_tests() {
  std::string names;
  for (const auto& test : Catch::getAllTestCasesSorted(*Catch::getCurrentContext().getConfig())) names += test.name + "\n";
  return names;
}

}  // namespace

TEST_CASE("every row of rows.md is answered for where it says so") {
  const auto rows = answers();
  CHECK(rows.size() > 60);
  const std::string tests = names_of_tests();
  for (const auto& [row, where] : rows) {
    INFO(row << ": " << where);
    if (where == "here") {
      CHECK(tests.find(row) != std::string::npos);
    } else if (where.starts_with("tests/")) {
      CHECK(text_of(source + "/" + where).find(row) != std::string::npos);
    } else {
      CHECK(where.starts_with("not offered"));
    }
  }
}

TEST_CASE("rows.md has every row of the table of attacks") {
  const std::string table = text_of(source + "/../shared/security-reliability.md");
  if (table.empty()) {
    WARN("SKIP: the table of attacks is not beside this checkout");
    return;
  }
  const auto rows = answers();
  const std::regex row("\n\\| ([RU][0-9][0-9]) \\|");
  for (auto match = std::sregex_iterator(table.begin(), table.end(), row); match != std::sregex_iterator(); ++match) {
    INFO((*match)[1].str());
    CHECK(rows.contains((*match)[1].str()));
  }
}

TEST_CASE("no command of a minion is left out of the attacks") {
  master::Place place;
  auto settings = place.settings();
  settings.file_recv = true;
  settings.peer = {{"good", List{"test.ping"}}};
  settings.peer_run = {{"good", List{"manage.up"}}};
  master::Fleet fleet(place, settings);
  std::set<std::string> offered{"_pillar"};
  for (const auto& command : fleet.master->minion_commands()) offered.insert(command.name);
  CHECK(offered == std::set<std::string>(minion_commands().begin(), minion_commands().end()));
}

TEST_CASE("R53 U01 U06 on the control socket a user has what was granted, and of every other command nothing") {
  auto& siege = Siege::the();
  const Siege::Attack attack(siege, {"salt/job/*", "salt/run/*", "20*"});
  master::Place place;
  master::Fleet fleet(place);
  const Map arguments{{"match", List{"m2"}}, {"fun", "test.ping"}, {"tgt", "*"}, {"tag", "salt/key"}, {"data", Map{}}, {"keys", List{}}};
  const auto commands = fleet.master->operator_commands();
  CHECK(commands.size() > 8);
  for (const auto& command : commands) {
    INFO(command.name);
    CHECK(siege.refusal_for("nobody", command.name, arguments).value_or("obeyed").find("may not") != std::string::npos);
    if (command.name == "target.match" || command.name == "runner.list") continue;  // the first shows what daemon may reach
    CHECK(siege.refusal_for("daemon", command.name, arguments).value_or("obeyed").find("may not") != std::string::npos);
  }
  CHECK_FALSE(siege.refusal_for("daemon", "job.publish", {{"fun", "test.arg"}, {"tgt", "good"}}));
  CHECK_FALSE(siege.refusal_for("daemon", "runner.run", {{"fun", "jobs.list_jobs"}}));
  for (const Value& fun : {Value(List{"test.arg", "cmd.run"}), Value(List{"saltutil.find_job", "cmd.run"}), Value("cmd.run"), Value("test.arg\n"), Value(List{}), Value()})
    CHECK(siege.refusal_for("daemon", "job.publish", {{"fun", fun}, {"tgt", "good"}, {"arg", List{}}}));
  CHECK(siege.refusal_for("daemon", "job.publish", {{"fun", "test.arg"}, {"tgt", "nobody*"}}));
  CHECK(siege.refusal_for("daemon", "job.publish", {{"fun", "test.arg"}, {"tgt", ""}}));
}
