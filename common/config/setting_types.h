// Member types of settings beyond what common/data/convert.h has.
#pragma once

#include <string>
#include <vector>

#include "common/data/convert.h"

namespace halite {

// One text or a list of texts, as Salt's `master` or `gitfs_saltenv_whitelist`.
struct TextList {
  std::vector<std::string> items;
  bool operator==(const TextList&) const = default;
};

template <>
struct Convert<TextList> {
  static std::string type_name() { return "text or list of text"; }
  static TextList decode(const Value& value) {
    if (const auto* text = value.if_string()) return {{*text}};
    if (value.is_list()) return {Convert<std::vector<std::string>>::decode(value)};
    must_be("text or a list of text", value);
  }
  static Value encode(const TextList& list) {
    if (list.items.size() == 1) return list.items.front();
    return list.items;
  }
};

// Directories by environment: file_roots, pillar_roots.
using Roots = std::map<std::string, TextList>;

}  // namespace halite
