#include "common/host/host.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {

std::string Host::read_plain_file(const std::string& path) {
  const auto found = status(path);
  if (found && found->type != FileType::regular)
    throw Error(ErrorKind::invalid, "reading {}: it is not a plain file", path);
  return read_file(path);
}

std::string Host::run(const Argv& argv) {
  CommandResult result = execute(Command{.argv = argv});
  if (result.exit_code != 0) {
    const auto lines = split_lines(result.error);
    throw Error(ErrorKind::unavailable, "{} ended with code {}{}", argv.at(0), result.exit_code,
                lines.empty() ? "" : ": " + lines.back());
  }
  return std::move(result.output);
}

}  // namespace halite
