// extend, exclude, and requisites that states put on others.
#include <catch2/catch.hpp>

#include "tests/states/compile/world.h"

using namespace halite;
using namespace halite::states;
using Files = test::MemoryTree::Files;
using Strings = std::vector<std::string>;

TEST_CASE("Extend replaces arguments, joins requisites and exchanges the function") {
  SlsWorld world(Files{{"a.sls", R"(
include: [b]
extend:
  web:
    service.dead:
      - name: nginx
      - watch: [{file: conf}]
      - enable: true
conf: file.managed
)"},
                       {"b.sls", R"(
web:
  service.running:
    - name: apache
    - watch: [{pkg: web}]
  pkg.installed: []
)"}});
  const auto compiled = world.sls();
  CHECK(compiled.errors == Strings{});
  CHECK(steps(compiled) == Strings{"service|web|nginx|dead", "pkg|web|web|installed", "file|conf|conf|managed"});
  CHECK(argument(compiled, "web", "watch") == R"([{"pkg": "web"}, {"file": "conf"}])");
  CHECK(argument(compiled, "web", "enable") == "true");
  CHECK(compiled.high.find("__extend__"));
}

TEST_CASE("A state can be extended by its name") {
  const auto compiled =
      one_file("extend: {nginx: {service: [{enable: true}]}}\nweb: {service.running: [{name: nginx}]}").sls();
  CHECK(compiled.errors == Strings{});
  CHECK(argument(compiled, "web", "enable") == "true");
}

TEST_CASE("Extending what is not there is an error that says so") {
  const auto compiled = one_file("extend: {nosuch: {pkg: [{x: 1}]}}\nweb: pkg.installed").sls();
  REQUIRE(compiled.errors.size() == 1);
  CHECK(compiled.errors[0].find("Cannot extend ID 'nosuch' in 'base:a'. It is not part of the high state.") == 0);
  CHECK(one_file("extend: [x]").sls().errors == Strings{"Extension value in SLS 'a' is not a dictionary"});
  CHECK(one_file("extend: {x: y}").sls().errors[0] == "Extension name 'x' in SLS 'a' is not a dictionary");
}

TEST_CASE("Exclude takes out ids and whole SLS files") {
  SlsWorld world(Files{{"a.sls", "include: [b, lib.c]\nexclude: [{id: y}, {sls: 'lib.*'}]\nx: test.nop\n"},
                       {"b.sls", "y: test.nop\nz: test.nop\n"},
                       {"lib/c.sls", "c: test.nop\n"}});
  CHECK(steps(world.sls()) == Strings{"test|z|z|nop", "test|x|x|nop"});
  CHECK(one_file("exclude: x\ny: test.nop").sls().errors ==
        Strings{"Exclude Declaration in SLS a is not formed as a list"});
}

TEST_CASE("A requisite put on others becomes theirs") {
  const auto compiled = one_file(R"(
repo:
  pkgrepo.managed:
    - require_in: [{pkg: web}]
conf:
  file.managed:
    - watch_in: [{service: nginx}]
    - onchanges_in: [reload]
web: pkg.installed
web-service: {service.running: [{name: nginx}, {watch: [{pkg: web}]}]}
reload: cmd.run
)")
                            .sls();
  CHECK(compiled.errors == Strings{});
  CHECK(argument(compiled, "web", "require") == R"([{"pkgrepo": "repo"}])");
  CHECK(argument(compiled, "web-service", "watch") == R"([{"pkg": "web"}, {"file": "conf"}])");
  CHECK(argument(compiled, "reload", "onchanges") == R"([{"file": "conf"}])");
}

TEST_CASE("A requisite put on a whole SLS file reaches each of its states") {
  SlsWorld world(Files{{"a.sls", "include: [b]\nx: {test.nop: [{require_in: [{sls: b}]}]}\n"},
                       {"b.sls", "y: test.nop\nz: pkg.installed\n"}});
  const auto compiled = world.sls();
  CHECK(argument(compiled, "y", "require") == R"([{"test": "x"}])");
  CHECK(argument(compiled, "z", "require") == R"([{"test": "x"}])");
}

TEST_CASE("A requisite put on what is not there is an error") {
  const auto compiled = one_file("x: {test.nop: [{require_in: [{pkg: nosuch}]}]}").sls();
  REQUIRE(compiled.errors.size() == 1);
  CHECK(compiled.errors[0].find("Cannot extend ID 'nosuch' in 'base:a'") == 0);
  const auto dotted = one_file("x: {test.nop: [{require_in: [{pkg.installed: y}]}]}\ny: pkg.installed").sls();
  REQUIRE_FALSE(dotted.errors.empty());
  CHECK(dotted.errors[0].find("did you mean 'pkg'?") != std::string::npos);
}

TEST_CASE("A disabled requisite is passed over") {
  auto world = one_file("x: {test.nop: [{require_in: [{pkg: y}]}]}\ny: pkg.installed");
  world.context.options.disabled_requisites = {"require_in"};
  CHECK(argument(world.sls(), "y", "require").empty());
}

TEST_CASE("Use hands arguments on, but no names and no requisites") {
  const auto compiled = one_file(R"(
model:
  file.managed:
    - name: /m
    - user: root
    - mode: '0644'
    - require: [{pkg: p}]
mine: {file.managed: [{mode: '0600'}, {use: [{file: model}]}]}
p: {pkg.installed: []}
giver: {file.managed: [{group: adm}, {use_in: [{file: taker}]}]}
taker: {file.managed: []}
)")
                            .sls();
  CHECK(compiled.errors == Strings{});
  CHECK(argument(compiled, "mine", "user") == "\"root\"");
  CHECK(argument(compiled, "mine", "mode") == "\"0600\"");
  CHECK(argument(compiled, "mine", "require").empty());
  CHECK(argument(compiled, "mine", "name") == "\"mine\"");
  CHECK(argument(compiled, "taker", "group") == "\"adm\"");
}

TEST_CASE("Prereq marks the state it waits for") {
  const auto compiled = one_file(
                            "stop: {cmd.run: [{prereq: [{pkg: web}]}]}\nweb: pkg.installed\n"
                            "early: {cmd.run: [{prereq_in: [{pkg: web}]}]}")
                            .sls();
  CHECK(compiled.errors == Strings{});
  CHECK(argument(compiled, "web", "prerequired") == R"([{"cmd": "stop"}])");
  CHECK(argument(compiled, "web", "prereq") == R"([{"cmd": "early"}])");
  CHECK(argument(compiled, "early", "prerequired") == R"([{"pkg": "web"}])");
}
