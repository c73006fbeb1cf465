#include "states/providers/stateful.h"

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "states/arguments.h"

namespace halite::states {
namespace {

[[noreturn]] void unreadable() {
  throw Error(ErrorKind::invalid, "Failed parsing script output! Stdout must be JSON or a line of name=value pairs.");
}

bool parse_truth(const Value& value) {
  const std::string word = value.is_null() ? "no" : to_lower(python_text(value));
  if (word == "true" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "no" || word == "0") return false;
  throw Error(ErrorKind::invalid, "Failed parsing boolean value: {}", python_text(value));
}

std::optional<Map> as_json(const std::string& output) {
  Value value;
  try {
    value = from_json(output, "the output");
  } catch (const Error&) {
    return std::nullopt;
  }
  if (!value.is_map()) throw Error(ErrorKind::invalid, "script JSON output must be a JSON object (e.g., {{}})!");
  return value.as_map();
}

std::vector<std::string> words_of(std::string_view line) {
  try {
    return split_shell_words(line);
  } catch (const Error&) {
    unreadable();
  }
}

Map as_pairs(std::string_view line) {
  Map pairs;
  for (const auto& word : words_of(line)) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || word.find('=', equals + 1) != std::string::npos) unreadable();
    pairs.set(word.substr(0, equals), word.substr(equals + 1));
  }
  return pairs;
}

}  // namespace

StatefulReport read_stateful(const std::string& output) {
  StatefulReport report;
  if (auto json = as_json(output)) {
    report.data = std::move(*json);
  } else {
    const std::string_view text = trim_right(output);
    const std::size_t line = text.rfind('\n');
    report.data = as_pairs(line == std::string::npos ? text : text.substr(line + 1));
    if (line != std::string::npos) report.output = text.substr(0, line);
  }
  if (const auto changed = report.data.find("changed")) report.changed = parse_truth(*changed);
  if (const auto comment = report.data.erase("comment")) report.comment = python_text(*comment);
  return report;
}

}  // namespace halite::states
