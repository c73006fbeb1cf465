// file.keyvalue: lines of the form KEY=VALUE.
#include "common/base/strings.h"
#include "states/modules/file/edit.h"
#include "states/text/key_values.h"

namespace halite::states {
namespace {

struct KeyValues : Edit {
  std::optional<Text> key;
  Value value;
  std::optional<Map> key_values;
  std::string separator = "=";
  bool append_if_not_found = false, prepend_if_not_found = false, search_only = false, ignore_if_missing = false;
  Number count{1};
  std::string uncomment;
  bool key_ignore_case = false, value_ignore_case = false;
  // Derived.
  KeyValueResult result;
};

Schema<KeyValues> schema() {
  return edit_schema<KeyValues>("Full path of the file.")
      .parameter(&KeyValues::key, "key", "The key of the one line to set.")
      .parameter(&KeyValues::value, "value", "The value of that key.")
      .parameter(&KeyValues::key_values, "key_values", "Keys and their values, when there are several.")
      .parameter(&KeyValues::separator, "separator", "What stands between a key and its value, white space included.")
      .parameter(&KeyValues::append_if_not_found, "append_if_not_found", "Add a key that is not there at the end.")
      .parameter(&KeyValues::prepend_if_not_found, "prepend_if_not_found",
                 "Add a key that is not there at the beginning.")
      .parameter(&KeyValues::search_only, "search_only", "Kept for Salt's trees; it has no effect there either.")
      .parameter(&KeyValues::ignore_if_missing, "ignore_if_missing", "A file that is not there is no failure.")
      .parameter(&KeyValues::count, "count",
                 "How many lines of a key are set; further ones are removed. Negative: all are set.")
      .parameter(&KeyValues::uncomment, "uncomment", "Characters that are taken off in front of a key, such as '#'.")
      .parameter(&KeyValues::key_ignore_case, "key_ignore_case", "Keys match in upper and lower case.")
      .parameter(&KeyValues::value_ignore_case, "value_ignore_case", "Values match in upper and lower case.");
}

std::string python_type(const Value& value) {
  if (value.is_string()) return "";
  if (value.if_bool()) return "bool";
  return value.if_int() ? "int" : "float";
}

std::vector<KeyValue> wanted_lines(const KeyValues& asked) {
  if (asked.key && !asked.value.is_null()) {
    if (asked.key_values)
      throw Error(ErrorKind::invalid, "file.keyvalue can not combine key_values with key and value");
    return {{asked.key->text, python_text(asked.value), python_type(asked.value)}};
  }
  if (!asked.key_values || asked.key_values->empty())
    throw Error(ErrorKind::invalid, "file.keyvalue key and value not supplied and key_values is empty");
  std::vector<KeyValue> wanted;
  for (const auto& [key, value] : *asked.key_values)
    wanted.push_back({python_text(key),
                      during([&] { return python_text(value); }, "reading the value of {}", python_text(key)),
                      python_type(value)});
  return wanted;
}

std::optional<Outcome> prepare(KeyValues& asked, World& world) {
  const auto wanted = wanted_lines(asked);
  if (asked.separator.empty()) throw Error(ErrorKind::invalid, "'separator' may not be empty");
  const auto now = open_for_edit(asked, world);
  if (!now) {
    const std::string problem = "unable to open " + asked.name;
    return asked.ignore_if_missing ? unchanged(problem) : failed(problem);
  }
  asked.result = set_key_values(*now, {.wanted = wanted,
                                       .separator = asked.separator,
                                       .append_if_not_found = asked.append_if_not_found,
                                       .prepend_if_not_found = asked.prepend_if_not_found,
                                       .count = asked.count.value,
                                       .uncomment = asked.uncomment,
                                       .key_ignore_case = asked.key_ignore_case,
                                       .value_ignore_case = asked.value_ignore_case});
  asked.content = asked.result.text;
  return std::nullopt;
}

// Salt tells these changes in a form of its own.
Map changes(const Change<KeyValues>& change) {
  const KeyValues& asked = change.asked;
  const bool is_shown = asked.show_changes.value_or(!asked.is_hidden);
  return {{"diff", is_shown ? asked.result.diff : told_edit(asked, "", "")}};
}

}  // namespace

Function file_keyvalue() {
  Resource<KeyValues> values = edit_resource(schema());
  values.prepare = prepare;
  Wording<KeyValues> words;
  words.correct = [](const KeyValues&) -> std::string { return "No changes needed to be made"; };
  words.planned = [](const Change<KeyValues>& change) {
    return fmt::format("File {} is set to be changed ({} lines)", change.asked.name, change.asked.result.changed_lines);
  };
  words.done = [](const Change<KeyValues>& change) {
    return fmt::format("Changed {} lines", change.asked.result.changed_lines);
  };
  words.changes = changes;
  const Map example{{"name", "/etc/hosts"},
                    {"key_values", Map{{"PermitRootLogin", "no"}, {"MaxAuthTries", 2}}},
                    {"separator", " "},
                    {"uncomment", "# "},
                    {"append_if_not_found", true}};
  return values.ensure("keyvalue", "Lines of the form KEY=VALUE hold these values.", example, as_given<KeyValues>,
                       words);
}

}  // namespace halite::states
