// Lines of the form KEY=VALUE brought to their values, as Salt's file.keyvalue does it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace halite::states {

struct KeyValue {
  std::string key;
  std::string value;
  std::string type;  // of a value that was no text in the state: "int"
};

struct KeyValueEdit {
  std::vector<KeyValue> wanted;
  std::string separator = "=";
  bool append_if_not_found = false, prepend_if_not_found = false;
  std::int64_t count = 1;      // lines of a key to set; later ones are removed. Negative: all are set.
  std::string uncomment = {};  // characters in front of a key that are taken off
  bool key_ignore_case = false, value_ignore_case = false;
};

struct KeyValueResult {
  std::string text;
  std::string diff;  // Salt's own form: "- old line" and "+ new line"
  std::size_t changed_lines = 0;
};

KeyValueResult set_key_values(const std::string& text, const KeyValueEdit& edit);

}  // namespace halite::states
