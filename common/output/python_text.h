// How Python prints a value: the contract of the outputters raw, pprint and txt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"

namespace halite {

// repr(): {'a': 1, 'b': [True, None]}. Characters that are not printable are escaped.
std::string python_repr(const Value& value);
// str(): as repr, but text as it is (not escaped).
std::string python_str(const Value& value);
// pprint.pformat(): keys sorted, broken into lines where one of 80 columns does not do. Long texts are not broken.
std::string python_pformat(const Value& value, int indent = 1);

// Entries in the order of Python's sorted(): numbers or texts by value; mixed keys by their text.
std::vector<const Map::Entry*> sorted_entries(const Map& map);

}  // namespace halite
