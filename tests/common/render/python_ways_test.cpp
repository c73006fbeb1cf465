// What Python's types and Jinja's compiler promise to templates, each found by tests/differential.
#include <catch2/catch.hpp>

#include "tests/common/render/rendering.h"

using namespace halite;
using namespace halite::render;

TEST_CASE("what constants decide, no one looks at again") {
  CHECK(rendered("{{ 1 or x|nosuch }}") == "1");
  CHECK(rendered("{{ [1] and ['a'] or x|nosuch }}") == "['a']");
  CHECK(failure("{{ x and x|nosuch }}") == "Jinja syntax error: No filter named 'nosuch'.");
  CHECK(rendered("{% for i in [1, 2] %}{% set l = [3, 1]|sort %}{% do l.append(i) %}{{ l }}{% endfor %}") == "[1, 3, 1][1, 3, 2]");
}

TEST_CASE("constants that can have no truth and no text fail before the template runs") {
  CHECK(failure("{% if false %}{{ x or (1 if 7.n else 2) }}{% endif %}") == "Jinja variable 'int object' has no attribute 'n'");
  CHECK(failure("{{ x or 5['k'] ~ 1 }}", {}) == "Jinja variable 'int object' has no attribute 'k'");
  CHECK(failure("{% if false %}{{ {[]: 1}|length }}{% endif %}") == "Jinja error: unhashable type: 'list'");
  CHECK(rendered("{% if false %}{{ 1 / 0 }}{{ x ~ 7.n }}{% endif %}").empty());
}

TEST_CASE("a slice of a constant that has none is undefined to a test, and an error elsewhere") {
  CHECK(rendered("{{ 5[1:] is defined }} {{ {}[1:]|default('d') }}") == "False d");
  CHECK(failure("{{ [5[1:], x is defined] }}") == "Jinja error: 'int' object is not subscriptable");
}

TEST_CASE("a constant below zero to the power of a variable is the power below zero") {
  CHECK(rendered("{{ -7 ** 2 }} {{ -7 ** x }} {{ (-2.5) ** x }} {{ y ** x }}", Map{{"x", 2}, {"y", -7}}) == "49 -49 -6.25 49");
}

TEST_CASE("a default sees the parameters of its macro and no name outside that is called the same") {
  CHECK(failure("{% macro m(p, q=q) %}{{ p }}{{ q }}{% endmacro %}{% set q = 1 %}{{ m(1) }}") == "Jinja variable 'q' is undefined");
  CHECK(rendered("{% macro m(p, q=p) %}{{ p }}{{ q }}{% endmacro %}{{ m(1) }}") == "11");
}

TEST_CASE("output that is no text is an error when all else is written") {
  CHECK(failure("{% filter length %}abc{% endfilter %}") == "Jinja error: sequence item 0: expected str instance, int found");
  CHECK(failure("{% filter length %}abc{% endfilter %}{{ nosuch }}") == "Jinja variable 'nosuch' is undefined");
}

TEST_CASE("a test of one value takes no second one") {
  CHECK(failure("{{ 1 is number not in [2] }}") == "Jinja error: the test takes 1 positional argument but 2 were given");
}

TEST_CASE("numbers have the parts that Python's have") {
  CHECK(rendered("{{ 7.numerator }} {{ true.real }} {{ 2.5.imag }} {{ 2.5['real'] }} {{ 2.5.as_integer_ratio() }}") == "7 1 0.0 2.5 (5, 2)");
  CHECK(rendered("{{ 0.1.hex() }} {{ (-0.0).hex() }} {{ (-3).as_integer_ratio() }}") == "0x1.999999999999ap-4 -0x0.0p+0 (-3, 1)");
  CHECK(failure("{{ 2.5.numerator }}") == "Jinja variable 'float object' has no attribute 'numerator'");
}

TEST_CASE("text is translated character by character") {
  CHECK(rendered("{{ 'hello'.translate({104: 'J', 108: none, 111: 48}) }}") == "Je0");
  CHECK(rendered("{{ 'hello'.translate('x'.maketrans('el', 'ip', 'o')) }}") == "hipp");
  CHECK(failure("{{ 'x'.maketrans('a', 'bc') }}") == "Jinja error: the first two maketrans arguments must have equal length");
}

TEST_CASE("splitting a limited number of times leaves the rest as it is") {
  CHECK(rendered("{{ ' a  b c '.split(none, 1) }} {{ ' a b  c '.rsplit(none, 1) }}") == "['a', 'b c '] [' a b', 'c']");
}

TEST_CASE("methods take by name only what Python's take") {
  CHECK(rendered("{{ 'a b c'.split(maxsplit=1) }}") == "['a', 'b c']");
  CHECK_THAT(failure("{{ 'abc'.strip(chars='c') }}"), Catch::Contains("unexpected keyword argument 'chars'"));
  CHECK_THAT(failure("{{ {}.get(key='k') }}"), Catch::Contains("unexpected keyword argument 'key'"));
}

TEST_CASE("fields of format() are counted and looked into as Python's formatter does") {
  CHECK(rendered("{{ '{:>3} {0[0]}'.format('ab') }}") == " ab a");
  CHECK(rendered("{{ '{0.k}{0[l][1]}'.format({'k': 1, 'l': [2, 3]}) }}") == "13");
  CHECK_THAT(failure("{{ '{}{0}'.format(1) }}"), Catch::Contains("cannot switch from automatic field numbering"));
  CHECK_THAT(failure("{{ '%(k)s %s' % {'k': 1} }}"), Catch::Contains("not enough arguments for format string"));
}

TEST_CASE("a list that holds itself ends in dots") {
  CHECK(rendered("{% set l = [1] %}{% do l.append(l) %}{{ l|string }}") == "[1, [...]]");
  CHECK_THAT(failure("{% set l = [1] %}{% do l.append(l) %}{{ l }}"), Catch::Contains("maximum recursion depth exceeded"));
}

TEST_CASE("behind {% extends %} print and text are dropped, but not what is included") {
  FakeFiles files({{"base", "<{% block a %}A{% endblock %}>"}, {"part", "P"}});
  Context context;
  context.loader = &files;
  const char* text = "{% extends 'base' %}x{{ 1 }}{% include 'part' %}{% filter upper %}y{% include 'part' %}z{% endfilter %}";
  CHECK(render_jinja(text, "test", context) == "PP<A>");
}

TEST_CASE("a body sees nothing of a name that the body around it assigns only later") {
  const Map context{{"a", 1}};
  CHECK(failure("{% for i in [1] %}{{ a }}{% endfor %}{% set a = 2 %}", [&] { Context c; c.variables = context; return c; }()) ==
        "Jinja variable 'a' is undefined");
  CHECK(rendered("{{ a }}{% for i in [1] %}{{ a }}{% endfor %}{% set a = 2 %}{{ a }}", context) == "112");
  CHECK(rendered("{% set a = 2 %}{% for i in [1] %}{{ a }}{% endfor %}", context) == "2");
  CHECK(rendered("{% for i in [1] %}{{ a }}{% endfor %}{% if i %}{% set a = 2 %}{% endif %}{{ a }}", Map{{"a", 1}, {"i", true}}) == "12");
  CHECK(rendered("{% for i in [1, 2] %}{% filter trim %}{{ a is defined }}{% endfilter %}{% set a = i %}{{ a }}{% endfor %}", context) ==
        "False1False2");
  CHECK(rendered("{% macro m() %}{{ a }}{% endmacro %}{% set a = 2 %}{{ m() }}", context) == "2");
}

TEST_CASE("an error in an operation over several lines has the line that Jinja gives it") {
  const auto line_of = [](std::string_view text) {
    try {
      render_jinja(text, "test", Context());
    } catch (const RenderError& error) {
      return error.line();
    }
    return 0;
  };
  CHECK(line_of("{{ 1 + x }}") == 1);
  CHECK(line_of("{{ x\n > 1 }}") == 2);
  CHECK(line_of("{{ x > 1\n }}") == 2);
  CHECK(line_of("{{ 1 + 2\n + x\n }}") == 2);
}

TEST_CASE("a piece of escaped text is escaped, and escaped text escapes what it joins") {
  CHECK(rendered("{{ [('a<'|e)[0], ('a b'|e).split()] }}") == "[Markup('a'), [Markup('a'), Markup('b')]]");
  CHECK(rendered("{{ ('-'|e).join([1, '<']) }}") == "1-&lt;");
}

TEST_CASE("what stands twice in data is written with an anchor, and a document is read so") {
  CHECK(rendered("{% set x = [1] %}{{ [x, x]|yaml }}") == "[&id001 [1], *id001]");
  CHECK(rendered("{{ [[1], [1]]|yaml }}") == "[[1], [1]]");
  const char* document = "{% load_yaml as d %}\na: &x [1]\nb: *x\n{% endload %}{% do d.a.append(2) %}{{ d.b }}";
  CHECK(rendered(document) == "[1, 2]");
  CHECK(rendered(document) == "[1, 2]");  // read from the cache
}

TEST_CASE("a block has no loop around it unless it is scoped") {
  CHECK(rendered("{% for i in [1] %}{% block b %}{{ loop is defined }}{% endblock %}{% endfor %}") == "False");
  CHECK(rendered("{% for i in [1] %}{% block b scoped %}{{ loop.index }}{% endblock %}{% endfor %}") == "1");
}

TEST_CASE("Salt adds a line end for the one Jinja drops, even where Jinja was told to keep it") {
  Context keeping;
  keeping.options.keep_trailing_newline = true;
  CHECK(render_jinja("a\n", "test", keeping) == "a\n\n");
  CHECK(render_jinja("a\n", "test", Context()) == "a\n");
}

TEST_CASE("line ends inside of literals and of wrapped text are those of the settings") {
  Context context;
  context.options.newline_sequence = "\r\n";
  CHECK(render_jinja("{{ 'a\nb\\n' }}", "test", context) == "a\r\nb\n");
  CHECK(render_jinja("{{ 'aa bb'|wordwrap(3) }}", "test", context) == "aa\r\nbb");
}

TEST_CASE("a line statement takes the blank end of the template with it") {
  Context context;
  context.options.line_statement_prefix = "#";
  CHECK(render_jinja("# for i in [1]\n{{ i }}\n# endfor\n  \n", "test", context) == "1\n\n");
}

TEST_CASE("what ends a turn of a loop ends the text that is being gathered, too") {
  CHECK(rendered("{% for i in [1, 2] %}{{ i }}{% filter upper %}a{% if i == 1 %}{% continue %}{% endif %}{% endfilter %}{% endfor %}") == "12A");
  CHECK(rendered("{% for i in [1, 2] %}{% set x %}a{% break %}{% endset %}{{ x }}{% endfor %}").empty());
}

TEST_CASE("digits and capitals of all scripts are known") {
  CHECK(rendered("{{ '\u0663'.isdecimal() }} {{ '\u00b2'.isdigit() }} {{ '\u00b2'.isdecimal() }} {{ '\u00bd'.isnumeric() }} {{ '\u0661\u0662'|int }}") ==
        "True True False True 12");
  CHECK(rendered("{{ '\u01c6'.title() }}{{ '\u01c4'.capitalize() }}{{ '\u10d0'.title() }}") == "\u01c5\u01c5\u10d0");
}

TEST_CASE("in HTML, constants are escaped where it is known that they must be") {
  CHECK(rendered("{% autoescape true %}{{ '<' }}{{ ['<'] }}{% endautoescape %}") == "&lt;[&#39;&lt;&#39;]");
  CHECK(rendered("{% autoescape x %}{{ ['a'] }}{{ '<' ~ x }}{% endautoescape %}", Map{{"x", 1}}) == "['a']&lt;1");
  CHECK(rendered("{% autoescape true %}{{ ['<', '>']|join('&') }}{{ ['<', '>'|e]|join('&') }}{% endautoescape %}") == "&lt;&amp;&gt;&lt;&amp;&gt;");
  CHECK(rendered("{% autoescape true %}{{ ('a<'|e).replace('a', '>') }}{% endautoescape %}") == "&gt;&lt;");
}

TEST_CASE("escaped text is no text to the loader of YAML, as with PyYAML in C") {
  CHECK(failure("{{ {'a': 1}|yaml|load_yaml }}") == "Jinja error: a string or stream input is required");
  CHECK(rendered("{{ {'a': 1}|json|load_json }}") == "{'a': 1}");
}

TEST_CASE("bytes have the methods of text that need no other bytes") {
  CHECK(rendered("{{ 'B c'.encode().zfill(5) }} {{ 'ab Cd'.encode().title().split() }} {{ '42'.encode()|int }}") == "b'00B c' [b'Ab', b'Cd'] 42");
  CHECK(failure("{{ 'ab'.encode().strip('a') }}") == "Jinja error: a bytes-like object is required, not 'str'");
}

TEST_CASE("what a filter block gives is written as it is, in HTML too") {
  CHECK(rendered("{% autoescape true %}{{ '<' }}{% filter striptags %}<b>&lt;{% endfilter %}{% endautoescape %}") == "&lt;<");
}

TEST_CASE("small letters of two and the last sigma of a word come out as Python's") {
  CHECK(rendered("{{ 'x\u0130'|title }} {{ '\u0130'.swapcase() }} {{ '\u0391\u03A3'|title }} {{ '\u0391\u03A3'.swapcase() }}") == "Xi\u0307 i\u0307 \u0391\u03C3 \u03B1\u03C2");
}
