// What templates of states may call.
#include "minion/state_run/templates.h"

#include <catch2/catch.hpp>

#include "common/data/json.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

std::string rendered(const std::string& text) {
  Caller caller;
  Call call{.tools = caller.machine->tools(), .name = "state.apply", .jid = "20260102030405000678"};
  const auto data = template_data(call, Map{}, {});
  return to_json(render::render(text, "test.sls", data->context(), "jinja|yaml"));
}

}  // namespace

TEST_CASE("A template calls this minion's functions, and those that work on their arguments in place") {
  CHECK(rendered("id: {{ salt['grains.get']('id') }}") == R"({"id": "web1"})");
  CHECK(rendered("{% set a = {'x': {'y': 1}} %}{% do salt['defaults.merge'](a, {'x': {'z': 2}}) %}a: {{ a | tojson }}") ==
        R"({"a": {"x": {"y": 1, "z": 2}}})");
  CHECK(rendered("a: {{ salt.slsutil.merge({'x': 1}, {'y': 2}) | tojson }}") == R"({"a": {"x": 1, "y": 2}})");
  CHECK(rendered("a: {{ 'slsutil.merge' in salt }} {{ 'no.such' in salt }}") == R"({"a": "True False"})");
  CHECK_THROWS_WITH(rendered("a: {{ salt['slsutil.merg']({}, {}) }}"), Catch::Contains("did you mean 'slsutil.merge'"));
}
