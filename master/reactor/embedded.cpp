#include "master/reactor/embedded.h"

#include <string.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "common/base/error.h"

namespace halite::master {
namespace {

// Of bytes looked through: a second or two. An event that needs more was made to need more.
constexpr std::size_t work_limit = 2'000'000'000;

// Linear also for texts that repeat themselves, which std::string_view::find is not.
std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  while (const void* at = ::memmem(text.data(), text.size(), part.data(), part.size())) {
    ++found;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(at) - text.data()) + part.size());
  }
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

// Letters and digits and what ids and paths are made of; or nothing but blanks.
bool is_harmless(const std::string& text) {
  return text.find_first_not_of(" \t\n\r") == std::string::npos ||
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '@' || c == '-'; });
}

}  // namespace

std::optional<std::string> misread_text(const Value& data, std::string_view rendered, const Value& parsed) {
  std::set<std::string> texts;
  each_text(data, [&](const std::string& text) {
    if (text.size() <= rendered.size() && !is_harmless(text)) texts.insert(text);
  });
  if (texts.size() * rendered.size() > work_limit)
    throw Error(ErrorKind::denied, "the event holds {} texts, too many to look for in {} bytes", texts.size(), rendered.size());
  // One after the other with what no text holds between, so that a text is found within one value alone.
  std::string values;
  each_text(parsed, [&](const std::string& value) { values += value + '\0' + '\xff'; });
  for (const auto& text : texts) {
    const std::size_t written = count(rendered, text);
    if (written > 0 && count(values, text) < written) return text;
  }
  return std::nullopt;
}

}  // namespace halite::master
