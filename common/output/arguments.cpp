#include "common/output/arguments.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"

namespace halite {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// What YAML would turn into something that nobody typed.
bool stays_text(const std::string& text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty() || trimmed == "---" || trimmed == "...") return true;
  if (text.find('_') != std::string::npos &&
      std::all_of(trimmed.begin(), trimmed.end(), [](char c) { return c == '_' || (c >= '0' && c <= '9'); }))
    return true;
  return text.find_first_of("\t\r\n") != std::string::npos || text == "|" || text == "!";
}

// One group of words a function: between lone separators when there are just enough of them, else a separator inside a
// word ends a group too ("a," "b").
std::vector<std::vector<std::string>> argument_groups(const std::vector<std::string>& words, const std::string& separator,
                                                      std::size_t functions) {
  std::vector<std::vector<std::string>> groups(1);
  const auto lone = static_cast<std::size_t>(std::count(words.begin(), words.end(), separator));
  for (const auto& word : words) {
    if (lone + 1 == functions || separator.empty()) {
      if (word == separator) groups.emplace_back();
      else groups.back().push_back(word);
      continue;
    }
    std::string_view rest = word;
    for (auto found = rest.find(separator); found != std::string_view::npos; found = rest.find(separator)) {
      if (found > 0) groups.back().emplace_back(rest.substr(0, found));
      groups.emplace_back();
      rest.remove_prefix(found + separator.size());
    }
    if (!rest.empty()) groups.back().emplace_back(rest);
  }
  return groups;
}

// A number of twenty digits is the job id that was typed, not another number.
bool is_job_id(std::int64_t number) {
  constexpr std::int64_t smallest = 1'000'000'000'000'000'000;
  return number >= smallest;
}

}  // namespace

Value parse_argument(const std::string& text) {
  if (stays_text(text)) return text;
  if (text == "None") return Value();
  Value value;
  try {
    value = from_yaml(text, "argument");
  } catch (const Error&) {
    return text;  // a word that is no YAML is meant as it stands
  }
  if (value.is_map() && !text.starts_with('{')) return text;
  if (value.is_list() && !text.starts_with('[')) return text;
  if (text.find('#') != std::string::npos && (value.is_string() || value.is_null())) return text;
  if (const auto* number = value.if_int(); number && is_job_id(*number)) return std::to_string(*number);
  return value;
}

std::optional<std::pair<std::string, std::string>> split_keyword(const std::string& text) {
  std::size_t end = 0;
  while (end < text.size() && (is_word_character(text[end]) || (end > 0 && (text[end] == '.' || text[end] == '-')))) ++end;
  const bool has_name = end > 0 && !(text[0] >= '0' && text[0] <= '9');
  if (!has_name || end >= text.size() || text[end] != '=') return std::nullopt;
  // "==" is a comparison, and a value with line ends is not taken apart.
  if (end + 1 < text.size() && text[end + 1] == '=') return std::nullopt;
  if (text.find('\n', end) != std::string::npos) return std::nullopt;
  return std::pair(text.substr(0, end), text.substr(end + 1));
}

List parse_arguments(const std::vector<std::string>& words, const std::vector<std::string>& no_parse) {
  List arguments;
  Map keywords;
  for (const auto& word : words) {
    const auto keyword = split_keyword(word);
    if (!keyword) {
      arguments.push_back(parse_argument(word));
      continue;
    }
    if (keywords.empty()) keywords.set("__kwarg__", true);
    const bool as_it_is = std::find(no_parse.begin(), no_parse.end(), keyword->first) != no_parse.end();
    keywords.set(keyword->first, as_it_is ? Value(keyword->second) : parse_argument(keyword->second));
  }
  if (!keywords.empty()) arguments.push_back(keywords);
  return arguments;
}

std::vector<FunctionCall> parse_calls(const std::string& functions, const std::vector<std::string>& words,
                                      const std::vector<std::string>& no_parse, const std::string& separator) {
  if (functions.find(',') == std::string::npos) return {{functions, parse_arguments(words, no_parse)}};
  std::vector<FunctionCall> calls;
  for (const auto& name : split(functions, ','))
    if (const auto trimmed = trim(name); !trimmed.empty()) calls.push_back({std::string(trimmed), {}});
  const auto groups = argument_groups(words, separator, calls.size());
  if (groups.size() > calls.size())
    throw Error(ErrorKind::invalid, "there are arguments for {} functions, but only {} functions", groups.size(), calls.size());
  for (std::size_t i = 0; i < groups.size(); ++i) calls[i].arguments = parse_arguments(groups[i], no_parse);
  return calls;
}

}  // namespace halite
