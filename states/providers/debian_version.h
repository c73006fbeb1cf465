// Versions of Debian packages: which is newer, and whether one meets a condition such as ">= 1.2, < 2".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halite::states {

// Less than, equal to or greater than 0, by the rules of Debian's policy (epoch, upstream version, revision; ~ is
// before everything).
int compare_versions(std::string_view a, std::string_view b);

// One condition: "==", "!=", "<", "<=", ">", ">=", and a version or, with "==", a glob.
using VersionCondition = std::pair<std::string, std::string>;
// "1.2", ">=1.2,<2": every part must hold.
std::vector<VersionCondition> parse_version_conditions(std::string_view text);
bool is_comparison(std::string_view text);

struct VersionRules {
  std::optional<bool> ignore_epoch{};  // unset: ignored where the condition is an equality without an epoch
  bool allow_updates = false;          // "1.2" means 1.2 or newer
};
bool fulfills(std::string_view version, std::string_view conditions, const VersionRules& rules = {});

}  // namespace halite::states
