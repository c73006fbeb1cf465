#include "common/render/arguments.h"

#include <algorithm>
#include <cassert>

#include "common/render/big_integer.h"
#include "common/render/python.h"

namespace halite::render {

Parameters::Parameters(Arguments& arguments, std::string_view function, std::initializer_list<std::string_view> names,
                       std::size_t required)
    : function_(function) {
  assert(names.size() <= most);
  if (arguments.positional.size() > names.size())
    fail("{}() takes at most {} argument{} ({} given)", function, names.size(), names.size() == 1 ? "" : "s",
         arguments.positional.size() + arguments.named.size());
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    values_[i] = std::move(arguments.positional[i]);
    given_[i] = true;
  }
  for (auto& [name, value] : arguments.named) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) fail("{}() got an unexpected keyword argument '{}'", function, name);
    const auto i = static_cast<std::size_t>(found - names.begin());
    if (given_[i]) fail("{}() got multiple values for argument '{}'", function, name);
    values_[i] = std::move(value);
    given_[i] = true;
  }
  for (std::size_t i = 0; i < required; ++i)
    if (!given_[i]) fail("{}() missing 1 required positional argument: '{}'", function, *(names.begin() + i));
}

bool Parameters::truth(std::size_t i, bool fallback) const { return given_[i] ? render::truth(values_[i]) : fallback; }

std::int64_t Parameters::integer(std::size_t i, std::int64_t fallback) const {
  if (!given_[i]) return fallback;
  const Value& value = values_[i];
  if (const auto* number = value.if_int()) return *number;
  if (const auto* flag = value.if_bool()) return *flag;
  if (is_big(value)) fail("Python int too large to convert to C ssize_t");
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("'{}' object cannot be interpreted as an integer", python_type(value));
}

const std::string& Parameters::text(std::size_t i) const {
  if (const std::string* text = if_text(values_[i])) return *text;
  if (const Undefined* undefined = if_undefined(values_[i])) undefined->raise();
  fail("{}() argument {} must be str, not {}", function_, i + 1, python_type(values_[i]));
}

std::string Parameters::text(std::size_t i, std::string_view fallback) const {
  return given_[i] ? text(i) : std::string(fallback);
}

}  // namespace halite::render
