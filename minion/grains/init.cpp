// Grains of the init system.
#include "common/base/strings.h"
#include "minion/grains/families.h"
#include "minion/grains/remembered.h"

namespace halite::minion {

Map init_grains(const GrainSource& source) {
  std::string init = "unknown";
  if (source.host.status("/run/systemd/system")) {
    init = "systemd";
  } else if (const auto text = source.host.read_file_if_exists("/proc/1/cmdline")) {
    const std::string program = text->substr(0, text->find('\0'));
    const std::string name = program.substr(program.rfind('/') + 1);
    if (name == "init") init = source.host.status("/etc/inittab") ? "sysvinit" : "unknown";
    if (name == "runit" || name == "runit-init" || name == "supervisord" || name == "tini" || name == "dumb-init")
      init = name == "runit-init" ? "runit" : name;
  }
  return {{"init", init},
          {"ps", "ps -efHww"},
          {"transactional", source.host.find_program("transactional-update").has_value()}};
}

Map systemd_grains(const GrainSource& source) {
  if (!source.host.find_program("systemctl") || !source.host.find_program("localectl")) return {};
  const auto told = remembered_output(source, {"systemctl", "--version"}, Lasts::as_long_as_the_program);
  std::string version = "UNDEFINED", features;
  if (told) {
    const auto lines = split_lines(*told);  // "systemd 252 (252.39-1~deb12u1)", "+PAM +AUDIT ..."
    const auto words = lines.empty() ? std::vector<std::string>() : split_words(lines[0]);
    if (words.size() > 1 && words[0] == "systemd") version = words[1];
    if (lines.size() > 1) features = lines[1];
  }
  return {{"systemd", Map{{"version", version}, {"features", features}}}};
}

}  // namespace halite::minion
