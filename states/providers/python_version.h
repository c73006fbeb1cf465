// Versions of Python packages (PEP 440) and what a requirement asks for (PEP 508).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halite::states {

// How `a` stands to `b`. A text that is no version of PEP 440 is older than any that is.
std::weak_ordering compare_python_versions(std::string_view a, std::string_view b);

struct PythonRequirement {
  std::string text;                                        // as it was given
  std::string name;                                        // empty: a path or URL that names no package
  std::vector<std::pair<std::string, std::string>> specs;  // {">=", "1.2"}
  bool has_marker = false;                                 // only where a condition holds

  bool allows(std::string_view version) const;
};
// Throws Error(invalid) in Salt's words for what is none.
PythonRequirement parse_python_requirement(const std::string& text);

// "Foo.Bar" and "foo-bar" are one package.
std::string python_package_key(std::string_view name);

}  // namespace halite::states
