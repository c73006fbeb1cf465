// Python's two ways to put values into text: "%s" % x and "{}".format(x).
#pragma once

#include <string>
#include <string_view>

#include "common/render/objects.h"
#include "common/render/options.h"

namespace halite::render {

// `values`: a tuple's items, a dict for "%(name)s", or the one value.
// `escapes`: the format is escaped HTML, and so is what is put into it.
std::string percent_format(std::string_view format, const Value& values, const Limits& limits, bool escapes = false);
// Attributes in fields ("{0.name}") reach only what templates may reach.
std::string brace_format(std::string_view format, const Arguments& arguments, Evaluator& evaluator, bool escapes = false);
// format(value, "08.3f").
std::string format_value(const Value& value, std::string_view specification, const Limits& limits);

}  // namespace halite::render
