#include "states/providers/debian_version.h"

#include <algorithm>
#include <cctype>

#include "common/base/strings.h"

namespace halite::states {
namespace {

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// ~ is before the end, letters come before all other characters.
int weight(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  const char c = text[at];
  if (c == '~') return -1;
  return std::isalpha(static_cast<unsigned char>(c)) ? c : c + 256;
}

// Parts of other characters and numbers in turn.
int compare_parts(std::string_view a, std::string_view b) {
  std::size_t i = 0, k = 0;
  while (i < a.size() || k < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) || (k < b.size() && !is_digit(b[k]))) {
      const int difference = weight(a, i) - weight(b, k);
      if (difference != 0) return difference;
      ++i;
      ++k;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (k < b.size() && b[k] == '0') ++k;
    int first = 0;
    while (i < a.size() && k < b.size() && is_digit(a[i]) && is_digit(b[k])) {
      if (first == 0) first = a[i] - b[k];
      ++i;
      ++k;
    }
    if (i < a.size() && is_digit(a[i])) return 1;
    if (k < b.size() && is_digit(b[k])) return -1;
    if (first != 0) return first;
  }
  return 0;
}

struct Version {
  std::string_view epoch = "0", upstream, revision;
};

Version parse(std::string_view text) {
  Version version;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    version.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t dash = text.rfind('-');
  version.upstream = text.substr(0, dash);
  if (dash != std::string_view::npos) version.revision = text.substr(dash + 1);
  return version;
}

std::string_view without_epoch(std::string_view version) {
  const std::size_t colon = version.find(':');
  return colon == std::string_view::npos ? version : version.substr(colon + 1);
}

bool meets(std::string_view version, const VersionCondition& condition, const VersionRules& rules) {
  auto [comparison, wanted_text] = condition;
  std::string_view wanted = wanted_text;
  if (comparison == "==" && glob_match(wanted, version)) return true;
  const bool is_plain = comparison == "==" || comparison == "!=";
  if (rules.ignore_epoch.value_or(is_plain && wanted.find(':') == std::string_view::npos)) {
    version = without_epoch(version);
    wanted = without_epoch(wanted);
    if (comparison == "==" && glob_match(wanted, version)) return true;
  }
  const int order = compare_versions(version, wanted);
  if (comparison == "==") return order == 0;
  if (comparison == "!=") return order != 0;
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  return order >= 0;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const Version first = parse(a), second = parse(b);
  if (const int epoch = compare_parts(first.epoch, second.epoch); epoch != 0) return epoch;
  if (const int upstream = compare_parts(first.upstream, second.upstream); upstream != 0) return upstream;
  return compare_parts(first.revision, second.revision);
}

std::vector<VersionCondition> parse_version_conditions(std::string_view text) {
  std::vector<VersionCondition> conditions;
  for (const auto& part : split(text, ',')) {
    std::string_view rest = trim(part);
    if (rest.empty()) continue;
    const std::size_t length = std::min(rest.find_first_not_of("<>=!~"), rest.size());
    std::string comparison(rest.substr(0, length));
    if (comparison.empty() || comparison == "=") comparison = "==";
    if (comparison == "<<" || comparison == ">>") comparison.pop_back();
    conditions.emplace_back(std::move(comparison), std::string(trim(rest.substr(length))));
  }
  return conditions;
}

bool is_comparison(std::string_view text) {
  const auto conditions = parse_version_conditions(text);
  return conditions.size() > 1 || (conditions.size() == 1 && conditions[0].first != "==");
}

bool fulfills(std::string_view version, std::string_view text, const VersionRules& rules) {
  auto conditions = parse_version_conditions(text);
  if (rules.allow_updates && conditions.size() == 1 && conditions[0].first == "==") conditions[0].first = ">=";
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const VersionCondition& condition) { return meets(version, condition, rules); });
}

}  // namespace halite::states
