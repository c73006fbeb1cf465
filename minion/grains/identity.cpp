// Grains that name this minion: id, master, and the numbers derived from them.
#include <cstdlib>
#include <cstring>

#include "common/base/strings.h"
#include "minion/grains/families.h"
#include "minion/grains/string_hash.h"

namespace halite::minion {
namespace {

std::int64_t server_id(const GrainSettings& settings) {
  if (settings.server_id_use_crc == "crc32") return crc32(settings.id);
  if (!settings.server_id_use_crc.empty()) return adler32(settings.id);
  // Python's `abs(hash % 2**31)`, whose remainder is never negative.
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(python_string_hash(settings.id)) & 0x7fffffff);
}

}  // namespace

Map identity_grains(const GrainSource& source) {
  Map grains{{"id", source.settings.id}, {"master", source.settings.master}, {"server_id", server_id(source.settings)}};
  if (source.settings.append_domain) grains.set("append_domain", *source.settings.append_domain);
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    const auto text = source.host.read_file_if_exists(path);
    if (!text) continue;
    grains.set("machine_id", trim(*text));
    break;
  }
  return grains;
}

}  // namespace halite::minion
