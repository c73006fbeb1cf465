// Grains of the kernel: uname and the boot parameters.
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {

Map kernel_grains(const GrainSource& source) {
  const KernelNames names = source.probe.kernel();
  return {{"kernel", names.kernel},
          {"nodename", names.nodename},
          {"kernelrelease", names.release},
          {"kernelversion", names.version},
          {"cpuarch", names.machine}};
}

// [["root", "/dev/sda1"], ["ro", null]]
Map kernel_parameter_grains(const GrainSource& source) {
  const auto text = source.host.read_file_if_exists("/proc/cmdline");
  if (!text) return {};
  List parameters;
  for (const auto& word : split_words(*text)) {
    const auto parts = split(word, '=');
    Value value;
    if (parts.size() == 2) value = replace_all(parts[1], "\"", "");
    parameters.push_back(List{parts[0], value});
  }
  return {{"kernelparams", parameters}};
}

}  // namespace halite::minion
