#include "common/render/attribute_path.h"

#include "common/base/strings.h"
#include "common/render/evaluator.h"
#include "common/render/text_tools.h"

namespace halite::render {

std::function<Value(const Value&)> part_getter(Evaluator& evaluator, const Value& attribute, std::optional<Value> fallback) {
  if (attribute.is_null()) return [](const Value& item) { return item; };
  std::vector<Value> steps;
  if (const std::string* path = if_text(attribute)) {
    for (const std::string& part : split(*path, '.')) {
      const auto index = part.find_first_not_of("0123456789") == std::string::npos ? parse_int(part) : std::nullopt;
      steps.push_back(index ? Value(*index) : Value(part));
    }
  } else {
    steps.push_back(attribute);
  }
  return [&evaluator, steps, fallback](const Value& item) {
    Value value = item;
    for (const Value& step : steps) {
      value = evaluator.item(value, step);
      if (fallback && if_undefined(value)) value = *fallback;
    }
    return value;
  };
}

Value ignoring_case(const Value& value) {
  const std::string* text = if_text(value);
  return text ? Value(lower_text(*text)) : value;
}

}  // namespace halite::render
