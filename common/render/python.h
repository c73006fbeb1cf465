// Values as Python sees them: truth, equality, order, length, printing, iteration.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/data/value.h"
#include "common/render/objects.h"
#include "common/render/options.h"

namespace halite::render {

// "int", "str", "NoneType", "dict": type(x).__name__.
std::string python_type(const Value& value);
// All of these throw for an undefined value, as StrictUndefined does.
bool truth(const Value& value);
bool equal(const Value& left, const Value& right);
// The order of two values; throws Failure "'<' not supported between instances of 'int' and 'str'" with the symbol given.
bool less(const Value& left, const Value& right, std::string_view symbol = "<");
// `needle in haystack`.
bool contains(const Value& haystack, const Value& needle);
std::size_t length(const Value& value);
// What may be a key of a dict or a member of a set; throws "unhashable type: 'list'". Escaped text becomes plain.
Value hashable(const Value& value);
// str(x) and repr(x).
std::string str(const Value& value);
std::string repr(const Value& value);
// ascii(x): repr(x) with all else escaped.
std::string ascii(const Value& value);
// What {{ x }} writes: dicts and lists in the form Salt's finalizer gives them.
std::string printed(const Value& value);
std::string real_text(double value);
std::string text_repr(std::string_view text);
std::string bytes_repr(std::string_view bytes);

// Whether iterate() would take it; throws for an undefined value.
bool is_iterable(const Value& value);
std::unique_ptr<Iterator> iterate(const Value& value);
List to_list(const Value& value, std::size_t limit = Limits().collection_items);
// HTML's five characters as entities.
std::string escape_html(std::string_view text);
// Deep: tuples become lists, escaped text plain text. What has none of these is given as it is, unshared by no copy.
Value plain_value(const Value& value);

}  // namespace halite::render
