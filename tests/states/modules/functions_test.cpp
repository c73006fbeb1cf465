// States that call the minion's functions: module, event, grains.
#include <catch2/catch.hpp>

#include "tests/states/fake_functions.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) { return result.at("comment").as_string(); }
const Map& changes(const Map& result) { return result.at("changes").as_map(); }

struct MinionScene : Scene {
  FakeFunctions functions;
  MinionScene() { call = functions.caller(); }
};

}  // namespace

TEST_CASE("module.run calls a function in the older notation") {
  MinionScene scene;
  const Map args{{"name", "service.restart"}, {"m_name", "nginx"}};
  CHECK(comment(scene.dry("module.run", args)) == "Module function service.restart is set to execute");
  CHECK(scene.functions.calls.empty());
  const Map made = scene.state("module.run", args);
  CHECK(comment(made) == "Module function service.restart executed");
  CHECK(changes(made) == Map{{"ret", true}});
  CHECK(scene.functions.calls.at(0) == std::pair<std::string, Map>{"service.restart", {{"name", "nginx"}}});
  scene.state("module.run", {{"name", "service.restart"}, {"m_name", "nginx"}, {"no_block", false}, {"kwargs", Map{{"more", 1}}}});
  CHECK(scene.functions.calls.at(1).second == Map{{"name", "nginx"}, {"no_block", false}, {"more", 1}});
  CHECK(comment(scene.state("module.run", {{"name", "service.restart"}})) == "The following arguments are missing: m_name");
  CHECK(comment(scene.state("module.run", {{"name", "none.such"}})) == "Module function none.such is not available");
  CHECK(comment(scene.state("module.run", {{"name", "service.restart"}, {"m_name", "x"}, {"args", "y"}})) == "'args' must be a list.");
}

TEST_CASE("module.run calls several functions in the newer notation, and what they give decides") {
  MinionScene scene;
  const Map args{{"name", "restart"}, {"service.restart", List{Map{{"name", "nginx"}}}}, {"test.ping", Value()}, {"test.ping:2", Value()}};
  CHECK(comment(scene.dry("module.run", args)) == "Functions service.restart, test.ping, test.ping:2 to be executed.");
  const Map made = scene.state("module.run", args);
  CHECK(comment(made) == "service.restart: True, test.ping: True, test.ping:2: True");
  CHECK(changes(made) == Map{{"service.restart", true}, {"test.ping", true}, {"test.ping:2", true}});
  for (const auto& [answer, text] : std::vector<std::pair<Value, std::string>>{
           {false, "'service.restart': False"},
           {Map{{"result", false}, {"comment", "no such unit"}}, "'service.restart' failed: no such unit"},
           {Map{{"retcode", 3}}, "'service.restart' failed: (error message N/A)"}}) {
    scene.functions.answer = answer;
    const Map failed = scene.state("module.run", {{"name", "x"}, {"service.restart", List{"nginx"}}});
    CHECK(failed.at("result") == Value(false));
    CHECK(comment(failed) == text);
  }
  CHECK(comment(scene.state("module.run", {{"name", "x"}, {"none.such", Value()}})) == "Unavailable function: none.such.");
}

TEST_CASE("module.wait calls its function only when something it watches changed") {
  MinionScene scene;
  const List watch{Map{{"test", "rules"}}};
  const Map args{{"name", "service.restart"}, {"m_name", "netfilter"}, {"watch", watch}};
  for (const char* function : {"module.wait", "module.watch"}) {
    scene.run({chunk("test.nop", "rules"), chunk(function, "reload", args)});
    CHECK(scene.functions.calls.empty());
    const auto run = scene.run({chunk("test.succeed_with_changes", "rules"), chunk(function, "reload", args)});
    CHECK(result_of(run, "reload").at("comment") == Value("Module function service.restart executed"));
    CHECK(scene.functions.calls.size() == 1);
    scene.functions.calls.clear();
  }
}

TEST_CASE("event.send sends, tells what, and fails without a master") {
  MinionScene scene;
  const Map args{{"name", "myco/done"}, {"data", Map{{"a", 1}}}};
  CHECK(comment(scene.dry("event.send", args)) == "Event would have been fired");
  CHECK(scene.functions.events.empty());
  const Map sent = scene.state("event.send", args);
  CHECK(comment(sent) == "Event fired");
  CHECK(changes(sent) == Map{{"tag", "myco/done"}, {"data", Map{{"a", 1}}}});
  CHECK(scene.functions.events == List{"myco/done"});
  CHECK(changes(scene.state("event.send", {{"name", "x"}, {"show_changed", false}})).empty());
  scene.state("event.wait", args);
  CHECK(scene.functions.events.size() == 2);
  scene.functions.has_master = false;
  CHECK(scene.state("event.send", args).at("result") == Value(false));
}

TEST_CASE("grains.present sets a value, and absent takes it or the grain away") {
  MinionScene scene;
  const Map args{{"name", "role"}, {"value", "web"}};
  CHECK(comment(scene.dry("grains.present", args)) == "Grain role is set to be added");
  CHECK(comment(scene.state("grains.present", args)) == "Set grain role to web");
  CHECK(comment(scene.state("grains.present", args)) == "Grain is already set");
  CHECK(changes(scene.state("grains.present", {{"name", "role"}, {"value", "db"}})) == Map{{"role", "db"}});
  CHECK(changes(scene.state("grains.absent", {{"name", "role"}})) == Map{{"grain", "role"}, {"value", Value()}});
  CHECK(scene.functions.grains.at("role").is_null());
  CHECK(changes(scene.state("grains.absent", {{"name", "role"}})).empty());
  CHECK(changes(scene.state("grains.absent", {{"name", "role"}, {"destructive", true}})) == Map{{"deleted", "role"}});
  CHECK(comment(scene.state("grains.absent", {{"name", "role"}})) == "Grain role does not exist");
  scene.functions.grains.set("roles", List{"web"});
  CHECK(comment(scene.state("grains.present", {{"name", "roles"}, {"value", "x"}})) == "The key 'roles' exists");
  CHECK(scene.state("grains.present", {{"name", "roles"}, {"value", "x"}, {"force", true}}).at("result") == Value(true));
  CHECK(comment(scene.state("grains.exists", {{"name", "roles"}})) == "Grain exists");
  CHECK(scene.state("grains.exists", {{"name", "none"}}).at("result") == Value(false));
}

TEST_CASE("lists of grains get and lose values") {
  MinionScene scene;
  const Map two{{"name", "roles"}, {"value", List{"web", "db"}}};
  CHECK(changes(scene.state("grains.list_present", two)) == Map{{"new", Map{{"roles", List{"web", "db"}}}}});
  CHECK(comment(scene.state("grains.list_present", two)) == "Value ['web', 'db'] is already in grain roles");
  CHECK(comment(scene.dry("grains.list_absent", {{"name", "roles"}, {"value", List{"db", "x"}}})) ==
        "Value db in grain roles is set to be deleted\nValue x is absent from grain roles");
  CHECK(changes(scene.state("grains.list_absent", {{"name", "roles"}, {"value", "db"}})) == Map{{"deleted", List{"db"}}});
  CHECK(changes(scene.state("grains.list_absent", {{"name", "roles"}, {"value", "db"}})).empty());
  CHECK(changes(scene.state("grains.append", {{"name", "roles"}, {"value", "mail"}})) == Map{{"added", "mail"}});
  CHECK(comment(scene.state("grains.append", {{"name", "roles"}, {"value", "mail"}})) == "Value mail is already in the list for grain roles");
  CHECK(comment(scene.state("grains.append", {{"name", "none"}, {"value", "x"}})) == "Grain none does not exist");
  scene.functions.grains.set("role", "web");
  CHECK(comment(scene.state("grains.list_present", {{"name", "role"}, {"value", "x"}})) == "Grain role is not a valid list");
  CHECK(comment(scene.state("grains.append", {{"name", "role"}, {"value", "x"}})) == "Grain role is not a valid list");
  CHECK(scene.state("grains.append", {{"name", "role"}, {"value", "x"}, {"convert", true}}).at("result") == Value(true));
  CHECK(scene.functions.grains.at("role") == Value(List{"web", "x"}));
}

}  // namespace halite::states
