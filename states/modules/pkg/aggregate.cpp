// Packages of several states at once: for `aggregate`.
#include <algorithm>
#include <array>

#include "states/modules/pkg/pkg.h"

namespace halite::states {
namespace {

constexpr std::array<std::string_view, 5> names_packages{"name", "names", "pkgs", "sources", "version"};

// What else apt is told, such as fromrepo, has to be the same; and one hold would hold all.
bool can_share_a_run(const Map& args, const Map& other) {
  const auto rest = [](const Map& all) {
    Map kept;
    for (const auto& [key, value] : all)
      if (!key.is_string() || std::find(names_packages.begin(), names_packages.end(), key.as_string()) == names_packages.end()) kept.set(key, value);
    return kept;
  };
  return !args.contains("hold") && args.contains("sources") == other.contains("sources") && rest(args) == rest(other);
}

// The packages as `pkgs` has them, or those of `sources`; nothing where they are not a list.
std::optional<List> packages_in(const Map& args) {
  const Value* list = args.find(args.contains("sources") ? "sources" : "pkgs");
  if (list) return list->is_list() ? std::optional(list->as_list()) : std::nullopt;
  const Value* version = args.find("version");
  if (version && !version->is_null()) return List{Map{{args.at("name"), *version}}};
  return List{args.at("name")};
}

// Whose package an entry of `pkgs` is, to see that no two states want different versions.
Value name_of(const Value& entry) {
  const Map* map = entry.if_map();
  return map && map->size() == 1 ? map->begin()->key : entry;
}

}  // namespace

bool absorb_packages(Map& args, const Map& other) {
  auto packages = packages_in(args);
  const auto more = packages_in(other);
  if (!packages || !more || !can_share_a_run(args, other)) return false;
  for (const Value& entry : *more) {
    const auto same = std::find_if(packages->begin(), packages->end(), [&](const Value& there) { return name_of(there) == name_of(entry); });
    if (same == packages->end()) packages->push_back(entry);
    else if (*same != entry) return false;
  }
  args.erase(Value("version"));
  args.set(args.contains("sources") ? "sources" : "pkgs", std::move(*packages));
  return true;
}

}  // namespace halite::states
