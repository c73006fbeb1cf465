// What every state function promises, tried on every one.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

// A machine on which every example can be brought about.
void furnish(Scene& scene) {
  scene.host.programs["sh"] = [](const Command&) { return CommandResult{}; };
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"scripts/setup.sh", "#!/bin/sh\n"}});
  scene.host.files["/etc/hosts"] = "127.0.0.1 localhost\n";
  scene.pillar = Map{{"users", Map()}};
}

// Programs that only look are no change.
std::vector<Argv> changing_programs(const Scene& scene) {
  std::vector<Argv> result;
  for (const Argv& argv : scene.host.ran)
    if (argv[0] != "apt-cache" && argv.back() != "update" && (argv.size() < 2 || argv[1] != "show"))
      result.push_back(argv);
  return result;
}

template <class Check>
void for_each_function(Check check) {
  for (const Module& module : registry().modules())
    for (const Function& function : module.functions) {
      INFO(module.name << "." << function.name);
      check(module.name + "." + function.name, function);
    }
}

}  // namespace

TEST_CASE("every function and every argument has a sentence") {
  for_each_function([](const std::string& name, const Function& function) {
    CHECK_FALSE(function.doc.empty());
    CHECK(function.doc.ends_with('.'));
    for (const Field& field : function.arguments) {
      INFO(field.name);
      CHECK(field.doc.ends_with('.'));
      CHECK(field.doc.size() > 10);
    }
    CHECK(registry().docs().at(name).as_string().find("Example:") != std::string::npos);
  });
}

TEST_CASE("every example decodes, and an unknown argument is refused with the nearest name") {
  for_each_function([](const std::string& name, const Function& function) {
    CHECK_NOTHROW(function.check(function.example));
    if (function.takes_anything) return;
    Map wrong = function.example;
    wrong.set("nmae", "x");
    CHECK_THROWS_WITH(function.check(wrong), name + ": 'nmae' is not known here; did you mean 'name'?");
  });
}

TEST_CASE("every function misses its required arguments by name") {
  for_each_function([](const std::string&, const Function& function) {
    for (const Field& field : function.arguments)
      if (field.role == Role::key)
        CHECK_THROWS_WITH(function.check({}), Catch::Contains("'" + field.name + "' is missing"));
  });
}

TEST_CASE("a dry run of every function touches nothing, and predicts the result of the real run") {
  for_each_function([](const std::string& name, const Function& function) {
    Scene scene;
    furnish(scene);
    const int changes = scene.host.changes;
    const Map planned = scene.dry(name, function.example);
    CHECK(scene.host.changes == changes);
    CHECK(changing_programs(scene).empty());
    const Map made = scene.state(name, function.example);
    if (function.is_action) return;
    INFO(made.at("comment").as_string());
    CHECK(made.at("result") == Value(true));
    CHECK(planned.at("result").is_null() == !made.at("changes").as_map().empty());
    for (const auto& [key, value] : planned.at("changes").as_map()) CHECK(made.at("changes").as_map().find(key));
  });
}

TEST_CASE("a second run of every function changes nothing and starts no program that could") {
  for_each_function([](const std::string& name, const Function& function) {
    if (function.is_action) return;
    Scene scene;
    furnish(scene);
    scene.state(name, function.example);
    scene.host.ran.clear();
    scene.options.test = false;
    const int changes = scene.host.changes;
    const Map again = scene.state(name, function.example);
    CHECK(again.at("result") == Value(true));
    CHECK(again.at("changes").as_map().empty());
    CHECK_FALSE(again.at("comment").as_string().empty());
    CHECK(scene.host.changes == changes);
    CHECK(changing_programs(scene).empty());
  });
}

}  // namespace halite::states
