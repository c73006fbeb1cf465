#include "common/render/gpg.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::render {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN PGP MESSAGE-----";
constexpr std::string_view end_mark = "-----END PGP MESSAGE-----";

std::string decrypted_text(const std::string& text, const Decryptor& decrypt) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t start = text.find(begin_mark, at);
    const std::size_t end = start == std::string::npos ? start : text.find(end_mark, start);
    if (end == std::string::npos) break;
    out.append(text, at, start - at);
    at = end + end_mark.size();
    // A message on one line has its line ends written as "\n".
    out += decrypt(replace_all(text.substr(start, at - start), "\\n", "\n"));
  }
  out.append(text, at);
  // As Salt has it, newlines at the end go where something was opened: a block text in YAML ends in one of its own.
  while (at > 0 && out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace

Value decrypted(const Value& value, const Decryptor& decrypt) {
  if (const std::string* text = value.if_string()) {
    if (text->find(begin_mark) == std::string::npos) return value;
    if (!decrypt) throw Error(ErrorKind::unavailable, "there is an encrypted value, and nothing here that opens it");
    return decrypted_text(*text, decrypt);
  }
  if (const List* list = value.if_list()) {
    List items;
    for (const Value& item : *list) items.push_back(decrypted(item, decrypt));
    return items;
  }
  if (const Map* map = value.if_map()) {
    Map entries;
    for (const auto& [key, item] : *map) entries.set(key, during([&decrypt, &item = item] { return decrypted(item, decrypt); }, "opening the value of a key"));
    return entries;
  }
  return value;
}

}  // namespace halite::render
