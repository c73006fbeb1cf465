#include "minion/execute.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

const std::string jid = "20260102030405000678";

struct World : Caller {
  Map run(const std::string& fun, List arg = {}) { return job(fun, std::move(arg)); }
};

Map load(Value fun, Value arg) { return {{"jid", jid}, {"fun", fun}, {"arg", arg}, {"tgt", "*"}}; }

}  // namespace

TEST_CASE("test.ping returns what Salt's does") {
  World world;
  const Map load = world.run("test.ping");
  CHECK(*load.find("return") == Value(true));
  CHECK(*load.find("retcode") == Value(0));
  CHECK(*load.find("success") == Value(true));
  CHECK(*load.find("id") == Value("web1"));
  CHECK(*load.find("fun_args") == Value(List{}));
}

TEST_CASE("keyword arguments arrive, and the marker does not return") {
  World world;
  const Map load = world.run("test.arg", {1, Map{{"__kwarg__", true}, {"a", 2}, {"__pub_jid", "x"}}});
  CHECK(*load.find("return") == Value(Map{{"args", List{1}}, {"kwargs", Map{{"a", 2}}}}));
  CHECK(*load.find("fun_args") == Value(List{1, Map{{"a", 2}, {"__pub_jid", "x"}}}));
}

TEST_CASE("an unknown function is told with the nearest name") {
  World world;
  const Map load = world.run("test.pingg");
  CHECK(*load.find("return") == Value("'test.pingg' is not available. Did you mean 'test.ping'?"));
  CHECK(*load.find("success") == Value(false));
  CHECK(*world.run("file.managed").find("return") ==
        Value("'file.managed' is not available. It is a state, for SLS files; by itself: state.single file.managed NAME ..."));
  CHECK(*world.run("file.managd").find("return") == Value("'file.managd' is not available. Did you mean the state 'file.managed'?"));
}

TEST_CASE("wrong arguments are told, all of them") {
  World world;
  const std::string text = world.run("test.sleep", {"long", Map{{"__kwarg__", true}, {"lenght", 1}}}).find("return")->as_string();
  CHECK(text.find("Passed invalid arguments to test.sleep") != std::string::npos);
  CHECK(text.find("did you mean 'length'") != std::string::npos);
  CHECK(world.run("test.ping", {1}).find("return")->as_string().find("takes 0 positional arguments but 1 was given") != std::string::npos);
}

TEST_CASE("a function that throws is a failed return") {
  World world;
  const Map load = world.run("test.exception", {"boom"});
  CHECK(*load.find("return") == Value("ERROR: boom"));
  CHECK(*load.find("retcode") == Value(1));
}

TEST_CASE("several functions at once return maps by name") {
  World world;
  const Map load = run_job(decode_job({{"jid", jid}, {"fun", List{"test.ping", "test.echo"}}, {"arg", List{List{}, List{"x"}}}, {"tgt", "*"}}),
                           world.machine->tools(), {});
  CHECK(*load.find("return") == Value(Map{{"test.ping", true}, {"test.echo", "x"}}));
  CHECK(*load.find("success") == Value(Map{{"test.ping", true}, {"test.echo", true}}));
}

TEST_CASE("a publication with wrong types is refused with the field named") {
  CHECK_THROWS_AS(decode_job({}), Error);
  CHECK_THROWS_AS(decode_job(load(1, List{})), Error);
  CHECK_THROWS_AS(decode_job(load("test.ping", "x")), Error);
  CHECK_THROWS_AS(decode_job(load(List{}, List{})), Error);
  CHECK_THROWS_AS(decode_job(load(List{"a", 1}, List{})), Error);
  CHECK_THROWS_AS(decode_job(load(List{"a"}, List{1})), Error);
  CHECK_THROWS_AS(decode_job(load(List(300, "test.ping"), List{})), Error);
  Map without_target = load("test.ping", List{});
  without_target.erase("tgt");
  CHECK_THROWS_AS(decode_job(without_target), Error);
  for (const Value& wrong : {Value(1), Value("../../x"), Value(""), Value(List{})}) {
    Map one = load("test.ping", List{});
    one.set("jid", wrong);
    CHECK_THROWS_AS(decode_job(one), Error);
  }
}

TEST_CASE("every function has a sentence and every argument too") {
  const FunctionList functions = all_functions();
  for (const auto& name : functions.names()) {
    INFO(name);
    const Function& function = *functions.find(name);
    CHECK(function.doc.size() > 5);
    CHECK(name.find('.') != std::string::npos);
    for (const auto& field : function.fields) CHECK_FALSE(field.doc.empty());
  }
}

TEST_CASE("every function is found before the whole list is made") {
  for (const auto& name : all_functions().names()) {
    INFO(name);
    CHECK(all_functions().find(name) != nullptr);
  }
}

TEST_CASE("grains that are set are kept, and lists grow once") {
  World world;
  CHECK(*world.run("grains.setval", {"role", "web"}).find("return") == Value(Map{{"role", "web"}}));
  CHECK(*world.run("grains.get", {"role"}).find("return") == Value("web"));
  CHECK(*world.run("grains.append", {"tags", "a"}).find("return") == Value(Map{{"tags", List{"a"}}}));
  CHECK(*world.run("grains.append", {"tags", "a"}).find("return") == Value("The val a was already in the list tags"));
  CHECK(*world.run("grains.append", {"role", "x"}).find("return") == Value("The key role is not a valid list"));
  CHECK(*world.run("grains.delkey", {"role"}).find("return")->find("result") == Value(true));
  CHECK(*world.run("grains.get", {"role"}).find("return") == Value(""));
}

TEST_CASE("a match that is wrong matches nobody") {
  World world;
  CHECK(*world.run("match.glob", {"web*"}).find("return") == Value(true));
  CHECK(*world.run("match.compound", {"web* and not E@db"}).find("return") == Value(true));
  CHECK(*world.run("match.compound", {"web* and ("}).find("return") == Value(false));
  CHECK(*world.run("match.filter_by", {Map{{"db*", "d"}, {"web*", "w"}}}).find("return") == Value("w"));
}
