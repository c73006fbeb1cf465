// Any data is written as YAML, in every style, and reads back as the same.
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/yaml.h"

namespace {

using namespace halite;

// Data from bytes: each says what comes next.
class Maker {
 public:
  Maker(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  Value value(int depth) {
    const std::uint8_t kind = byte();
    switch (depth > 8 ? kind % 6 : kind % 8) {
      case 0: return nullptr;
      case 1: return (byte() & 1) != 0;
      case 2: return static_cast<std::int64_t>(byte()) * 1'000'003 - 100'000'000;
      case 3: return static_cast<double>(byte()) / 7 - 3;
      case 4:
      case 5: return text();
      case 6: {
        List items;
        for (std::uint8_t i = byte() % 6; i > 0; --i) items.push_back(value(depth + 1));
        return items;
      }
      default: {
        Map entries;
        for (std::uint8_t i = byte() % 6; i > 0; --i) entries.set(text(), value(depth + 1));
        return entries;
      }
    }
  }

  std::uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }

 private:
  std::string text() {
    std::string out;
    for (std::uint8_t i = byte() % 48; i > 0; --i) {
      const std::uint8_t c = byte();
      if (c < 0x80)
        out += static_cast<char>(c);
      else
        out += "\u00e9";  // text is UTF-8
    }
    return out;
  }

  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Maker maker(data, size);
  YamlStyle style;
  const std::uint8_t choice = maker.byte();
  style.block = choice & 1;
  style.mixed = choice & 2;
  style.sort_keys = choice & 4;
  style.width = 20 + choice;
  const Value value = maker.value(0);
  const std::string written = to_yaml(value, style);
  JsonStyle sorted;
  sorted.sort_keys = true;
  try {
    if (to_json(from_yaml(written), sorted) != to_json(value, sorted)) std::abort();
  } catch (const Error&) {
    // libyaml does not read all that it writes: keys beyond 1,024 characters, some control characters.
  }
  return 0;
}
