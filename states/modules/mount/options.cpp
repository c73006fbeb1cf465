#include "states/modules/mount/options.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/strings.h"

namespace halite::states {
namespace {

// What mount acts on itself or the kernel does not show.
const std::set<std::string> invisible_options{
    "_netdev",  "actimeo",   "bg",        "comment",   "defaults",  "delay_connect", "direct-io-mode",     "intr",
    "loop",     "nointr",    "nobootwait", "nofail",   "password",  "reconnect",     "retry",              "soft",
    "auto",     "users",     "bind",      "nonempty",  "transform_symlinks", "port", "backup-volfile-servers", "noauto",
    "user",     "rbind",     "exec",      "suid",      "dev",       "async",         "atime",              "diratime",
    "nouser",   "remount"};
const std::set<std::string> invisible_keys{"actimeo",  "comment", "credentials", "direct-io-mode",
                                           "password", "port",    "retry",       "secretfile"};
const std::map<std::string, std::string> translations{{"tcp", "proto=tcp"}, {"udp", "proto=udp"}};

std::string key_of(const std::string& option) {
  return option.substr(0, option.find('='));
}

// size=10m is size=10240k.
std::string in_kibibytes(const std::string& option) {
  if (key_of(option) != "size" || option.size() < 7) return option;
  const char unit = static_cast<char>(option.back() | 0x20);
  const std::int64_t factor = unit == 'k' ? 1 : unit == 'm' ? 1024 : unit == 'g' ? 1024 * 1024 : 0;
  const auto number = parse_int(option.substr(5, option.size() - 6));
  return factor != 0 && number ? fmt::format("size={}k", *number * factor) : option;
}

// uid=alice is uid=1000.
std::string in_numbers(const std::string& option, World& world) {
  const std::string key = key_of(option);
  if ((key != "uid" && key != "gid") || option.size() <= key.size() + 1) return option;
  const std::string name = option.substr(key.size() + 1);
  const auto id = key == "uid" ? world.accounts.uid(name) : world.accounts.gid(name);
  return id ? fmt::format("{}={}", key, *id) : option;
}

// mode=0755 is mode=755.
std::string without_leading_zeros(const std::string& option) {
  const std::string key = key_of(option);
  if (key != "mode" && key != "umask" && key != "fmask" && key != "dmask") return option;
  std::size_t at = key.size() + 1;
  while (at + 1 < option.size() && option[at] == '0') ++at;
  return at < option.size() ? key + "=" + option.substr(at) : option;
}

// The same text for what means the same.
std::string normal(const std::string& option) {
  return without_leading_zeros(in_kibibytes(option));
}

bool has(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

std::vector<std::string> missing_options(const std::vector<std::string>& wanted, const Mount& mount,
                                         const OptionRules& rules, World& world) {
  std::vector<std::string> active;
  for (const auto* options : {&mount.options, &mount.super_options})
    for (const auto& option : *options) active.push_back(normal(option));
  std::vector<std::string> missing;
  for (const auto& given : wanted) {
    std::string option = given;
    for (const auto* table : {&translations, &rules.translations})
      if (const auto found = table->find(option); found != table->end()) option = found->second;
    const std::string key = key_of(option);
    if (option.empty() || invisible_options.count(option) || has(rules.invisible_options, option) ||
        invisible_keys.count(key) || has(rules.invisible_keys, key) || key.starts_with("x-"))
      continue;
    if (rules.type == "ramfs" && key == "size") continue;
    if (const auto ignored = rules.ignored_keys.find(rules.type);
        ignored != rules.ignored_keys.end() && has(ignored->second, key))
      continue;
    if (rules.type == "cifs" && key == "user") option = "username" + option.substr(key.size());
    option = in_numbers(normal(option), world);
    if (!has(active, option)) missing.push_back(given);
  }
  return missing;
}

}  // namespace halite::states
