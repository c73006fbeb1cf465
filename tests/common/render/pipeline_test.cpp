// Files through their renderers to data.
#include <catch2/catch.hpp>

#include "common/render/jinja_env.h"
#include "tests/common/render/rendering.h"

using namespace halite;
using namespace halite::render;

namespace {

std::string error_of(std::string_view text, std::string_view renderers = "jinja|yaml") {
  try {
    render::render(text, "web.sls", {}, renderers);
    return "no error";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a file is Jinja and then YAML unless it says otherwise") {
  CHECK(render::render("a: {{ 1 + 1 }}", "x", {}) == Value(Map{{"a", 2}}));
  CHECK(render::render("#!yaml\na: '{{ 1 }}'", "x", {}) == Value(Map{{"a", "{{ 1 }}"}}));
  CHECK(render::render("#!jinja|json\n{\"a\": {{ 2 }}}", "x", {}) == Value(Map{{"a", 2}}));
  CHECK(render::render("{{ 1 }}", "x", {}, "text") == Value("{{ 1 }}"));
}

TEST_CASE("nothing is an empty map") {
  CHECK(render::render("", "x", {}) == Value(Map()));
  CHECK(render::render("{% if false %}a: 1{% endif %}\n", "x", {}) == Value(Map()));
}

TEST_CASE("an unknown renderer is named with those there are") {
  CHECK(error_of("#!jinja|ymal\na: 1") ==
        "web.sls: there is no renderer 'ymal'; there are jinja, yaml, json, text; did you mean 'yaml'?");
}

TEST_CASE("an error of YAML names the line of the template, also behind a loop") {
  const char* text = "{% for i in range(3) %}\nk{{ i }}: 1\n{% endfor %}\nbad: x: y\n";
  try {
    render::render(text, "web.sls", {});
    FAIL("no error");
  } catch (const RenderError& error) {
    CHECK(error.file() == "web.sls");
    CHECK(error.line() == 4);
    CHECK(error.excerpt().find("bad: x: y    <====") != std::string::npos);
  }
}

TEST_CASE("an error of YAML inside an included file names that file") {
  FakeFiles files({{"part.sls", "ok: 1\nbad: x: y\n"}});
  Context context;
  context.loader = &files;
  try {
    render::render("a: 1\n{% include 'part.sls' %}\n", "web.sls", context);
    FAIL("no error");
  } catch (const RenderError& error) {
    CHECK(error.file() == "part.sls");
    CHECK(error.line() == 2);
  }
}

TEST_CASE("jinja_env has Jinja's names, and tells which it does not know") {
  std::vector<std::string> unknown;
  const Options options = options_from(Map{{"trim_blocks", true}, {"line_statement_prefix", "%"}, {"trim_block", 1}}, &unknown);
  CHECK(options.trim_blocks);
  CHECK(options.line_statement_prefix == "%");
  CHECK(unknown == std::vector<std::string>{"trim_block"});
  CHECK_THROWS_WITH(options_from(Map{{"trim_blocks", "yes"}}), Catch::Contains("trim_blocks"));
}
