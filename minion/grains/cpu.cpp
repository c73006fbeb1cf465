// Grains of the processors, from /proc/cpuinfo.
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {

Map cpu_grains(const GrainSource& source) {
  std::int64_t count = 0;
  Value model = "Unknown";
  List flags;
  const auto text = source.host.read_file_if_exists("/proc/cpuinfo");
  for (const auto& line : split_lines(text.value_or(""))) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key(trim(line.substr(0, colon)));
    const std::string value(trim(split(line.substr(colon + 1), ':')[0]));
    if (key == "processor") ++count;
    else if (key == "# processors") count = parse_int(value).value_or(0);  // s390
    else if (key == "vendor_id" || key == "model name" || key == "cpu") model = value;
    else if (key == "Processor") model = split(value, '-')[0];             // 32-bit ARM
    else if (flags.empty() && (key == "flags" || key == "Features"))
      for (const auto& flag : split_words(value)) flags.push_back(flag);
  }
  return {{"num_cpus", count}, {"cpu_model", model}, {"cpu_flags", flags}};
}

}  // namespace halite::minion
