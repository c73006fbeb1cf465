// Any expression of any kind compiles or is an error, and judges a minion without hanging.
#include <cstdint>

#include "common/base/error.h"
#include "common/target/target.h"

using halite::List;
using halite::Map;
using halite::Value;
using halite::target::Kind;
using halite::target::Matcher;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Value items = List{"a", 1, Map{{"a", "b"}}};
  static const Value nest = Map{{"a", Map{{"a", Map{{"a", items}}}}}};
  static const Map facts{{"os", "Debian"},
                         {"a", nest},
                         {"ipv4", List{"10.0.0.1", "no address", 5}},
                         {"ipv6", "fe80::1"}};
  static const Map groups{{"g", "web* or N@h"}, {"h", List{"G@os:Debian", "and", "web*"}}, {"l", "N@l"}};
  if (size == 0) return 0;
  const auto kind = static_cast<Kind>(data[0] % 12);
  const std::string expression(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    Matcher::compile(kind, expression, ":", groups).judge({"web1", &facts, &facts});
  } catch (const halite::Error&) {
  }
  return 0;
}
