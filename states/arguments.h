// Types of state arguments that YAML spells in more than one way: file modes, account names, text or numbers, lists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/data/convert.h"

namespace halite::states {

// A file mode: '0644', 644, '644' and 0o644 are one; "keep" is the mode of the source.
struct FileMode {
  unsigned bits = 0;
  bool keep = false;
  bool operator==(const FileMode&) const = default;
};
// "0644"; four digits at least, as Salt shows modes.
std::string mode_text(unsigned bits);

// Text, where a number or a boolean in YAML is meant as the text it looks like in Python ("10", "True").
struct Text {
  std::string text;
  bool operator==(const Text&) const = default;
};
std::string python_text(const Value& value);

// One text or a list of them.
struct TextList {
  std::vector<std::string> items;
  bool operator==(const TextList&) const = default;
};

// An integer, or text that is one.
struct Number {
  std::int64_t value = 0;
  bool operator==(const Number&) const = default;
};

// A boolean, or text that says "true" or "false".
struct Flag {
  bool value = false;
  bool operator==(const Flag&) const = default;
};

}  // namespace halite::states

namespace halite {

template <>
struct Convert<states::FileMode> {
  static std::string type_name() { return "file mode"; }
  static states::FileMode decode(const Value& value);
  static Value encode(const states::FileMode& mode) { return mode.keep ? "keep" : states::mode_text(mode.bits); }
};

template <>
struct Convert<states::Text> {
  static std::string type_name() { return "text"; }
  static states::Text decode(const Value& value);
  static Value encode(const states::Text& text) { return text.text; }
};

template <>
struct Convert<states::TextList> {
  static std::string type_name() { return "text or list of text"; }
  static states::TextList decode(const Value& value);
  static Value encode(const states::TextList& list) { return list.items; }
};

template <>
struct Convert<states::Number> {
  static std::string type_name() { return "integer"; }
  static states::Number decode(const Value& value);
  static Value encode(const states::Number& number) { return number.value; }
};

template <>
struct Convert<states::Flag> {
  static std::string type_name() { return "boolean"; }
  static states::Flag decode(const Value& value);
  static Value encode(const states::Flag& flag) { return flag.value; }
};

}  // namespace halite
