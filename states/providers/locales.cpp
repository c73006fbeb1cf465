#include "states/providers/locales.h"

#include <algorithm>
#include <cctype>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

constexpr const char* supported = "/usr/share/i18n/SUPPORTED";
constexpr const char* generated = "/etc/locale.gen";

std::string system_file(Host& host) {
  return host.status("/etc/locale.conf") ? "/etc/locale.conf" : "/etc/default/locale";
}

bool is_commented(const std::string& line, const std::string& definition) {
  const std::string_view text = trim(line);
  return text.starts_with('#') && trim(text.substr(1)) == definition;
}

}  // namespace

std::string normal_locale(const std::string& name) {
  std::string text = name.substr(0, name.find(' '));
  std::string modifier;
  if (const std::size_t at = text.find('@'); at != std::string::npos) {
    modifier = text.substr(at);
    text.resize(at);
  }
  const std::size_t dot = text.find('.');
  std::string codeset = dot == std::string::npos ? "" : to_lower(text.substr(dot));
  std::erase(codeset, '-');
  std::string place = text.substr(0, dot);
  if (const std::size_t under = place.find('_'); under != std::string::npos)
    std::transform(place.begin() + static_cast<std::ptrdiff_t>(under), place.end(),
                   place.begin() + static_cast<std::ptrdiff_t>(under),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return place + codeset + modifier;
}

std::vector<std::string> locales(Host& host) {
  return split_lines(host.run({"locale", "-a"}));
}

bool has_locale(const std::string& name, Host& host) {
  const std::string wanted = normal_locale(name);
  for (const auto& one : locales(host))
    if (normal_locale(one) == wanted) return true;
  return false;
}

std::string locale_definition(const std::string& name, Host& host) {
  const auto list = host.read_file_if_exists(supported);
  if (!list)
    throw Error(ErrorKind::unavailable, "Failed to generate locale {}: there is no {}; install the package locales",
                name, supported);
  for (const auto& line : split_lines(*list))
    if (line == name || line.substr(0, line.find(' ')) == name) return line;
  throw Error(ErrorKind::not_found, "Failed to generate locale {}: it is not in {}", escape_control(name), supported);
}

void generate_locale(const std::string& name, Host& host) {
  const std::string definition = locale_definition(name, host);
  const auto old = host.read_file_if_exists(generated);
  std::string text;
  bool has_line = false;
  for (const auto& line : split_lines(old.value_or(""))) {
    const bool is_it = !has_line && (is_commented(line, definition) || trim(line) == definition);
    has_line = has_line || is_it;
    text += (is_it ? definition : line) + "\n";
  }
  if (!has_line) text += definition + "\n";
  if (old != text) host.replace_file(generated, text, old ? FileAttributes{} : FileAttributes{.mode = 0644});
  Command command;
  command.argv = {"locale-gen"};
  command.timeout = std::chrono::minutes(10);
  if (const CommandResult result = host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "Failed to generate locale {}: {}", name, trim(result.error));
}

std::string system_locale(Host& host) {
  for (const auto& line : split_lines(host.read_file_if_exists(system_file(host)).value_or(""))) {
    std::string text(trim(line));
    if (!text.starts_with("LANG=")) continue;
    text.erase(0, 5);
    std::erase(text, '"');
    return text;
  }
  return "";
}

void set_system_locale(const std::string& name, Host& host) {
  const std::string path = system_file(host);
  const auto old = host.read_file_if_exists(path);
  std::string text;
  bool is_set = false;
  for (const auto& line : split_lines(old.value_or(""))) {
    const bool is_it = trim(line).starts_with("LANG=");
    if (is_it && is_set) continue;
    text += (is_it ? "LANG=" + name : line) + "\n";
    is_set = is_set || is_it;
  }
  if (!is_set) text += "LANG=" + name + "\n";
  make_directories(host, parent_directory(path));
  host.replace_file(path, text, old ? FileAttributes{} : FileAttributes{.mode = 0644});
}

}  // namespace halite::states
