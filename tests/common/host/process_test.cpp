// Real child processes of the shell's own tools: quick, harmless, no root.
#include "common/host/process.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite {

TEST_CASE("a program's output, error and code come back apart") {
  const auto result = run_process({.argv = {"sh", "-c", "echo out; echo err >&2; exit 3"}});
  CHECK(result.exit_code == 3);
  CHECK(result.output == "out\n");
  CHECK(result.error == "err\n");
}

TEST_CASE("a program gets its input and only the environment it is given") {
  const auto result = run_process({.argv = {"sh", "-c", "cat; echo $COLOUR; echo ${SECRET:-none}"},
                                   .environment = {{"COLOUR", "blue"}},
                                   .input = "hello\n"});
  CHECK(result.output == "hello\nblue\nnone\n");
}

TEST_CASE("a program that reads nothing of a large input is no error") {
  const auto result = run_process({.argv = {"true"}, .input = std::string(1 << 20, 'x')});
  CHECK(result.exit_code == 0);
}

TEST_CASE("a program that is late is killed with its children") {
  const auto result = run_process({.argv = {"sh", "-c", "sleep 60 & sleep 60"}, .timeout = std::chrono::milliseconds(50)});
  CHECK(result.timed_out);
  CHECK(result.exit_code == 137);
}

TEST_CASE("a cancelled program is killed") {
  const auto result = run_process({.argv = {"sleep", "60"}, .is_cancelled = [] { return true; }});
  CHECK(result.cancelled);
}

TEST_CASE("more output than the limit is cut and said to be cut") {
  const auto result = run_process({.argv = {"sh", "-c", "head -c 100000 /dev/zero"}, .output_limit_bytes = 1000});
  CHECK(result.output.size() == 1000);
  CHECK(result.output_cut);
}

TEST_CASE("a program left running in the background does not hold the result back") {
  const auto result = run_process({.argv = {"sh", "-c", "sleep 5 & echo started"}});
  CHECK(result.output == "started\n");
}

TEST_CASE("what can't be started is an error that names it") {
  CHECK_THROWS_WITH(run_process({.argv = {"no-such-program"}}), Catch::Contains("no program 'no-such-program'"));
  CHECK_THROWS_WITH(run_process({.argv = {"/etc/passwd"}}), Catch::Contains("/etc/passwd"));
  CHECK_THROWS_WITH(run_process({.argv = {"true"}, .directory = "/no/such"}), Catch::Contains("/no/such"));
  CHECK_THROWS_WITH(run_process({.argv = {"true"}, .run_as = "no-such-user"}), Catch::Contains("no-such-user"));
  CHECK_THROWS_WITH(run_process({.argv = {"echo", std::string("a\0b", 3)}}), Catch::Contains("NUL"));
  CHECK_THROWS_AS(run_process({}), Error);
}

}  // namespace halite
