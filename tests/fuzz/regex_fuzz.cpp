// Any pattern and any text give matches or an error, soon.
#include <cstdint>

#include "common/base/error.h"
#include "common/data/regex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(std::min(middle + 1, input.size()));
  try {
    const halite::Regex regex = halite::Regex::compile(input.substr(0, middle));
    regex.replace(text, text);
  } catch (const halite::Error&) {
  }
  return 0;
}
