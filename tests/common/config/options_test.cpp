#include "common/config/options.h"

#include <catch2/catch.hpp>

#include "common/base/strings.h"

using namespace halite;
using Catch::Contains;

namespace {

CommandLine sample() {
  return {"sample",
          "Does something with a target.",
          {"[options] TARGET"},
          {common_options(),
           {"Own options",
            {{{"-t", "--timeout"}, "SECONDS", "How long to wait.", ""},
             {{"-v", "--verbose"}, "", "Say more.", ""},
             {{"--static"}, "", "All at once.", ""},
             {{"-b", "--batch"}, "N", "A few at a time.", "run the command once for each group"}}},
           output_options()},
          {{"sample '*'", "Everything."}},
          {{"Exit status", "0 or 1."}}};
}

ParsedOptions parse(const std::vector<std::string>& words) { return parse_options(sample(), words); }

}  // namespace

TEST_CASE("every spelling of an option with a value is the same") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-t5"}, {"-t", "5"}, {"--timeout=5"}, {"--timeout", "5"}, {"-vt5"}, {"-vt", "5"}, {"--time", "5"}})
    CHECK(parse(words).integer("timeout") == 5);
}

TEST_CASE("options and arguments may be mixed, and -- ends the options") {
  const auto parsed = parse({"*", "-v", "cmd.run", "--", "-t", "--nope"});
  CHECK(parsed.arguments() == std::vector<std::string>{"*", "cmd.run", "-t", "--nope"});
  CHECK(parsed.has("verbose"));
  CHECK_FALSE(parsed.has("timeout"));
}

TEST_CASE("a single dash and an empty word are arguments") {
  CHECK(parse({"-", ""}).arguments() == std::vector<std::string>{"-", ""});
}

TEST_CASE("the last of several values counts, and all can be had") {
  const auto parsed = parse({"-t1", "--timeout=2"});
  CHECK(parsed.text("timeout") == "2");
  CHECK(parsed.all("timeout") == std::vector<std::string>{"1", "2"});
  CHECK(parse({"--timeout="}).text("timeout") == "");
}

TEST_CASE("an unknown option is refused with the nearest name") {
  CHECK_THROWS_WITH(parse({"--timeot=5"}), "no such option: --timeot; did you mean '--timeout'?");
  CHECK_THROWS_WITH(parse({"-Z"}), Contains("no such option: -Z"));
}

TEST_CASE("missing, needless and wrong values are refused") {
  CHECK_THROWS_WITH(parse({"--timeout"}), "--timeout option requires an argument: SECONDS");
  CHECK_THROWS_WITH(parse({"--verbose=1"}), "--verbose option does not take a value");
  CHECK_THROWS_WITH(parse({"-t", "soon"}).integer("timeout"), "option --timeout: invalid integer value: 'soon'");
}

TEST_CASE("a cut name must be unique") {
  CHECK(parse({"--stati"}).has("static"));
  CHECK_THROWS_WITH(parse({"--sta"}), Contains("ambiguous option: --sta"));
  CHECK(parse({"--no-co"}).has("no-color"));
}

TEST_CASE("an option that is not offered says so instead of being ignored") {
  CHECK_THROWS_WITH(parse({"-b", "2"}), "-b is not offered: run the command once for each group");
}

TEST_CASE("the help names every option within 80 columns") {
  const std::string help = help_text(sample());
  CHECK_THAT(help, Contains("Usage: sample [options] TARGET"));
  CHECK_THAT(help, Contains("  -t, --timeout=SECONDS"));
  CHECK_THAT(help, Contains("Examples:\n  sample '*'\n      Everything."));
  for (const auto& line : split_lines(help)) CHECK(line.size() <= 80);
  for (const auto& group : sample().groups)
    for (const auto& option : group.options) CHECK_THAT(help, Contains("--" + option.key()));
}

TEST_CASE("the man page and the completion come from the same table") {
  CHECK_THAT(man_page(sample()), Contains(".TH SAMPLE 1"));
  CHECK_THAT(man_page(sample()), Contains("\\fB\\-t\\fR \\fISECONDS\\fR, \\fB\\-\\-timeout\\fR=\\fISECONDS\\fR"));
  CHECK_THAT(bash_completion(sample()), Contains("--timeout"));
  CHECK_THAT(bash_completion(sample()), !Contains("--batch"));
}
