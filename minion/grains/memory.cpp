// Grains of memory and swap, in MiB, from /proc/meminfo.
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {

Map memory_grains(const GrainSource& source) {
  Map grains{{"mem_total", 0}, {"swap_total", 0}};
  const auto text = source.host.read_file_if_exists("/proc/meminfo");
  for (const auto& line : split_lines(text.value_or(""))) {
    const auto words = split_words(line);  // "MemTotal:", "8145216", "kB"
    if (words.size() < 2) continue;
    const std::int64_t mebibytes = parse_int(words[1]).value_or(0) / 1024;
    if (words[0] == "MemTotal:") grains.set("mem_total", mebibytes);
    if (words[0] == "SwapTotal:") grains.set("swap_total", mebibytes);
  }
  return grains;
}

}  // namespace halite::minion
