#include "common/output/outputter.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

using namespace halite;
using Catch::Contains;

namespace {

std::string show(const Value& data, const char* outputter) { return format_output(data, outputter, {}); }

std::string show_json(const Value& data, Value indent) {
  OutputOptions options;
  options.indent = std::move(indent);
  return format_output(data, "json", options);
}

const Map two{{"beta", true}, {"alpha", "a\nb\n"}};

}  // namespace

TEST_CASE("txt puts the id in front of every line") {
  CHECK(show(two, "txt") == "beta: True\nalpha: a\nalpha: b");
  CHECK(show(two, "text") == show(two, "txt"));
  CHECK(show("plain", "txt") == "plain");
}

TEST_CASE("raw and pprint are Python's repr") {
  const Map data{{"web", List{1, 1.5, Value(), "it's", "q\"'", "tab\t\u0142"}}};
  CHECK(show(data, "raw") == "{'web': [1, 1.5, None, \"it's\", 'q\"\\'', 'tab\\t\u0142']}");
  CHECK(show(Map{{"b", 1}, {"a", true}}, "pprint") == "{'a': True, 'b': 1}");
}

TEST_CASE("pprint breaks what does not fit into 80 columns") {
  const std::string word(30, 'x');
  const Map data{{"b", List{word, word, word}}, {"a", 1}};
  CHECK(show(data, "pprint") == "{'a': 1,\n 'b': ['" + word + "',\n       '" + word + "',\n       '" + word + "']}");
}

TEST_CASE("json keeps order, with four blanks or on one line") {
  CHECK(show_json(Map{{"b", 1}, {"a", List{true, Value()}}}, Value()) ==
        "{\n    \"b\": 1,\n    \"a\": [\n        true,\n        null\n    ]\n}");
  CHECK(show_json(Map{{"b", 1}, {"a", 2}}, -1) == "{\"b\": 1, \"a\": 2}");
  CHECK(show_json(Map{{"b", 1}, {"a", 2}}, "pretty") == "{\n    \"a\": 2,\n    \"b\": 1\n}");
}

TEST_CASE("yaml sorts keys in block style") { CHECK(show(Map{{"b", true}, {"a", List{1}}}, "yaml") == "a:\n- 1\nb: true"); }

TEST_CASE("newline_values_only drops the ids") {
  CHECK(show(Map{{"a", List{"1", "2"}}, {"b", 8}}, "newline_values_only") == "1\n2\n8");
}

TEST_CASE("quiet prints nothing") { CHECK(show(two, "quiet").empty()); }

TEST_CASE("key shows classes in the order of their internal names") {
  const Map keys{{"minions_pre", List{"beta"}}, {"minions", List{"gamma", "alpha"}}, {"minions_rejected", List()}, {"minions_denied", List()}};
  CHECK(show(keys, "key") == "Accepted Keys:\ngamma\nalpha\nDenied Keys:\nUnaccepted Keys:\nbeta\nRejected Keys:");
  CHECK(show(Map{{"minions", Map{{"alpha", "b7:1b"}}}}, "key") == "Accepted Keys:\nalpha:  b7:1b");
}

TEST_CASE("text from a minion can't steer the terminal in any format") {
  const Map evil{{"we\x1b[2Jb", Map{{"a\x1b]0;x\x07", "\x1b[31mred\x9b"}, {"l", List{"\u009b31m", "\x7f"}}}}};
  for (const auto& name : outputter_names()) {
    const std::string text = show(evil, name.c_str());
    INFO(name);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find('\x7f') == std::string::npos);
    CHECK(text.find("\u009b") == std::string::npos);
  }
  const Map state{{"web", Map{{"file_|-a\x1b_|-b\x1b_|-managed",
                               Map{{"result", true}, {"comment", "x\x1b[2J"}, {"changes", Map{{"d\x1b", "\x1b"}}}, {"__run_num__", 0},
                                   {"start_time", "\x1b"}, {"duration", "\x1b"}, {"warnings", List{"\x1b"}}}}}}};
  CHECK(show(state, "highstate").find('\x1b') == std::string::npos);
}

TEST_CASE("data that an outputter can't show is shown as nested") {
  CHECK(show(Map{{"a", List{1, 2}}}, "table") == show(Map{{"a", List{1, 2}}}, "nested"));
  CHECK(show(List{"a"}, "newline_values_only") == "- a");
}

TEST_CASE("what is no table is shown beside the tables, not left out") {
  CHECK(show(Map{{"m1", true}}, "table") == "m1:\n----------\n    True");
  CHECK(show(Map{{"m1", "two\nlines"}}, "table") == "m1:\n----------\n    two\n    lines");
  CHECK(show(Map{{"m1", List{1, "two"}}}, "table") == "m1:\n----------\n    1\n    two");
  CHECK_THAT(show(Map{{"m1", Map{{"a", 1}, {"b", List{"x"}}}}}, "table"), Contains("    a:\n    ----------\n        1\n") && Contains("| x |"));
}

TEST_CASE("an orchestration inside another one is shown as the states it ran") {
  const Map inner{{"test_|-a_|-a_|-nop", Map{{"name", "a"}, {"__id__", "a"}, {"result", true}, {"comment", "Success!"}, {"changes", Map{}}, {"__run_num__", 0}}}};
  const Map returned{{"data", Map{{"boss", inner}}}, {"outputter", "highstate"}, {"retcode", 0}};
  const Map outer{{"salt_|-x_|-state.orchestrate_|-runner",
                   Map{{"name", "state.orchestrate"}, {"__id__", "x"}, {"result", true}, {"comment", ""}, {"changes", Map{{"return", returned}}}, {"__run_num__", 0}}}};
  const std::string shown = show(Map{{"boss", outer}}, "highstate");
  CHECK_THAT(shown, Contains("\n              boss:\n") && Contains("Function: test.nop") && Contains("Summary for boss"));
  CHECK_THAT(shown, !Contains("outputter"));
}

TEST_CASE("--out wins over the function's wish, except that highstate is never forced") {
  CHECK(choose_outputter("", "") == "nested");
  CHECK(choose_outputter("", "highstate") == "highstate");
  CHECK(choose_outputter("json", "highstate") == "json");
  CHECK(choose_outputter("highstate", "") == "nested");
  CHECK(choose_outputter("highstate", "highstate") == "highstate");
  CHECK(choose_outputter("", "grains") == "nested");
  CHECK_THROWS_WITH(choose_outputter("jsno", ""), Contains("there is no outputter 'jsno'; did you mean 'json'?"));
}
