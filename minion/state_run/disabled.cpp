#include "minion/state_run/disabled.h"

namespace halite::minion {
namespace {

constexpr const char* grain = "state_runs_disabled";

}  // namespace

std::vector<std::string> disabled_runs(Call& call) {
  std::vector<std::string> names;
  const Value held = call.tools.grains.get(grain);
  if (const List* list = held.if_list())
    for (const auto& item : *list)
      if (const auto* name = item.if_string()) names.push_back(*name);
  return names;
}

void set_disabled_runs(const std::vector<std::string>& names, Call& call) {
  Map file = call.tools.grains.read_file();
  file.set(grain, Value(names));
  call.tools.grains.write_file(file);
}

std::vector<std::string> disabled_among(const std::vector<std::string>& names, Call& call) {
  std::vector<std::string> lines;
  const auto switched_off = disabled_runs(call);
  for (const auto& name : names)
    for (const auto& off : switched_off) {
      if (name == off)
        lines.push_back(fmt::format("The state file \"{0}\" is currently disabled, to re-enable, run state.enable {0}.", name));
      else if (off.ends_with(".*") && name.starts_with(off.substr(0, off.size() - 1)))
        lines.push_back(fmt::format("The state file \"{}\" is currently disabled by \"{}\", to re-enable, run state.enable {}.", name, off, off));
    }
  return lines;
}

}  // namespace halite::minion
