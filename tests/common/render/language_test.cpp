// What templates say and what comes out. The recorded cases in tests/golden cover the width; here is what each part promises.
#include <catch2/catch.hpp>

#include "common/render/objects.h"
#include "tests/common/render/rendering.h"

using namespace halite;
using namespace halite::render;

TEST_CASE("values print as Python prints them") {
  CHECK(rendered("{{ [1, 'a', none, true, 2.0] }}") == "[1, 'a', None, True, 2.0]");
  CHECK(rendered("{{ {'k': \"it's\"} }}") == "{'k': \"it's\"}");
  CHECK(rendered("{{ 1e16 }} {{ 0.1 + 0.2 }} {{ 7 / 2 }}") == "1e+16 0.30000000000000004 3.5");
  CHECK(rendered("{{ 2 ** 100 }}") == "1267650600228229401496703205376");
}

TEST_CASE("integers divide and round as in Python") {
  CHECK(rendered("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }}") == "-4 2 -2");
  CHECK(rendered("{{ 2.5|round }} {{ 3.5|round }} {{ (1967 / 4)|round|int }}") == "2.0 4.0 492");
}

TEST_CASE("sort ignores case unless told otherwise") {
  CHECK(rendered("{{ ['b', 'A', 'c']|sort }}") == "['A', 'b', 'c']");
  CHECK(rendered("{{ ['b', 'A', 'a']|sort(case_sensitive=true) }}") == "['A', 'a', 'b']");
}

TEST_CASE("a list changed through one name is changed for all") {
  CHECK(rendered("{% set a = [1] %}{% set b = a %}{% do b.append(2) %}{{ a }}") == "[1, 2]");
}

TEST_CASE("the test of a loop sees what the turns before did") {
  const char* text = "{% set seen = [] %}{% for x in [1, 1, 2] if x not in seen %}{% do seen.append(x) %}{{ x }}{% endfor %}";
  CHECK(rendered(text) == "12");
}

TEST_CASE("what a template does to pillar is seen by the caller, unless given a copy") {
  const Value pillar = Map{{"groups", List{"a"}}};
  rendered("{% do pillar.groups.append('b') %}", Map{{"pillar", copy_for_render(pillar)}});
  CHECK(pillar.find("groups")->as_list().size() == 1);
  rendered("{% do pillar.groups.append('b') %}", Map{{"pillar", pillar}});
  CHECK(pillar.find("groups")->as_list().size() == 2);
}

TEST_CASE("set inside a loop ends with the turn, inside an if it stays") {
  CHECK(rendered("{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}") == "231");
  CHECK(rendered("{% if true %}{% set x = 5 %}{% endif %}{{ x }}") == "5");
}

TEST_CASE("macros see the names around them as they are when called") {
  CHECK(rendered("{% set g = 1 %}{% macro m() %}{{ g }}{% endmacro %}{% set g = 2 %}{{ m() }}") == "2");
  CHECK(rendered("{% macro box(t) %}[{{ t }}:{{ caller() }}]{% endmacro %}{% call box('T') %}in{% endcall %}") == "[T:in]");
}

TEST_CASE("loops tell where they are") {
  CHECK(rendered("{% for x in 'abc' %}{{ loop.index }}{{ loop.last }} {% endfor %}") == "1False 2False 3True ");
  CHECK(rendered("{% for x in [1] recursive %}{{ x }}{% if x < 3 %}{{ loop([x + 1]) }}{% endif %}{% endfor %}") == "123");
}

TEST_CASE("white space goes and stays by the signs") {
  CHECK(rendered("a\n {%- if true -%} \n b {%- endif %}\nc\n") == "ab\nc\n");
  CHECK(rendered("x\n") == "x\n");
  CHECK(rendered("a\r\nb\r\n") == "a\nb\n");
}

TEST_CASE("trimming and line statements are there when the options ask for them") {
  Context context;
  context.options.trim_blocks = context.options.lstrip_blocks = true;
  CHECK(render_jinja("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "test", context) == "a\nb\nc\n");
  Context lines;
  lines.options.line_statement_prefix = "%";
  lines.options.line_comment_prefix = "##";
  CHECK(render_jinja("% for i in [1, 2]\n{{ i }} ## note\n% endfor\n", "test", lines) == "1\n2\n\n");
}

TEST_CASE("children fill the blocks of their parents") {
  FakeFiles files({{"base", "<{% block a %}A{% endblock %}|{% block b %}B{% endblock %}>"}});
  Context context;
  context.loader = &files;
  CHECK(render_jinja("{% extends 'base' %}{% block b %}{{ super() }}!{% endblock %}ignored", "test", context) == "<A|B!>");
}

TEST_CASE("imports give names, without the caller's own unless told") {
  FakeFiles files({{"d/one", "{% from './two' import y %}{% set x = 'x' ~ y %}"}, {"d/two", "{% set y = who|default('?') %}"}});
  Context context;
  context.loader = &files;
  CHECK(render_jinja("{% set who = 'me' %}{% from 'd/one' import x %}{{ x }}", "test", context) == "x?");
  CHECK(render_jinja("{% set who = 'me' %}{% from 'd/two' import y with context %}{{ y }}", "test", context) == "me");
}

TEST_CASE("a template reaches no further than keys and methods") {
  CHECK(failure("{{ ''.__class__ }}") == "Jinja syntax error: access to attribute '__class__' of 'str' object is unsafe.");
  CHECK(failure("{{ '{0.__class__}'.format(1) }}") == "Jinja syntax error: access to attribute '__class__' of 'int' object is unsafe.");
  CHECK(rendered("{{ d._x }}", Map{{"d", Map{{"_x", 1}}}}) == "1");
}

TEST_CASE("paths do not lead out of the files") {
  FakeFiles files({{"passwd", "secret"}});
  Context context;
  context.loader = &files;
  CHECK(failure("{% include '../../passwd' %}", context) == "Jinja error: ../../passwd");
}

TEST_CASE("undefined names may print as nothing when the options allow it") {
  Context context;
  context.options.allow_undefined = true;
  CHECK(render_jinja("[{{ x }}]{% if x %}a{% endif %}{% for i in x %}b{% endfor %}", "test", context) == "[]");
  CHECK(failure("{{ x }}") == "Jinja variable 'x' is undefined");
}

TEST_CASE("what lives only in a render does not stay in the caller's data") {
  const Value pillar = Map{{"l", List{}}, {"d", Map{}}};
  rendered("{% macro m() %}{% endmacro %}{% do pillar.l.append(m) %}{% do pillar.l.append([nosuch]) %}"
           "{% do pillar.d.update({'t': (1, m), 'n': 5}) %}{% for x in [1] %}{% do pillar.l.append(loop) %}{% endfor %}",
           Map{{"pillar", pillar}});
  CHECK(rendered("{{ pillar }}", Map{{"pillar", pillar}}) == "{'l': [None, [None], None], 'd': {'t': (1, None), 'n': 5}}");
}

TEST_CASE("what a template ties into a ring is let go of at the end") {
  const auto witness = std::make_shared<Range>(0, 1, 1);
  const Map variables{{"witness", Value(std::shared_ptr<const Object>(witness))}};
  const auto holders = witness.use_count();
  for (const char* text : {"{% set l = [witness] %}{% do l.append(l) %}",
                           "{% set d = {'w': witness} %}{% do d.update(self=d) %}",
                           "{% set d = {'w': witness} %}{% do d|set_dict_key_value('a:b', d) %}",
                           "{% set ns = namespace(w=witness) %}{% set ns.me = ns %}",
                           "{% set l = [witness] %}{% do l.append(l|map('string')) %}",
                           "{% set l = [witness] %}{% for i in [1] %}{% do l.append(loop) %}{% do l.append(l.nosuch) %}{% endfor %}",
                           "{% set l = [witness] %}{% macro m() %}{{ l }}{% endmacro %}{% do l.append(m) %}"}) {
    INFO(text);
    Context context;
    context.variables = variables;
    context.options.allow_undefined = true;
    render_jinja(text, "test", context);
    context.variables = Map();
    CHECK(witness.use_count() == holders);
  }
}

TEST_CASE("filters that look at files and names ask the remote functions of the minion") {
  struct Machine final : FunctionTable {
    std::map<std::string, Function, std::less<>> functions{
        {"file.file_exists", [](const std::vector<Value>& given, const Map&) -> Value { return given[0].as_string() != "/none"; }},
        {"file.read", [](const std::vector<Value>& given, const Map&) -> Value {
           const std::string& path = given[0].as_string();
           if (path == "/empty") return "";
           return path == "/bin" ? Value(Bytes{std::string("\x7f\0ELF\xff", 6)}) : Value("some text\n");
         }},
        {"file.find", [](const std::vector<Value>&, const Map&) -> Value { return List{"/d", "/d/a"}; }},
        {"network.host_to_ips", [](const std::vector<Value>&, const Map&) -> Value { return List{"192.0.2.7", "2001:db8::7"}; }}};
    const Function* find(std::string_view name) const override {
      const auto found = functions.find(name);
      return found == functions.end() ? nullptr : &found->second;
    }
    std::vector<std::string> names() const override { return {}; }
  } machine;
  Context context;
  context.salt = &machine;
  const auto shown = [&](std::string_view text) { return render_jinja(text, "test", context); };
  CHECK(shown("{{ '/empty'|is_empty }}{{ '/text'|is_empty }}{{ '/none'|is_empty }}") == "TrueFalseFalse");
  CHECK(shown("{{ '/text'|is_text_file }}{{ '/bin'|is_text_file }}{{ '/none'|is_text_file }}") == "TrueFalseFalse");
  CHECK(shown("{{ '/text'|is_bin_file }}{{ '/bin'|is_bin_file }}{{ '/none'|is_bin_file }}") == "FalseTrueFalse");
  CHECK(shown("{{ '/d'|list_files|sort }}") == "['/d', '/d/a']");
  CHECK(shown("{{ 'web'|dns_check(80) }} {{ 'web'|dns_check(80, ipv6=true) }} {{ '::1'|dns_check(80) }}") == "192.0.2.7 [2001:db8::7] [::1]");
  CHECK(failure("{{ 'x'|is_empty }}").find("needs the function file.file_exists") != std::string::npos);
}
