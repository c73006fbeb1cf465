// JMESPath (jmespath.org): queries on data, for the filter json_query.
#pragma once

#include <string_view>

#include "common/render/objects.h"

namespace halite::render {

// The result; null where the query finds nothing. Throws Failure for an expression that is none, and for a function
// that is given what it can't take.
Value jmespath(std::string_view expression, const Value& data);

}  // namespace halite::render
