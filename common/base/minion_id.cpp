#include "common/base/minion_id.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr std::size_t id_limit_bytes = 255;

// What is wrong with the id, or an empty text.
std::string_view broken_rule(std::string_view id) {
  if (id.empty()) return "is empty";
  if (id.size() > id_limit_bytes) return "is longer than 255 bytes";
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (letters.find(id.front()) == std::string_view::npos) return "does not begin with a letter or a digit";
  for (const char character : id)
    if (letters.find(character) == std::string_view::npos && std::string_view(".-:@+").find(character) == std::string_view::npos)
      return "has other characters than letters, digits and . _ - : @ +";
  return {};
}

}  // namespace

bool is_valid_minion_id(std::string_view id) { return broken_rule(id).empty(); }

void check_minion_id(std::string_view id) {
  const std::string_view rule = broken_rule(id);
  if (rule.empty()) return;
  throw Error(ErrorKind::invalid, "the minion id '{}' {}; a host name such as 'web1.example.org' would do",
              escape_control(id.substr(0, id_limit_bytes)), rule);
}

}  // namespace halite
