// The methods of Python's str, bytes, list, dict, tuple, set, int and float that templates may call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/render/objects.h"

namespace halite::render {

struct Method {
  std::string_view name;
  Value (*call)(Evaluator&, const Value& self, Arguments&);
};

// Null when the type has no such method.
const Method* find_method(const Value& self, std::string_view name);
// x.real, x.imag, x.numerator, x.denominator: the parts of a number that are no methods.
std::optional<Value> number_part(const Value& self, std::string_view name);
std::vector<std::string> method_names(const Value& self);

std::span<const Method> text_methods();
std::span<const Method> text_test_methods();
std::span<const Method> bytes_methods();
std::span<const Method> plain_bytes_methods();
std::span<const Method> list_methods();
std::span<const Method> dict_methods();
std::span<const Method> tuple_methods();
std::span<const Method> set_methods();
std::span<const Method> integer_methods();
std::span<const Method> real_methods();

}  // namespace halite::render
