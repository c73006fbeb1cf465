// Any text is YAML or an error, and what was read is written such that it reads back as the same.
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/yaml.h"

namespace {

// NaN is unequal to itself, so the texts are compared.
void check(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  halite::YamlDocument document;
  try {
    document = halite::load_yaml(text);
  } catch (const halite::Error& error) {
    check(error.kind() == halite::ErrorKind::invalid);
    return 0;
  }
  halite::YamlStyle style;
  style.sort_keys = false;
  const std::string written = halite::to_yaml(document.value, style);
  try {
    check(halite::to_json(halite::from_yaml(written)) == halite::to_json(document.value));
  } catch (const halite::Error&) {
    // libyaml does not read all that it writes: keys beyond 1,024 characters.
  }
  return 0;
}
