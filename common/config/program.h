// The frame of every program's main(): --help, --version, wrong options, and errors as exit codes.
#pragma once

#include <functional>
#include <string>

#include "common/config/options.h"

namespace halite {

// As Salt's programs and sysexits.h have them.
namespace exit_code {
constexpr int ok = 0;
constexpr int generic = 1;
constexpr int client = 2;   // nothing matched, no master, not allowed
constexpr int no_target = 42;
constexpr int usage = 64;
}  // namespace exit_code

// Parses, answers --help and --version itself, else runs `body`, whose result is the exit code. A wrong option: usage and
// one line with the nearest name on standard error, exit 64. An Error from the body: "ERROR: ..." and `failure_code`.
int run_program(const CommandLine& command_line, int argc, char** argv, const std::function<int(const ParsedOptions&)>& body,
                int failure_code = exit_code::generic);

// The wrong-usage error of a body: prints as a wrong option does, exit 64.
class UsageError : public Error {
 public:
  template <class... Args>
  explicit UsageError(fmt::format_string<Args...> format, Args&&... args)
      : Error(ErrorKind::invalid, format, std::forward<Args>(args)...) {}
};

}  // namespace halite
