// Grains of firmware and mainboard, from /sys/class/dmi/id and the EFI variables.
#include <array>
#include <utility>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

bool has_secure_boot(Host& host, const std::string& variables) {
  for (const auto& name : host.list_directory(variables)) {
    if (name.rfind("SecureBoot-", 0) != 0) continue;
    try {
      const auto data = host.read_file_if_exists(variables + "/" + name + "/data");
      return data && !data->empty() && data->back() == '\x01';
    } catch (const Error&) {
      return false;
    }
  }
  return false;
}

}  // namespace

Map hardware_grains(const GrainSource& source) {
  static constexpr std::array<std::pair<const char*, const char*>, 8> files{{{"biosversion", "bios_version"},
                                                                             {"biosvendor", "bios_vendor"},
                                                                             {"boardname", "board_name"},
                                                                             {"productname", "product_name"},
                                                                             {"manufacturer", "sys_vendor"},
                                                                             {"biosreleasedate", "bios_date"},
                                                                             {"uuid", "product_uuid"},
                                                                             {"serialnumber", "product_serial"}}};
  Map grains;
  for (const auto& [grain, file] : files) {
    const std::string path = std::string("/sys/class/dmi/id/") + file;
    if (!source.host.status_of_target(path)) continue;
    try {
      std::string text(trim(source.host.read_file(path)));
      grains.set(grain, std::string_view(grain) == "uuid" ? to_lower(text) : text);
    } catch (const Error&) {
      continue;  // serial numbers are for root alone
    }
  }
  bool has_efi = false, is_secure = false;
  for (const char* path : {"/sys/firmware/efi/efivars", "/sys/firmware/efi/vars"}) {
    if (has_efi || !source.host.status(path)) continue;
    has_efi = true;
    is_secure = has_secure_boot(source.host, path);
  }
  grains.set("efi", has_efi);
  grains.set("efi-secure-boot", is_secure);
  return grains;
}

}  // namespace halite::minion
