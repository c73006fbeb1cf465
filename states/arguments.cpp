#include "states/arguments.h"

#include <charconv>

#include "common/base/strings.h"

namespace halite {
namespace states {

std::string mode_text(unsigned bits) {
  return fmt::format("{:04o}", bits);
}

std::string python_text(const Value& value) {
  if (const auto* held = value.if_string()) return *held;
  if (const auto* held = value.if_int()) return std::to_string(*held);
  if (const auto* held = value.if_bool()) return *held ? "True" : "False";
  if (value.is_real()) return short_text(value);
  must_be("text", value);
}

namespace {

unsigned parse_mode(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with("0o") || digits.starts_with("0O")) digits.remove_prefix(2);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 8);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > 07777)
    throw Error(ErrorKind::invalid, "must be a file mode in octal such as '0644', not '{}'", text);
  return bits;
}

}  // namespace
}  // namespace states

// YAML as Salt loads it keeps 0644 as the decimal number 644: the digits are the mode.
states::FileMode Convert<states::FileMode>::decode(const Value& value) {
  if (const auto* number = value.if_int()) return {states::parse_mode(std::to_string(*number)), false};
  if (const auto* text = value.if_string()) {
    if (to_lower(*text) == "keep") return {0, true};
    return {states::parse_mode(*text), false};
  }
  must_be("a file mode such as '0644'", value);
}

states::Text Convert<states::Text>::decode(const Value& value) {
  return {states::python_text(value)};
}

states::TextList Convert<states::TextList>::decode(const Value& value) {
  states::TextList result;
  if (const auto* list = value.if_list()) {
    for (const Value& item : *list) result.items.push_back(states::python_text(item));
  } else {
    result.items.push_back(states::python_text(value));
  }
  return result;
}

states::Number Convert<states::Number>::decode(const Value& value) {
  if (const auto* number = value.if_int()) return {*number};
  if (const auto* text = value.if_string())
    if (const auto number = parse_int(*text)) return {*number};
  must_be("an integer", value);
}

states::Flag Convert<states::Flag>::decode(const Value& value) {
  if (const auto* held = value.if_bool()) return {*held};
  if (const auto* number = value.if_int(); number && (*number == 0 || *number == 1)) return {*number == 1};
  const auto* text = value.if_string();
  const std::string word = text ? to_lower(*text) : "";
  if (word == "true" || word == "false") return {word == "true"};
  must_be("true or false", value);
}

}  // namespace halite
