// Reading fields of a decoded message. Text and bytes look alike on Salt's wire, so the field decides what it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::wire {

// The content of text or bytes, as it was on the wire; null for anything else.
const std::string* raw_of(const Value& value);
const std::string* raw_field(const Map& map, std::string_view name);
// A field that must be there and be text or bytes. Throws Error(invalid) naming it.
const std::string& need_raw(const Map& map, std::string_view name);
// As need_raw, but valid UTF-8.
const std::string& need_text(const Map& map, std::string_view name);
// Text in a Value that goes out: bytes are marked as such, so that a reader of ours gets them back unchanged.
Value raw_value(std::string bytes);


}  // namespace halite::wire
