#include "common/wire/fields.h"

#include "common/base/error.h"

namespace halite::wire {

const std::string* raw_of(const Value& value) {
  if (const auto* text = value.if_string()) return text;
  if (const auto* bytes = value.if_bytes()) return &bytes->data;
  return nullptr;
}

const std::string* raw_field(const Map& map, std::string_view name) {
  const Value* value = map.find(name);
  return value ? raw_of(*value) : nullptr;
}

const std::string& need_raw(const Map& map, std::string_view name) {
  const Value* value = map.find(name);
  if (!value) throw Error(ErrorKind::invalid, "the field '{}' is missing", name);
  if (const std::string* raw = raw_of(*value)) return *raw;
  throw Error(ErrorKind::invalid, "the field '{}' must be text or bytes, not {}", name, value->type_name());
}

const std::string& need_text(const Map& map, std::string_view name) {
  need_raw(map, name);
  return map.at(name).as_string(name);
}

Value raw_value(std::string bytes) { return Bytes{std::move(bytes)}; }

}  // namespace halite::wire
