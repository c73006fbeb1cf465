// Which content is not for everybody's eyes, and what is shown instead.
#pragma once

#include <optional>
#include <string>

#include "common/data/value.h"

namespace halite::states {

// What others may not read is not shown either.
inline bool hides_content(unsigned mode) {
  return (mode & 04) == 0;
}

// True for a pillar key that is named like a secret (password, token, ...), or a list that holds one.
bool names_a_secret(const Value& name);

// The difference of a content for a change, or why it is not shown. `show`: as asked; unset: unless it is secret.
std::string told_change(const std::string& before, const std::string& after, bool is_secret, std::optional<bool> show);

// The text with the user and password of every http(s) URL in it replaced by "<redacted>", as Salt does.
std::string without_password(const std::string& text);

}  // namespace halite::states
