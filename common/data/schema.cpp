#include "common/data/schema.h"

#include "common/data/json.h"

namespace halite {

std::string short_text(const Value& value) {
  constexpr std::size_t longest = 60;
  std::string text = value.is_string() ? *value.if_string() : to_json(value);
  if (text.size() > longest) text = text.substr(0, longest - 3) + "...";
  return text;
}

void must_be(std::string_view wanted, const Value& value) {
  throw Error(ErrorKind::invalid, "must be {}, not {}", wanted, value.type_name());
}

void throw_problems(const std::vector<std::string>& problems, std::string_view what) {
  throw Error(ErrorKind::invalid, "{}: {}", what, join(problems, "; "));
}

std::string unknown_field(std::string_view name, const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return fmt::format("'{}' is not known here{}", name, did_you_mean(name, names));
}

}  // namespace halite
