#include "common/render/documentation.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/render/filters.h"
#include "common/render/globals.h"
#include "common/render/tests.h"

namespace halite::render {
namespace {

struct Row {
  std::string name;
  std::string sentence;
  std::string example;
};

const std::vector<Row>& tags() {
  static const std::vector<Row> rows{
      {"if, elif, else", "What is shown only when a condition holds.", "{% if a %}x{% elif b %}y{% else %}z{% endif %}"},
      {"for", "Once for each item; `else` when there are none; `if` leaves items out; `recursive` lets loop(...) begin anew.",
       "{% for k, v in d.items() if v %}{{ k }}{% else %}none{% endfor %}"},
      {"break, continue", "Ends the loop, or this turn of it.", "{% if x %}{% break %}{% endif %}"},
      {"set", "A name for a value, or for the text of a block, maybe filtered.", "{% set a = 1 %} {% set t | upper %}text{% endset %}"},
      {"do", "Works out an expression and prints nothing.", "{% do l.append(1) %}"},
      {"macro", "A part to be called, with caller(), varargs and kwargs.", "{% macro m(a, b=2) %}{{ a }}{% endmacro %}"},
      {"call", "Calls a macro that shows the block as caller().", "{% call m(1) %}text{% endcall %}"},
      {"filter", "A block through filters.", "{% filter upper %}text{% endfilter %}"},
      {"with", "Names for a block alone.", "{% with a = 1 %}{{ a }}{% endwith %}"},
      {"include", "Another file, here, with the names of this one.", "{% include 'part.jinja' ignore missing %}"},
      {"import, from", "Macros and names of another file.", "{% from 'lib.jinja' import m as n with context %}"},
      {"extends, block", "Fills the blocks of another file; super() is what stood there.", "{% extends 'base' %}{% block a %}{{ super() }}{% endblock %}"},
      {"raw", "Text as it is.", "{% raw %}{{ not a variable }}{% endraw %}"},
      {"autoescape", "Escapes for HTML what is printed in the block.", "{% autoescape true %}{{ x }}{% endautoescape %}"},
      {"print", "Prints expressions.", "{% print 1, 2 %}"},
      {"load_yaml, load_json, load_text", "The block as data (Salt's).", "{% load_yaml as d %}{a: 1}{% endload %}"},
      {"import_yaml, import_json, import_text", "A file as data, rendered before (Salt's).", "{% import_yaml 'defaults.yaml' as d %}"},
      {"profile", "Groups a block under a label (Salt's).", "{% profile as 'slow part' %}x{% endprofile %}"},
  };
  return rows;
}

std::string in_cell(std::string text) { return "`" + replace_all(std::move(text), "|", "\\|") + "`"; }

std::string table(std::string_view title, std::vector<Row> rows, bool sorted) {
  if (sorted) std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.name < b.name; });
  std::string out = fmt::format("\n## {}\n\n| name | | example |\n|---|---|---|\n", title);
  for (const Row& row : rows) out += fmt::format("| {} | {} | {} |\n", in_cell(row.name), row.sentence, in_cell(row.example));
  return out;
}

template <class Entry>
Row row_of(const Entry& entry) {
  return {std::string(entry.name), std::string(entry.sentence), std::string(entry.example)};
}

}  // namespace

std::string language_page() {
  std::vector<Row> tests, filters, globals;
  for (const TestEntry& entry : all_tests()) tests.push_back(row_of(entry));
  for (const FilterEntry* entry : all_filters()) filters.push_back(row_of(*entry));
  for (const GlobalEntry& entry : all_globals()) globals.push_back(row_of(entry));
  return "# Templates\n\n"
         "What SLS files, pillar files and templates can say. It is Jinja2 3.1 as Salt configures it: names that are not\n"
         "defined are errors, nothing is trimmed, and the final newline stays. This page is made from the code's tables;\n"
         "`HALITE_REWRITE=1 test_common_render` writes it anew.\n" +
         table("Tags", tags(), false) + table("Tests", std::move(tests), true) + table("Filters", std::move(filters), true) +
         table("Globals", std::move(globals), true);
}

}  // namespace halite::render
