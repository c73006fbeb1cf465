// Grains of the distribution, from os-release(5) and /etc/lsb-release.
#include <algorithm>
#include <cctype>

#include "common/base/strings.h"
#include "minion/grains/families.h"
#include "minion/grains/remembered.h"

namespace halite::minion {
namespace {

using Pairs = std::map<std::string, std::string>;

// KEY=value, KEY="value" or KEY='value' a line, with the shell's backslashes inside double quotes.
Pairs read_pairs(Host& host, const std::string& path) {
  Pairs pairs;
  const auto text = host.read_file_if_exists(path);
  if (!text) return pairs;
  for (const auto& raw : split_lines(*text)) {
    const std::string line(trim(raw));
    const auto equals = line.find('=');
    if (line.empty() || line[0] == '#' || equals == std::string::npos) continue;
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
      const bool has_escapes = value.front() == '"';
      value = value.substr(1, value.size() - 2);
      for (std::size_t i = 0; has_escapes && i + 1 < value.size(); ++i)
        if (value[i] == '\\') value.erase(i, 1);
    }
    pairs[line.substr(0, equals)] = value;
  }
  return pairs;
}

std::string get(const Pairs& pairs, const std::string& key) {
  const auto found = pairs.find(key);
  return found == pairs.end() ? std::string() : found->second;
}

// "Debian GNU/Linux" is "Debian", "Arch Linux" is "Arch".
std::string short_name(const std::string& full_name) {
  std::string name = full_name;
  for (const char* suffix : {" gnu/linux", " linux"}) {
    const auto at = to_lower(name).find(suffix);
    if (at != std::string::npos) name.erase(at, std::string_view(suffix).size());
  }
  return std::string(trim(name));
}

std::string os_name(const Pairs& release) {
  static const std::map<std::string, std::string> named{{"raspbian", "Raspbian"}, {"linuxmint", "Mint"},
                                                        {"pop", "Pop"},           {"kali", "Kali"},
                                                        {"neon", "KDE neon"},     {"univention", "Univention"}};
  const auto found = named.find(get(release, "ID"));
  return found == named.end() ? short_name(get(release, "NAME")) : found->second;
}

// The oldest ancestor, "debian" before any other.
std::string os_family(const Pairs& release) {
  const std::string id = get(release, "ID");
  auto ancestors = split_words(get(release, "ID_LIKE"));
  if (ancestors.empty()) ancestors.push_back(id);
  std::string family = ancestors.back();
  for (const auto& one : {id, std::string("debian"), std::string("ubuntu")})
    if ((one == "debian" || one == "ubuntu") &&
        (id == one || std::find(ancestors.begin(), ancestors.end(), one) != ancestors.end()))
      family = "debian";
  if (family == "fedora") return "RedHat";
  if (!family.empty()) family[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(family[0])));
  return family;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

void add_release(Map& grains, const std::string& os, const std::string& full_name, const std::string& release) {
  List parts;
  for (const auto& part : split(release, '.'))
    parts.push_back(is_number(part) ? Value(parse_int(part)) : Value(part));
  const std::string first = split(release, '.')[0];
  if (parts[0].is_int()) grains.set("osmajorrelease", parts[0]);
  grains.set("osrelease_info", parts);
  const bool by_short_name = os == "Debian" || os == "Raspbian";
  const bool by_whole_release = os == "Ubuntu" || os == "Pop";
  const std::string shown = by_whole_release ? release : parts[0].is_int() ? std::to_string(parts[0].as_int()) : first;
  grains.set("osfinger", (by_short_name ? os : full_name) + "-" + shown);
}

}  // namespace

Map os_grains(const GrainSource& source) {
  Map grains;
  for (const auto& [key, value] : read_pairs(source.host, "/etc/lsb-release"))
    if (key.rfind("DISTRIB_", 0) == 0) grains.set("lsb_" + to_lower(key), value);
  Pairs release = read_pairs(source.host, "/etc/os-release");
  if (release.empty()) release = read_pairs(source.host, "/usr/lib/os-release");
  if (release.empty()) release = {{"NAME", "Linux"}, {"ID", "linux"}};
  const std::string full_name(trim(get(release, "NAME")));
  const std::string os = os_name(release);
  grains.set("os", os);
  grains.set("os_family", os_family(release));
  grains.set("osfullname", full_name);
  const std::string codename = get(release, "VERSION_CODENAME");
  const std::string version = get(release, "VERSION_ID");
  if (!codename.empty()) grains.set("oscodename", codename);
  if (!version.empty()) {
    grains.set("osrelease", version);
    add_release(grains, os, full_name, version);
  }
  return grains;
}

// dpkg knows its own architecture; the file says it without starting a program.
Map os_architecture_grains(const GrainSource& source) {
  if (source.grains.get("os_family") == Value("Debian")) {
    const std::string listed = first_line(source.host, "/var/lib/dpkg/arch");
    if (!listed.empty()) return {{"osarch", listed}};
    if (const auto told = remembered_output(source, {"dpkg", "--print-architecture"}, Lasts::as_long_as_the_program)) return {{"osarch", *told}};
  }
  return {{"osarch", source.grains.get("cpuarch")}};
}

}  // namespace halite::minion
