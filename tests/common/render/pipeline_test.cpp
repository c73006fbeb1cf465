// Files through their renderers to data.
#include <cctype>

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
        "web.sls: there is no renderer 'ymal'; there are jinja, yaml, json, text, gpg; did you mean 'yaml'?");
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

namespace {

// As if by gpg: what stands between the marks, in capitals.
std::string opened(const std::string& message) {
  const std::string inside = message.substr(28, message.size() - 28 - 26);
  if (inside == "bad") throw Error(ErrorKind::denied, "no key opens it");
  std::string out;
  for (const char c : inside)
    if (c != '\n') out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

Context with_key() {
  Context context;
  context.decrypt = opened;
  return context;
}

}  // namespace

TEST_CASE("encrypted values are opened in data, in text, and inside of longer texts") {
  const char* in_data = "#!yaml|gpg\na:\n  - b: |\n      -----BEGIN PGP MESSAGE-----\n      one\n      -----END PGP MESSAGE-----\nc: plain\n";
  CHECK(render::render(in_data, "x", with_key()) == Value(Map{{"a", List{Map{{"b", "ONE"}}}}, {"c", "plain"}}));
  const char* in_text = "#!gpg|jinja|yaml\na: -----BEGIN PGP MESSAGE-----\nx{{ 1 + 1 }}\n-----END PGP MESSAGE-----\n";
  CHECK(render::render(in_text, "x", with_key()) == Value(Map{{"a", "X2"}}));
  const char* on_one_line = "a: 'k: -----BEGIN PGP MESSAGE-----\\none\\n-----END PGP MESSAGE-----!'\n";
  CHECK(render::render(on_one_line, "x", with_key(), "jinja|yaml|gpg") == Value(Map{{"a", "k: ONE!"}}));
  CHECK(render::render("a: 1\n", "x", {}, "jinja|yaml|gpg") == Value(Map{{"a", 1}}));
}

TEST_CASE("an encrypted value that nothing opens is an error, and stays out of it") {
  const char* text = "#!yaml|gpg\na: |\n  -----BEGIN PGP MESSAGE-----\n  bad\n  -----END PGP MESSAGE-----\n";
  CHECK_THROWS_WITH(render::render(text, "web.sls", with_key()), Catch::Contains("no key opens it") && Catch::Contains("web.sls") && !Catch::Contains("bad"));
  CHECK_THROWS_WITH(render::render(text, "web.sls", {}), Catch::Contains("nothing here that opens it"));
}

TEST_CASE("renderers come in any order, and an empty renderer line is none") {
  CHECK(render::render("#!yaml|jinja\na", "x", {}) == Value("a"));
  CHECK(error_of("#!yaml|jinja\na: 1") == "web.sls: the renderer 'jinja' needs text, but the one before it gave data");
  CHECK(render::render("#!json|text\n[1]", "x", {}) == Value(List{1}));
  CHECK(render::render("#!\na: {{ 1 }}", "x", {}) == Value(Map{{"a", 1}}));
  CHECK(render::render("#!jinja | yaml\na: {{ 1 }}", "x", {}) == Value(Map{{"a", 1}}));
}

TEST_CASE("the older settings of Jinja join jinja_env, and a wrong name is refused with a near one") {
  CHECK(jinja_options(Map{{"trim_blocks", false}}, true, false).trim_blocks);
  CHECK(jinja_options(Map{}, false, true).lstrip_blocks);
  CHECK_THROWS_WITH(jinja_options(Map{{"trim_block", true}}, false, false), Catch::Contains("did you mean 'trim_blocks'?"));
}

TEST_CASE("line statements and comments work where jinja_env sets them, and trimming does") {
  Context context;
  context.options = options_from(Map{{"line_statement_prefix", "%"}, {"line_comment_prefix", "%%"}});
  CHECK(render_jinja("% for i in [1, 2]\n- {{ i }}  %% not shown\n% endfor\nend\n", "x", context) == "- 1\n- 2\nend\n");
  CHECK(failure("a\n% if nosuch\n% endif\n", context) == "Jinja variable 'nosuch' is undefined");
  context.options = options_from(Map{{"trim_blocks", true}, {"lstrip_blocks", true}});
  CHECK(render_jinja("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "x", context) == "a\n  b\nc\n");
  context.options = options_from(Map{{"variable_start_string", "<<"}, {"variable_end_string", ">>"}});
  CHECK(render_jinja("<< 1 + 1 >> {{ 1 }}", "x", context) == "2 {{ 1 }}");
}
