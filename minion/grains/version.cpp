// Grains of versions. Trees compare `saltversion`, so it names the Salt whose behaviour this minion has.
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

// Of the host's python3, as its symlink says ("python3.11"); nothing without one. The third number is not known.
Value python_version(Host& host, const std::string& program) {
  const auto status = host.status(program);
  if (!status || status->type != FileType::symlink) return {};
  const std::string target = host.read_symlink(program);
  const auto at = target.rfind("python");
  if (at == std::string::npos) return {};
  const auto numbers = split(std::string_view(target).substr(at + 6), '.');
  if (numbers.size() < 2 || !parse_int(numbers[0]) || !parse_int(numbers[1])) return {};
  return List{Value(parse_int(numbers[0])), Value(parse_int(numbers[1])), 0, "final", 0};
}

}  // namespace

Map version_grains(const GrainSource& source) {
  const std::string executable = source.probe.executable();
  Map grains{{"saltversion", "3006.24"},
             {"saltversioninfo", List{3006, 24}},
             {"saltpath", executable.substr(0, executable.rfind('/'))},
             {"haliteversion", HALITE_VERSION}};
  if (const auto python = source.host.find_program("python3")) {
    grains.set("pythonexecutable", *python);
    grains.set("pythonpath", List{});
    const Value version = python_version(source.host, *python);
    if (!version.is_null()) grains.set("pythonversion", version);
  }
  return grains;
}

}  // namespace halite::minion
