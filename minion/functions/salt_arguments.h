// Arguments as Salt's callers pass them: in Salt's order, and with names that mean nothing on a host of ours. What a
// function takes beyond that is its schema's business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/data/schema.h"

namespace halite::minion {

// An argument that Salt documents and that is left out here.
struct LeftOut {
  std::string_view functions;  // globs
  std::string_view argument;
  bool is_harmless = false;    // taken and without effect; else any value but none, false or empty is an error
  std::string_view why;        // or what to use instead: the end of a sentence
};

// Null for an argument that is not left out on purpose.
const LeftOut* left_out(std::string_view function, std::string_view argument);
std::vector<const LeftOut*> left_out_of(std::string_view function);

// The names that a function's positional arguments get: in Salt's order where that is not the order of the fields.
std::vector<std::string> positional_names(std::string_view function, const std::vector<Field>& fields);

// The tables, for the test that compares them with the functions there are.
struct SaltOrder {
  std::string_view functions, names;  // with blanks between them
};
const std::vector<SaltOrder>& salt_orders();
const std::vector<LeftOut>& all_left_out();

}  // namespace halite::minion
