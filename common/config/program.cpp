#include "common/config/program.h"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "common/base/strings.h"

namespace halite {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

int wrong_usage(const CommandLine& command_line, const Error& error) {
  std::string text;
  for (const auto& usage : command_line.usage)
    text += (text.empty() ? "Usage: " : "       ") + command_line.name + " " + usage + "\n";
  text += fmt::format("\n{0}: error: {1}\nSee '{0} --help'.\n", command_line.name, escape_control(error.message()));
  print(stderr, text);
  return exit_code::usage;
}

std::string versions_report() {
  return fmt::format("Halite: {}\nCompiler: {}\nfmt: {}.{}.{}\n", HALITE_VERSION, __VERSION__, FMT_VERSION / 10000,
                     FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

}  // namespace

int run_program(const CommandLine& command_line, int argc, char** argv, const std::function<int(const ParsedOptions&)>& body,
                int failure_code) {
  try {
    ParsedOptions options;
    try {
      options = parse_options(command_line, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    } catch (const Error& error) {
      return wrong_usage(command_line, error);
    }
    if (options.has("help")) return print(stdout, help_text(command_line)), exit_code::ok;
    if (options.has("version")) return print(stdout, command_line.name + " " HALITE_VERSION "\n"), exit_code::ok;
    if (options.has("versions-report")) return print(stdout, versions_report()), exit_code::ok;
    if (options.has("man-page")) return print(stdout, man_page(command_line)), exit_code::ok;
    if (options.has("bash-completion")) return print(stdout, bash_completion(command_line)), exit_code::ok;
    return body(options);
  } catch (const UsageError& error) {
    return wrong_usage(command_line, error);
  } catch (const Error& error) {
    print(stderr, fmt::format("ERROR: {}\n", escape_control(error.what(), true)));
  } catch (const std::exception& error) {
    print(stderr, fmt::format("ERROR: {}\n", escape_control(error.what(), true)));
  }
  return failure_code;
}

}  // namespace halite
