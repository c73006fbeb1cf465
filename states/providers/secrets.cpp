#include "states/providers/secrets.h"

#include <algorithm>

#include "common/base/strings.h"
#include "states/text/lines.h"

namespace halite::states {

bool names_a_secret(const Value& name) {
  if (const List* names = name.if_list()) return std::any_of(names->begin(), names->end(), names_a_secret);
  const std::string text = name.is_string() ? to_lower(name.as_string()) : "";
  for (const char* word : {"secret", "password", "passwd", "private", "token", "credential"})
    if (text.find(word) != std::string::npos) return true;
  return false;
}

std::string told_change(const std::string& before, const std::string& after, bool is_secret, std::optional<bool> show) {
  if (show == false) return "<show_changes=False>";
  if (is_secret && show != true) return "<secret content is not shown; show_changes: True shows it>";
  return content_change(before, after);
}

std::string without_password(const std::string& text) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const std::size_t start = text.find("://", at);
    if (start == std::string::npos) return result + text.substr(at);
    const std::size_t end = text.find_first_of("/ '\"\n", start + 3);
    const std::string_view authority = std::string_view(text).substr(start + 3, end == std::string::npos ? end : end - start - 3);
    const std::size_t sign = authority.rfind('@');
    const bool is_http = text.substr(at, start - at).ends_with("http") || text.substr(at, start - at).ends_with("https");
    result += text.substr(at, start + 3 - at);
    if (is_http && sign != std::string_view::npos) {
      result += "<redacted>";
      at = start + 3 + sign;
    } else {
      at = start + 3;
    }
  }
}

}  // namespace halite::states
