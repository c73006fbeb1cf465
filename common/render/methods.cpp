// Which methods which type has, and those of numbers.
#include "common/render/methods.h"

#include <cmath>
#include <unordered_map>

#include "common/render/arguments.h"
#include "common/render/big_integer.h"

namespace halite::render {
namespace {

Value number_bit_length(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bit_length", {});
  return static_cast<std::int64_t>(bit_length(self));
}

Value number_itself(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "conjugate", {});
  return self;
}

Value is_whole(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "is_integer", {});
  return std::isfinite(*self.if_real()) && std::floor(*self.if_real()) == *self.if_real();
}

constexpr Method of_integer[] = {{"bit_length", number_bit_length}, {"conjugate", number_itself}};
constexpr Method of_real[] = {{"is_integer", is_whole}, {"conjugate", number_itself}};

using Table = std::unordered_map<std::string_view, const Method*>;

Table table_of(std::initializer_list<std::span<const Method>> groups) {
  Table table;
  for (const auto& group : groups)
    for (const Method& method : group) table.emplace(method.name, &method);
  return table;
}

const Table* methods_of(const Value& self) {
  static const Table text = table_of({text_methods(), text_test_methods()});
  static const Table bytes = table_of({bytes_methods()});
  static const Table list = table_of({list_methods()});
  static const Table dict = table_of({dict_methods()});
  static const Table tuple = table_of({tuple_methods()});
  static const Table set = table_of({set_methods()});
  static const Table integer = table_of({integer_methods()});
  static const Table real = table_of({real_methods()});
  switch (self.type()) {
    case Value::Type::string: return &text;
    case Value::Type::bytes: return &bytes;
    case Value::Type::list: return &list;
    case Value::Type::map: return &dict;
    case Value::Type::boolean:
    case Value::Type::integer: return &integer;
    case Value::Type::real: return &real;
    case Value::Type::null: return nullptr;
    case Value::Type::object: break;
  }
  if (if_text(self)) return &text;
  if (if_sequence(self)) return &tuple;
  if (if_dict(self)) return &dict;
  if (if_object<Set>(self)) return &set;
  return is_big(self) ? &integer : nullptr;
}

}  // namespace

std::span<const Method> integer_methods() { return of_integer; }
std::span<const Method> real_methods() { return of_real; }

const Method* find_method(const Value& self, std::string_view name) {
  const Table* table = methods_of(self);
  if (!table) return nullptr;
  const auto found = table->find(name);
  return found == table->end() ? nullptr : found->second;
}

std::vector<std::string> method_names(const Value& self) {
  std::vector<std::string> names;
  if (const Table* table = methods_of(self))
    for (const auto& [name, method] : *table) names.emplace_back(name);
  return names;
}

}  // namespace halite::render
