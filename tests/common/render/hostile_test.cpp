// Templates that mean harm: they end in an error or in nothing worse than their own output.
#include <chrono>

#include <catch2/catch.hpp>

#include "common/data/json.h"
#include "common/data/yaml.h"
#include "tests/common/render/rendering.h"

using namespace halite;
using namespace halite::render;

namespace {

// A list in a list in a list ..., `levels` deep, as the name x.d; `rest` says what is done with it.
std::string with_deep_data(int levels, const std::string& rest) {
  return "{% set x = namespace(d=[], e=[]) %}{% for i in range(" + std::to_string(levels) +
         ") %}{% set x.d = [x.d] %}{% set x.e = [x.e] %}{% endfor %}" + rest;
}

std::string outcome(const std::string& text, Map variables = {}) {
  Context context;
  context.variables = std::move(variables);
  return failure(text, context);
}

bool is_too_deep(const std::string& outcome) {
  for (const char* words : {"nested too deeply", "recursion", "nested deeper", "Circular reference", "Reference cycle"})
    if (outcome.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("data nested a hundred thousand deep is made and freed without harm") {
  CHECK(rendered(with_deep_data(100'000, "{{ x.d|length }}")) == "1");
  CHECK(rendered("{% set x = namespace(d={}) %}{% for i in range(100000) %}{% set x.d = {'a': x.d} %}{% endfor %}{{ x.d|length }}") == "1");
  CHECK(rendered("{% set x = namespace(d=()) %}{% for i in range(100000) %}{% set x.d = (x.d, 1) %}{% endfor %}{{ x.d|length }}") == "2");
}

TEST_CASE("whatever goes into deep data stops, and says why") {
  for (const char* use : {"{{ x.d }}", "{{ x.d == x.e }}", "{{ x.d < x.e }}", "{{ x.d in [x.e] }}", "{{ x.d|tojson }}", "{{ x.d|json }}", "{{ x.d|yaml }}",
                          "{{ x.d|pprint }}", "{{ x.d|string|length }}", "{{ x.d|flatten }}", "{{ '%s' % x.d }}", "{{ x.d|unique }}{{ [x.d, x.e]|unique }}",
                          "{{ [x.d, x.e]|sort }}", "{{ [x.d]|union([x.e]) }}", "{{ {'a': x.d}|json_encode_dict }}", "{{ x.d ~ '' }}", "{{ x.d|json_query('[0]') == x.e }}"}) {
    INFO(use);
    CHECK(is_too_deep(outcome(with_deep_data(50'000, use))));
  }
  CHECK(is_too_deep(outcome("{% set x = namespace(d=()) %}{% for i in range(50000) %}{% set x.d = (x.d,) %}{% endfor %}{{ {x.d: 1} }}")));
}

TEST_CASE("generators behind generators are bounded") {
  CHECK(outcome("{% set x = namespace(g=[1]) %}{% for i in range(50000) %}{% set x.g = x.g|map('string') %}{% endfor %}{{ x.g|list }}")
            .find("more than 200 generators") != std::string::npos);
}

TEST_CASE("a template that extends, includes or imports itself is stopped") {
  FakeFiles files({{"a", "{% extends 'a' %}"}, {"b", "{% extends 'c' %}"}, {"c", "{% extends 'b' %}"}, {"d", "{% import 'd' as d with context %}"}});
  Context context;
  context.loader = &files;
  for (const char* text : {"{% extends 'a' %}", "{% extends 'b' %}", "{% import 'd' as d with context %}"}) {
    INFO(text);
    CHECK(failure(text, context).find("maximum recursion depth") != std::string::npos);
  }
}

TEST_CASE("what a template leaves in the caller's data is shallow and holds no ring") {
  const Value pillar = Map{{"keep", 1}, {"l", List{1}}};
  rendered("{% do p.update({'me': p}) %}{% do p.l.append(p.l) %}{% set x = namespace(d=[]) %}{% for i in range(10000) %}{% set x.d = [x.d] %}{% endfor %}"
           "{% do p.update({'deep': x.d, 'f': range, 't': (1, 2), 'k': p.l}) %}",
           Map{{"p", pillar}});
  CHECK(*pillar.find("keep") == Value(1));
  CHECK(*pillar.find("me") == Value());
  CHECK(*pillar.find("l") == Value(List{1, nullptr}));
  CHECK(*pillar.find("k") == *pillar.find("l"));
  CHECK(*pillar.find("f") == Value());
  CHECK(to_json(*pillar.find("t")) == "[1, 2]");
  CHECK_NOTHROW(to_json(pillar));
  CHECK_NOTHROW(from_json(to_json(Map{{"a", 1}})));
}

// R91 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("no way leads into Python's insides, nor to a file") {
  const Map variables{{"d", Map{{"a", 1}}}, {"s", "text"}};
  for (const char* text : {"{{ ''.__class__ }}", "{{ s['__class__'] }}", "{{ s|attr('__class__') }}", "{{ d.__init__ }}", "{{ range.__globals__ }}",
                           "{{ '{0.__class__}'.format(s) }}", "{{ '{0.__class__.__mro__}'.format_map({'0': s}) }}", "{{ self.__init__ }}", "{{ namespace.__init__ }}",
                           "{{ cycler.__init__.__globals__ }}", "{{ (1).__class__ }}", "{{ [].append.__self__ }}", "{{ lipsum.__globals__['os'] }}",
                           "{{ d|map(attribute='__class__')|first }}", "{{ ['x']|map(attribute='__class__')|join }}", "{{ joiner.__call__ }}"}) {
    INFO(text);
    const std::string said = outcome(text, variables);
    CHECK(said.rfind("no error", 0) == std::string::npos);
    CHECK(said.find("<class") == std::string::npos);
  }
  for (const char* path : {"/etc/passwd", "../../etc/passwd", "a/../../etc/passwd", "./../../etc/passwd"}) {
    INFO(path);
    CHECK(outcome("{% include '" + std::string(path) + "' %}").rfind("no error", 0) == std::string::npos);
  }
}

TEST_CASE("numbers, formats and repetitions stay within their limits") {
  for (const char* text : {"{{ 2 ** 10000000 }}", "{{ (2 ** 1000) ** 1000 ** 10 }}", "{{ '%99999999999d' % 1 }}", "{{ '%.99999999999f' % 1 }}",
                           "{{ '{:99999999999}'.format(1) }}", "{{ '{:.2000000000f}'.format(1.5) }}", "{{ 'a'.center(99999999999) }}", "{{ 'a'.ljust(99999999999) }}",
                           "{{ 'a'.zfill(99999999999) }}", "{{ 'a' * 99999999999 }}", "{{ [1] * 99999999999 }}", "{{ (1,) * 99999999999 }}", "{{ ('a' * 9999)|replace('', 'b' * 99999) }}",
                           "{{ ('a\\n' * 99)|indent(99999999) }}", "{{ '\\t'.expandtabs(99999999999) }}", "{{ [1]|batch(99999999999, 'x')|list }}",
                           "{{ [1, 2]|slice(99999999999)|list }}", "{{ range(99999999999)|list }}", "{{ '::/0'|network_hosts }}", "{{ [1, 2]|product(repeat=99999)|list }}",
                           "{{ ('a' * 30)|regex_replace('(a*)*b', '') }}{% for i in range(99999999) %}{% endfor %}", "{{ range(30)|permutations|list }}"}) {
    INFO(text);
    CHECK(outcome(text).rfind("no error", 0) == std::string::npos);
  }
}

TEST_CASE("long chains of constants are not worked out again and again before the render") {
  std::string chain = "{{ 'a'";
  for (int i = 0; i < 4000; ++i) chain += "|batch(1)";
  const auto begin = std::chrono::steady_clock::now();
  failure(chain + " }}");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

TEST_CASE("constants that can't be worked out beforehand fail where they stand") {
  const std::string bad = "line 1\n{{ 'www.\xff.org'|urlize }}";
  CHECK_THROWS_AS(rendered(bad), RenderError);
  CHECK_THROWS_AS(rendered("{{ ['www.\xff.org'|urlize][0] }}"), RenderError);
  CHECK_THROWS_AS(rendered("{{ '\xff'|regex_search('a') }}"), RenderError);
}
