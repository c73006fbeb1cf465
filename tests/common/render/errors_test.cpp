// Errors name the place, and limits end what would not end.
#include <catch2/catch.hpp>

#include "tests/common/render/rendering.h"

using namespace halite;
using namespace halite::render;

namespace {

RenderError error_of(std::string_view text, const Context& context) {
  try {
    render_jinja(text, "web.sls", context);
  } catch (const RenderError& error) {
    return error;
  }
  throw std::runtime_error("no error");
}

}  // namespace

TEST_CASE("an error names the file, the line, and shows the lines around") {
  const RenderError error = error_of("a\nb\n{{ nosuch }}\nc\n", {});
  CHECK(error.file() == "web.sls");
  CHECK(error.line() == 3);
  CHECK(error.reason() == "Jinja variable 'nosuch' is undefined");
  CHECK(error.excerpt() == "---\na\nb\n{{ nosuch }}    <======================\n   ^\nc\n---");
}

TEST_CASE("a caret stands below what is wrong, behind tabs and letters of several bytes too") {
  CHECK_THAT(error_of("\té {{ nosuch }}\n", {}).excerpt(), Catch::Contains("\n\t     ^\n"));
  CHECK_THAT(error_of("  {% if %}\n", {}).excerpt(), Catch::Contains("\n  ^\n"));
  CHECK_THAT(error_of("{{ d.a }}{{ x|nosuch }}", {}).excerpt(), Catch::Contains("\n              ^\n"));
}

TEST_CASE("inside a block and a value of `with`, the error's place is exact, and Salt's is told beside it") {
  const RenderError block = error_of("a\n{% block b %}\n\n{{ nosuch }}{% endblock %}", {});
  CHECK(block.line() == 4);
  CHECK(block.salt_line() == 2);
  const RenderError with = error_of("{{ 1 }}\n\n{% with x = 1 / 0 %}{% endwith %}", {});
  CHECK(with.line() == 3);
  CHECK(with.salt_line() == 1);
  CHECK(error_of("\n{{ nosuch }}", {}).salt_line() == 2);
}

TEST_CASE("an error inside an import names the imported file") {
  FakeFiles files({{"lib", "{% macro m(x) %}\n\n{{ x.y.z }}\n{% endmacro %}"}, {"bad", "ok\n{% if %}"}});
  Context context;
  context.loader = &files;
  const RenderError inside = error_of("{% import 'lib' as lib %}\n{{ lib.m(1) }}", context);
  CHECK(inside.file() == "lib");
  CHECK(inside.line() == 3);
  const RenderError syntax = error_of("{% import 'bad' as bad %}", context);
  CHECK(syntax.file() == "bad");
  CHECK(syntax.line() == 2);
}

TEST_CASE("a missed name brings a near one to mind") {
  Context context;
  context.variables = Map{{"username", "x"}, {"d", Map{{"address", 1}}}};
  CHECK(failure("{{ usernam }}", context) == "Jinja variable 'usernam' is undefined; did you mean 'username'?");
  CHECK(failure("{{ d.adress }}", context) == "Jinja variable 'dict object' has no attribute 'adress'; did you mean 'address'?");
  CHECK(failure("{{ 1|defalt }}", context) == "Jinja syntax error: No filter named 'defalt'.; did you mean 'default'?");
  CHECK(failure("{% iff x %}", context).find("did you mean 'if'?") != std::string::npos);
}

TEST_CASE("an error of a remote function is told as such") {
  struct Failing final : FunctionTable {
    Function function = [](const std::vector<Value>&, const Map&) -> Value { throw Error(ErrorKind::unavailable, "no mine yet"); };
    const Function* find(std::string_view name) const override { return name == "mine.get" ? &function : nullptr; }
    std::vector<std::string> names() const override { return {"mine.get"}; }
  } functions;
  Context context;
  context.salt = &functions;
  CHECK(failure("{{ salt['mine.get']('x') }}", context) == "Problem running salt function in Jinja template: no mine yet");
  CHECK(failure("{{ salt.mine.get('x') }}", context) == "Problem running salt function in Jinja template: no mine yet");
  CHECK(failure("{{ salt['mine.gett']('x') }}", context).find("did you mean 'mine.get'?") != std::string::npos);
}

TEST_CASE("templates that grow without end are stopped") {
  Context context;
  context.limits.output_bytes = 1000;
  context.limits.text_bytes = 10'000;
  context.limits.collection_items = 10'000;
  context.limits.loop_iterations = 5000;
  CHECK(failure("{% for i in range(5000) %}x{% endfor %}", context).find("the output is too long (limit 1000 bytes)") != std::string::npos);
  CHECK(failure("{{ 'x' * 1000000000000 }}", context).find("the text is too long") != std::string::npos);
  CHECK(failure("{{ [0] * 1000000000000 }}", context).find("the list is too long") != std::string::npos);
  CHECK(failure("{% set ns = namespace(t='x') %}{% for i in range(100) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}", context)
            .find("the text is too long") != std::string::npos);
  CHECK(failure("{% for i in range(100) %}{% for j in range(100) %}{% endfor %}{% endfor %}", context).find("loops too often") !=
        std::string::npos);
  CHECK(failure("{{ range(100001) }}", context).find("Range too big") != std::string::npos);
  CHECK(failure("{{ 10 ** 1000000 }}", context).find("too large") != std::string::npos);
  CHECK(failure("{{ '%1000000000d' % 1 }}", context).find("too long") != std::string::npos);
  CHECK(failure("{{ '{:1000000000}'.format(1) }}", context).find("too long") != std::string::npos);
}

TEST_CASE("templates that go too deep are stopped") {
  CHECK(failure("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").find("maximum recursion depth") != std::string::npos);
  CHECK(failure("{{ " + std::string(10'000, '(') + "1").find("nested too deeply") != std::string::npos);
  CHECK(failure("{{ " + std::string(10'000, '-') + "1 }}").find("nested too deeply") != std::string::npos);
  CHECK(failure("{% set l = [] %}{% do l.append(l) %}{{ l }}").find("recursion") != std::string::npos);
  FakeFiles files({{"me", "{% include 'me' %}"}});
  Context context;
  context.loader = &files;
  CHECK(failure("{% include 'me' %}", context).find("maximum recursion depth") != std::string::npos);
}

TEST_CASE("a template that takes too long is stopped") {
  Context context;
  context.limits.time = std::chrono::milliseconds(0);
  CHECK(failure("{% for i in range(100000) %}{% endfor %}", context).find("takes too long (limit 0 ms)") != std::string::npos);
}

TEST_CASE("endless chains are refused before they run") {
  std::string attributes, sums, conditions, branches;
  for (int i = 0; i < 100'000; ++i) {
    attributes += ".a";
    sums += "+1";
    conditions += "1 if 0 else ";
    branches += "{% elif 0 %}";
  }
  CHECK(failure("{{ x" + attributes + " }}").find("too long (limit 5000 operations)") != std::string::npos);
  CHECK(failure("{{ 1" + sums + " }}").find("too long") != std::string::npos);
  CHECK(failure("{{ " + conditions + "1 }}").find("too long") != std::string::npos);
  CHECK(failure("{% if 0 %}" + branches + "{% endif %}").find("too many elif") != std::string::npos);
}
