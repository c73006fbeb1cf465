// Any bytes are a value or an error, within the limits given; what was read can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/msgpack.h"

namespace {

using namespace halite;

constexpr MsgpackLimits limits{.depth = 12, .items = 500, .size_bytes = 1 << 16};

std::size_t depth_of(const Value& value) {
  std::size_t deepest = 0;
  if (const auto* list = value.if_list())
    for (const auto& item : *list) deepest = std::max(deepest, depth_of(item));
  if (const auto* map = value.if_map())
    for (const auto& [key, item] : *map) deepest = std::max(deepest, depth_of(item));
  return value.is_list() || value.is_map() ? deepest + 1 : 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto [value, used] = from_msgpack_prefix(bytes, limits);
    if (used > size || depth_of(value) > limits.depth + 4) std::abort();  // a constant brings four levels of its own
    for (const MsgpackText form : {MsgpackText::raw, MsgpackText::modern}) {
      const std::string first = to_msgpack(value, form);
      const std::string written = to_msgpack(from_msgpack(first), form);  // text and bytes are told apart by content from here on
      if (to_msgpack(from_msgpack(written), form) != written) std::abort();
    }
    to_json(value);
  } catch (const Error&) {
  }
  return 0;
}
