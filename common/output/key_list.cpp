// The outputter `key`: ids by class of key, as the key tool shows them.
#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/formats.h"
#include "common/output/python_text.h"
#include "common/output/safe_text.h"

namespace halite::formats {
namespace {

struct KeyClass {
  std::string_view name, title;
  std::string_view Colors::*title_color;
  std::string_view Colors::*id_color;
};

constexpr std::array key_classes{
    KeyClass{"local", "Local Keys", &Colors::light_magenta, &Colors::magenta},
    KeyClass{"minions", "Accepted Keys", &Colors::light_green, &Colors::green},
    KeyClass{"minions_denied", "Denied Keys", &Colors::light_magenta, &Colors::magenta},
    KeyClass{"minions_pre", "Unaccepted Keys", &Colors::light_red, &Colors::red},
    KeyClass{"minions_rejected", "Rejected Keys", &Colors::light_blue, &Colors::blue},
};

const KeyClass& class_of(std::string_view name) {
  for (const auto& candidate : key_classes)
    if (candidate.name == name) return candidate;
  throw Error(ErrorKind::invalid, "'{}' is no class of keys", name);
}

}  // namespace

std::string key_list(const Value& data, const OutputOptions& options) {
  const Colors& color = colors(options.color);
  std::string out;
  for (const auto* entry : sorted_entries(data.as_map("the keys"))) {
    const KeyClass& key_class = class_of(python_str(entry->key));
    out += fmt::format("{}{}:{}\n", color.*key_class.title_color, key_class.title, color.end);
    if (const auto* ids = entry->value.if_list()) {
      for (const auto& id : *ids) out += fmt::format("{}{}{}\n", color.*key_class.id_color, safe_line(python_str(id)), color.end);
    } else {
      for (const auto* id : sorted_entries(entry->value.as_map("the keys")))
        out += fmt::format("{}{}:  {}{}\n", color.*key_class.id_color, safe_line(python_str(id->key)),
                           safe_text(python_str(id->value)), color.end);
    }
  }
  return out;
}

}  // namespace halite::formats
