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

}  // namespace halite::states
