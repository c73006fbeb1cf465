#include "states/providers/python_version.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

struct Version {
  bool is_sound = false;
  std::int64_t epoch = 0;
  std::vector<std::int64_t> release;  // without zeros at its end
  std::pair<std::int64_t, std::int64_t> pre{highest, 0};  // 0 a, 1 b, 2 rc
  std::int64_t post = lowest, dev = highest;
  std::vector<std::pair<std::int64_t, std::string>> local;  // numbers are newer than words

  auto key() const { return std::tie(is_sound, epoch, release, pre, post, dev, local); }
};

// Reads a version from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Version read() {
    Version version;
    take("v");
    auto number = take_number();
    if (number && take("!")) {
      version.epoch = *number;
      number = take_number();
    }
    if (!number) return {};
    version.release.push_back(*number);
    while (is_digit_after_dot()) {
      ++at_;
      version.release.push_back(*take_number());
    }
    while (!version.release.empty() && version.release.back() == 0) version.release.pop_back();
    bool has_pre = false, has_post = false, has_dev = false;
    for (const auto& [word, rank] : {std::pair{"alpha", 0}, {"beta", 1}, {"preview", 2}, {"pre", 2}, {"rc", 2}, {"a", 0}, {"b", 1}, {"c", 2}})
      if (!has_pre && take_word(word)) {
        has_pre = true;
        version.pre = {rank, take_suffix_number()};
      }
    for (const char* word : {"post", "rev", "r"})
      if (!has_post && take_word(word)) {
        has_post = true;
        version.post = take_suffix_number();
      }
    if (!has_post && at_ + 1 < text_.size() && text_[at_] == '-' && std::isdigit(static_cast<unsigned char>(text_[at_ + 1]))) {
      ++at_;
      has_post = true;
      version.post = *take_number();
    }
    if (take_word("dev")) {
      has_dev = true;
      version.dev = take_suffix_number();
    }
    // 1.0.dev1 is older than 1.0a1.
    if (!has_pre && !has_post && has_dev) version.pre = {lowest, 0};
    if (take("+"))
      for (const auto& part : split(replace_all(replace_all(std::string(text_.substr(at_)), "-", "."), "_", "."), '.')) {
        const auto value = parse_int(part);
        version.local.emplace_back(value ? *value : -1, value ? "" : part);
        at_ = text_.size();
      }
    version.is_sound = at_ == text_.size();
    return version.is_sound ? version : Version();
  }

 private:
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  std::optional<std::int64_t> take_number() {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) ++at_;
    return parse_int(text_.substr(start, at_ - start));
  }

  bool is_digit_after_dot() const {
    return at_ + 1 < text_.size() && text_[at_] == '.' && std::isdigit(static_cast<unsigned char>(text_[at_ + 1]));
  }

  // The word, with a separator in front or none.
  bool take_word(std::string_view word) {
    const std::size_t start = at_;
    if (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == '-' || text_[at_] == '_')) ++at_;
    if (take(word)) return true;
    at_ = start;
    return false;
  }

  std::int64_t take_suffix_number() {
    const std::size_t start = at_;
    if (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == '-' || text_[at_] == '_')) ++at_;
    if (const auto number = take_number()) return *number;
    at_ = start;
    return 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Version parse(std::string_view text) { return Reader(to_lower(trim(text))).read(); }

std::string_view without_local(std::string_view version) { return version.substr(0, version.find('+')); }

// "1.2.*": the release begins with these numbers.
bool has_prefix(std::string_view version, std::string_view prefix) {
  const auto wanted = split(prefix, '.');
  std::string_view bare = version;
  if (const auto epoch = bare.find('!'); epoch != std::string_view::npos) bare = bare.substr(epoch + 1);
  auto parts = split(bare.substr(0, bare.find_first_not_of("0123456789.")), '.');
  while (parts.size() < wanted.size()) parts.push_back("0");
  return std::equal(wanted.begin(), wanted.end(), parts.begin(), [](const std::string& a, const std::string& b) {
    return parse_int(a).value_or(-1) == parse_int(b).value_or(-2);
  });
}

bool is_equal(std::string_view version, std::string_view wanted) {
  if (wanted.ends_with(".*")) return has_prefix(version, wanted.substr(0, wanted.size() - 2));
  const std::string_view compared = wanted.find('+') == std::string_view::npos ? without_local(version) : version;
  return std::is_eq(compare_python_versions(compared, wanted));
}

bool holds(std::string_view version, const std::string& operation, const std::string& wanted) {
  const auto order = compare_python_versions(without_local(version), wanted);
  if (operation == "===") return version == wanted;
  if (operation == "==") return is_equal(version, wanted);
  if (operation == "!=") return !is_equal(version, wanted);
  if (operation == "<=") return std::is_lteq(order);
  if (operation == ">=") return std::is_gteq(order);
  const Version have = parse(version), want = parse(wanted);
  const bool same_release = have.epoch == want.epoch && have.release == want.release;
  // Before 1.0 means before its release candidates too, and after 1.0 not 1.0.post1.
  if (operation == "<") return std::is_lt(order) && !(same_release && want.pre.first == highest && have.pre.first != highest);
  if (operation == ">") return std::is_gt(order) && !(same_release && want.post == lowest && have.post != lowest);
  const std::size_t last = wanted.rfind('.');
  return std::is_gteq(order) && last != std::string::npos && has_prefix(version, wanted.substr(0, last));
}

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.'; }

bool is_location(const std::string& text) {
  return text.find("://") != std::string::npos || text.starts_with('/') || text.starts_with('.') || text.starts_with('~') ||
         text.ends_with(".whl") || text.ends_with(".tar.gz") || text.ends_with(".zip");
}

// "git+https://host/repo#egg=name"
std::string egg_of(const std::string& text) {
  const std::size_t at = text.find("egg=", std::min(text.find('#'), text.size()));
  if (at == std::string::npos) return "";
  const std::size_t start = at + 4, end = text.find_first_of("&[;", start);
  return text.substr(start, end == std::string::npos ? end : end - start);
}

[[noreturn]] void no_requirement(const std::string& text, const char* why) {
  throw Error(ErrorKind::invalid, "'{}' is no requirement of a Python package: {}", escape_control(text), why);
}

}  // namespace

std::weak_ordering compare_python_versions(std::string_view a, std::string_view b) {
  const Version left = parse(a), right = parse(b);
  if (!left.is_sound && !right.is_sound) return a <=> b;
  return left.key() <=> right.key();
}

bool PythonRequirement::allows(std::string_view version) const {
  return std::all_of(specs.begin(), specs.end(), [&](const auto& spec) { return holds(version, spec.first, spec.second); });
}

std::string python_package_key(std::string_view name) {
  std::string key;
  for (const char c : to_lower(name)) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (!is_separator) key += c;
    else if (!key.empty() && key.back() != '-') key += '-';
  }
  return key;
}

PythonRequirement parse_python_requirement(const std::string& given) {
  PythonRequirement requirement{.text = std::string(trim(given)), .name = {}, .specs = {}, .has_marker = false};
  const std::string& text = requirement.text;
  if (text.empty() || text[0] == '-') no_requirement(given, "a package's name, a path or a URL is needed");
  if (is_location(text) && text.find(" @ ") == std::string::npos) {
    requirement.name = egg_of(text);
    return requirement;
  }
  std::size_t at = 0;
  while (at < text.size() && is_name_char(text[at])) ++at;
  requirement.name = text.substr(0, at);
  if (at < text.size() && text[at] == '[') {
    const std::size_t end = text.find(']', at);
    if (end == std::string::npos) no_requirement(given, "'[' is not closed");
    at = end + 1;
  }
  std::string rest(trim(std::string_view(text).substr(at)));
  if (const std::size_t marker = rest.find(';'); marker != std::string::npos) {
    requirement.has_marker = true;
    rest = std::string(trim(rest.substr(0, marker)));
  }
  if (rest.starts_with('@') || rest.empty()) return requirement;
  if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
  for (const auto& part : split(rest, ',')) {
    const std::string spec(trim(part));
    const std::size_t end = spec.find_first_not_of("=<>!~");
    const std::string operation = spec.substr(0, end);
    if (operation == "=")
      throw Error(ErrorKind::invalid, "Invalid version specification in package {}. '=' is not supported, use '==' instead.", text);
    static const std::vector<std::string> known{"==", "===", "!=", "<=", ">=", "<", ">", "~="};
    if (end == std::string::npos || std::find(known.begin(), known.end(), operation) == known.end())
      no_requirement(given, "a version is asked for with ==, !=, <, <=, >, >= or ~=");
    requirement.specs.emplace_back(operation, std::string(trim(spec.substr(end))));
  }
  return requirement;
}

}  // namespace halite::states
