#include "master/reactor/embedded.h"

#include <algorithm>
#include <cctype>
#include <functional>

namespace halite::master {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Every text in it, keys too.
void each_text(const Value& value, const std::function<void(const std::string&)>& visit) {
  if (const auto* text = value.if_string()) visit(*text);
  if (const List* list = value.if_list())
    for (const auto& item : *list) each_text(item, visit);
  if (const Map* map = value.if_map())
    for (const auto& [key, item] : *map) {
      each_text(key, visit);
      each_text(item, visit);
    }
}

bool is_harmless(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '@' || c == '-'; });
}

}  // namespace

std::optional<std::string> misread_text(const Value& data, std::string_view rendered, const Value& parsed) {
  std::optional<std::string> misread;
  each_text(data, [&](const std::string& text) {
    if (misread || text.size() < 2 || is_harmless(text)) return;
    const std::size_t written = count(rendered, text);
    if (written == 0) return;
    std::size_t read = 0;
    each_text(parsed, [&](const std::string& value) { read += count(value, text); });
    if (read < written) misread = text;
  });
  return misread;
}

}  // namespace halite::master
