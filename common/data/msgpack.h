// msgpack to and from Value, as Salt reads and writes it (salt-wire-protocol.md, section 2).
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite {

enum class MsgpackText {
  raw,     // the network form: text and bytes alike as fixraw, raw16, raw32; never str8 or bin
  modern,  // event bus and disk: str8 for text, bin for bytes
};

// A date (ext 78) is given as text "%Y-%m-%dT%H:%M:%S.%f"; a named constant (ext 79) as its value; other extensions as bytes.
struct MsgpackLimits {
  std::size_t depth = 128;
  std::size_t items = 4'000'000;                   // values in all containers together
  std::size_t size_bytes = std::size_t{1} << 30;  // of the input
};

// str and bin alike become text when they are valid UTF-8, else bytes. Throws Error(invalid) for malformed, cut or
// trailing input and for anything over the limits.
Value from_msgpack(std::string_view data, const MsgpackLimits& limits = {});
// As from_msgpack, but gives the number of bytes read and allows more to follow.
std::pair<Value, std::size_t> from_msgpack_prefix(std::string_view data, const MsgpackLimits& limits = {});
std::string to_msgpack(const Value& value, MsgpackText text = MsgpackText::raw);
// About what the value takes.
std::size_t approximate_size(const Value& value);
void append_msgpack(std::string& to, const Value& value, MsgpackText text = MsgpackText::raw);
// What stands before so many bytes of text in the network form. Throws Error(invalid) for more than 4 GiB.
std::string msgpack_raw_header(std::size_t size_bytes);

}  // namespace halite
