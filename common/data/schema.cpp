#include "common/data/schema.h"

#include <algorithm>

#include "common/data/json.h"

namespace halite {

std::string short_text(const Value& value) {
  constexpr std::size_t longest = 60;
  std::string text = value.is_string() ? *value.if_string() : to_json(value);
  if (text.size() > longest) text.replace(longest - 3, std::string::npos, "...");
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

template struct MemberOf<std::string>;
template struct MemberOf<bool>;
template struct MemberOf<std::int64_t>;
template struct MemberOf<Value>;
template struct MemberOf<Map>;
template struct MemberOf<std::optional<std::string>>;
template struct MemberOf<std::optional<bool>>;
template struct MemberOf<std::optional<std::int64_t>>;
template struct MemberOf<std::vector<std::string>>;
template struct MemberOf<std::vector<Value>>;
template struct MemberOf<std::chrono::milliseconds>;

void MemberTable::add(const MemberType& type, std::size_t offset, const void* standard, std::string_view name,
                      std::string_view doc, Role role) {
  Field field;
  field.name = name;
  field.doc = doc;
  field.role = role;
  field.type = type.name();
  const Value value = type.encode(standard);
  if (role != Role::key && role != Role::required && !value.is_null()) field.default_text = short_text(value);
  fields_.push_back(std::move(field));
  members_.push_back({&type, offset});
}

void MemberTable::decode(void* object, const Map& map, Unknown unknown, std::string_view what) const {
  std::vector<std::string> problems;
  std::vector<bool> seen(fields_.size());
  for (const auto& [key, value] : map) {
    const std::string* name = key.if_string();
    const std::size_t i = name ? index_of(*name) : fields_.size();
    if (i == fields_.size()) {
      if (unknown == Unknown::refuse) problems.push_back(unknown_field(name ? *name : "(a key that is no text)", fields_));
      continue;
    }
    seen[i] = true;
    decode_field(i, value, object, problems);
  }
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (!seen[i] && (fields_[i].role == Role::key || fields_[i].role == Role::required))
      problems.push_back(fmt::format("'{}' is missing: {}", fields_[i].name, fields_[i].doc));
  if (!problems.empty()) throw_problems(problems, what);
}

void MemberTable::decode_field(std::size_t i, const Value& value, void* object, std::vector<std::string>& problems) const {
  const Field& field = fields_[i];
  try {
    members_[i].type->decode(value, static_cast<char*>(object) + members_[i].offset);
    const std::string* text = value.if_string();
    if (text && !field.one_of.empty() && std::find(field.one_of.begin(), field.one_of.end(), *text) == field.one_of.end())
      problems.push_back(fmt::format("'{}' is '{}', but must be one of: {}{}", field.name, *text, join(field.one_of, ", "),
                                     did_you_mean(*text, field.one_of)));
  } catch (const Error& error) {
    problems.push_back(fmt::format("'{}' {}", field.name, error.message()));
  }
}

Map MemberTable::encode(const void* object) const {
  Map map;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    Value value = get(object, i);
    if (!(value.is_null() && members_[i].type->is_optional)) map.set(fields_[i].name, std::move(value));
  }
  return map;
}

Value MemberTable::get(const void* object, std::size_t field) const {
  const Member& member = members_.at(field);
  return member.type->encode(static_cast<const char*>(object) + member.offset);
}

bool MemberTable::is_unset(const void* object, std::size_t field) const {
  return members_.at(field).type->is_optional && get(object, field).is_null();
}

std::size_t MemberTable::index_of(const std::string& name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return i;
    for (const auto& alias : fields_[i].aliases)
      if (alias == name) return i;
  }
  return fields_.size();
}

}  // namespace halite
