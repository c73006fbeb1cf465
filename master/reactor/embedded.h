// Texts from an event inside an SLS file: each must be read as part of one value, never as YAML of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::master {

// The first text of `data` that stands in `rendered` more often than in the keys and values read from it (`parsed`): some of
// it was taken for structure, as in "web1\n    - arg: [...]". Texts of letters, digits and _ . / @ - alone can't be. A text of
// YAML's own signs alone (", ") is refused wherever the file itself holds it: rather once too often. Nothing when all is
// well. Throws Error(denied) for an event with more texts than can be looked for in a moment.
std::optional<std::string> misread_text(const Value& data, std::string_view rendered, const Value& parsed);

}  // namespace halite::master
