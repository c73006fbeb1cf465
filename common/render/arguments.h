// Named access to what a filter, method or function was given, with Python's complaints.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/render/objects.h"

namespace halite::render {

class Parameters {
 public:
  // `function` outlives this. `names`, at most eight, in their order, the first `required` of them needed. Throws Failure for too many, unknown or missing ones.
  // A name that begins with '/' is given by position only.
  Parameters(Arguments& arguments, std::string_view function, std::initializer_list<std::string_view> names,
             std::size_t required = 0);

  bool has(std::size_t i) const { return given_[i]; }
  // Null for one not given.
  const Value& operator[](std::size_t i) const { return values_[i]; }
  Value get(std::size_t i, Value fallback) const { return given_[i] ? values_[i] : fallback; }
  bool truth(std::size_t i, bool fallback) const;
  // Throws "'X' object cannot be interpreted as an integer".
  std::int64_t integer(std::size_t i, std::int64_t fallback) const;
  // The text of a str; throws for other types.
  const std::string& text(std::size_t i) const;
  std::string text(std::size_t i, std::string_view fallback) const;

 private:
  static constexpr std::size_t most = 8;
  std::string_view function_;
  std::array<Value, most> values_;
  std::array<bool, most> given_{};
};

}  // namespace halite::render
