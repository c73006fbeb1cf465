// Targets on grains and pillar: "key:sub:VALUE". Where the key ends and the value begins is tried from the right, so a
// value may hold the delimiter; a value is a key of a map, an item of a list, or a scalar, compared regardless of case.
#include <unordered_map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/real_text.h"
#include "common/data/regex.h"
#include "common/data/traverse.h"
#include "common/target/condition.h"

namespace halite::target {
namespace {

constexpr std::size_t parts_limit = 64;
constexpr std::size_t step_limit = 100'000;  // for one minion; wildcards multiply
constexpr std::string_view inner_delimiter = ":";  // below a matched map Salt knows this one alone

// As Python's str() has it, in lower case.
std::string folded(const Value& value) {
  if (const auto* text = value.if_string()) return to_lower(*text);
  if (const auto* boolean = value.if_bool()) return *boolean ? "true" : "false";
  if (const auto* integer = value.if_int()) return std::to_string(*integer);
  if (const auto* real = value.if_real()) return real_text(*real);
  if (value.is_null()) return "none";
  return to_lower(to_json(value));
}

class FactCondition : public Condition {
 public:
  FactCondition(Facts facts, FactMatch match, std::string_view expression, std::string_view delimiter)
      : facts_(facts), match_(match), expression_(expression), delimiter_(delimiter) {
    const std::size_t parts = split_path(expression_, delimiter_).size();
    const std::string_view fact = facts == Facts::grains ? "grain" : "pillar";
    if (parts == 1)
      throw Error(ErrorKind::invalid, "the {} target '{}' has no value; write KEY{}VALUE", fact, expression, delimiter);
    if (parts > parts_limit)
      throw Error(ErrorKind::invalid, "the {} target '{}...' has more than {} parts", fact, expression.substr(0, 80),
                  parts_limit);
    if (match == FactMatch::pcre) compile_values();
  }

  Verdict judge(const Subject& subject) const override {
    const Map* facts = facts_ == Facts::grains ? subject.grains : subject.pillar;
    if (!facts) return Verdict::unknown;
    std::size_t steps = 0;
    return matches_map(*facts, expression_, delimiter_, steps) ? Verdict::yes : Verdict::no;
  }

 private:
  // Every text behind a delimiter may be asked for as a value. The one behind the first must compile; of the others,
  // those that don't (a delimiter inside a group) never match.
  void compile_values() {
    for (const std::string_view delimiter : {std::string_view(delimiter_), inner_delimiter})
      for (std::size_t at = expression_.find(delimiter); at != std::string::npos;
           at = expression_.find(delimiter, at + delimiter.size()))
        compile_value(std::string_view(expression_).substr(at + delimiter.size()));
  }

  void compile_value(std::string_view value) {
    if (value == "*" || value.starts_with("*:")) return;  // "there is such a key": no pattern at all
    const bool is_first = patterns_.empty();
    try {
      // Salt lowers the pattern's case, which turns \S into \s; ignoring case is what it means.
      patterns_.try_emplace(std::string(value), Regex::compile(value, {.ignore_case = true}));
    } catch (const Error&) {
      if (is_first) throw;
    }
  }

  void count(std::size_t& steps) const {
    if (++steps > step_limit) throw Error(ErrorKind::invalid, "the target '{}' takes too many steps", expression_);
  }

  bool matches_value(const Value& value, std::string_view pattern, std::size_t& steps) const {
    count(steps);
    const std::string text = folded(value);
    if (match_ == FactMatch::exact) return text == to_lower(pattern);
    if (match_ == FactMatch::glob) return glob_match(to_lower(pattern), text);
    const auto found = patterns_.find(std::string(pattern));
    return found != patterns_.end() && is_valid_utf8(text) && found->second.match(text);
  }

  // Tries every place at which the key may end, the longest key first.
  bool matches_map(const Map& data, std::string_view expression, std::string_view delimiter, std::size_t& steps) const {
    count(steps);
    for (std::size_t at = expression.rfind(delimiter); at != std::string_view::npos;
         at = at == 0 ? std::string_view::npos : expression.rfind(delimiter, at - 1)) {
      const std::string_view key = expression.substr(0, at);
      const std::string_view rest = expression.substr(at + delimiter.size());
      if (key == "*") {
        if (!data.empty() && matches_inside(data, expression, steps)) return true;
      } else if (const Value* found = traverse(data, key, delimiter)) {
        if (matches_found(*found, rest, steps)) return true;
      }
    }
    return false;
  }

  bool matches_found(const Value& found, std::string_view rest, std::size_t& steps) const {
    if (const Map* map = found.if_map()) return !map->empty() && matches_inside(*map, rest, steps);
    const List* list = found.if_list();
    if (!list) return matches_value(found, rest, steps);
    for (const Value& item : *list) {
      const Map* map = item.if_map();
      if ((map && matches_inside(*map, rest, steps)) || matches_value(item, rest, steps)) return true;
    }
    return false;
  }

  // A map is meant when it has the pattern as a key, or holds a match further down; "*:" looks into all its values.
  bool matches_inside(const Map& map, std::string_view pattern, std::size_t& steps) const {
    const bool is_wildcard = pattern.starts_with("*:");
    if (is_wildcard) pattern.remove_prefix(2);
    if (pattern == "*" || map.contains(pattern) || matches_map(map, pattern, inner_delimiter, steps)) return true;
    if (!is_wildcard) return false;
    for (const auto& entry : map)
      if (matches_below(entry.value, pattern, steps)) return true;
    return false;
  }

  bool matches_below(const Value& value, std::string_view pattern, std::size_t& steps) const {
    if (const Map* map = value.if_map()) return matches_inside(*map, pattern, steps);
    const List* list = value.if_list();
    if (!list) return matches_value(value, pattern, steps);
    for (const Value& item : *list)
      if (matches_value(item, pattern, steps)) return true;
    return false;
  }

  Facts facts_;
  FactMatch match_;
  std::string expression_;
  std::string delimiter_;
  std::unordered_map<std::string, Regex> patterns_;
};

}  // namespace

ConditionPtr fact_condition(Facts facts, FactMatch match, std::string_view expression, std::string_view delimiter) {
  if (delimiter.empty()) throw Error(ErrorKind::invalid, "the delimiter of the target '{}' is empty", expression);
  return std::make_shared<FactCondition>(facts, match, expression, delimiter);
}

}  // namespace halite::target
