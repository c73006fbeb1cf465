#include "common/config/program.h"

#include <catch2/catch.hpp>

using namespace halite;

namespace {

int run(std::vector<std::string> words, const std::function<int(const ParsedOptions&)>& body, int failure_code = 1) {
  const CommandLine table{"sample", "Does nothing.", {"[options]"}, {common_options()}, {}, {}};
  words.insert(words.begin(), "sample");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return run_program(table, static_cast<int>(argv.size()), argv.data(), body, failure_code);
}

int must_not_run(const ParsedOptions&) {
  FAIL("the body ran");
  return 0;
}

}  // namespace

TEST_CASE("the body's result is the exit code") {
  CHECK(run({"a"}, [](const ParsedOptions& options) { return static_cast<int>(options.arguments().size()); }) == 1);
}

TEST_CASE("questions about the program are answered without the body") {
  for (const char* option : {"--help", "-h", "--version", "-V", "--man-page", "--bash-completion"})
    CHECK(run({option}, must_not_run) == exit_code::ok);
}

TEST_CASE("a wrong option is exit 64, before the body and from it") {
  CHECK(run({"--nope"}, must_not_run) == exit_code::usage);
  CHECK(run({"--saltfile=x"}, must_not_run) == exit_code::usage);
  CHECK(run({}, [](const ParsedOptions&) -> int { throw UsageError("which one?"); }) == exit_code::usage);
}

TEST_CASE("an error of the body is the program's own failure code") {
  const auto failing = [](const ParsedOptions&) -> int { throw Error(ErrorKind::unavailable, "no master"); };
  CHECK(run({}, failing) == 1);
  CHECK(run({}, failing, exit_code::client) == 2);
  CHECK(run({}, [](const ParsedOptions&) -> int { throw std::runtime_error("odd"); }, 3) == 3);
}
