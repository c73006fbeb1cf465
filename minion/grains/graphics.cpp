// Grains of graphics cards, from lspci(8).
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

bool is_graphics(const std::string& device_class) {
  const std::string name = to_lower(device_class);
  return name == "vga compatible controller" || name == "3d controller" || name == "display controller";
}

std::string vendor_of(const std::string& text) {
  const std::string name = to_lower(text);
  for (const char* known : {"nvidia", "amd", "ati", "intel", "cirrus logic", "vmware", "matrox", "aspeed"}) {
    const auto at = name.find(known);
    if (at == std::string::npos) continue;
    const auto end = at + std::string_view(known).size();
    const auto is_letter = [&](std::size_t i) { return i < name.size() && std::isalnum(static_cast<unsigned char>(name[i])); };
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(end)) return known;
  }
  return "unknown";
}

}  // namespace

Map graphics_grains(const GrainSource& source) {
  List cards;
  std::optional<std::string> told;
  if (source.settings.enable_lspci) told = output_of(source.host, {"lspci", "-vmm"});
  std::map<std::string, std::string> device;
  auto lines = split_lines(told.value_or(""));
  lines.emplace_back();  // an empty line ends each device, the last one too
  for (const auto& line : lines) {
    if (!trim(line).empty()) {
      const auto colon = line.find(':');
      if (colon != std::string::npos) device[line.substr(0, colon)] = trim(line.substr(colon + 1));
      continue;
    }
    if (is_graphics(device["Class"]))
      cards.push_back(Map{{"vendor", vendor_of(device["Vendor"])}, {"model", device["Device"]}});
    device.clear();
  }
  return {{"num_gpus", cards.size()}, {"gpus", cards}};
}

}  // namespace halite::minion
