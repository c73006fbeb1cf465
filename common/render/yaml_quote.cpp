#include "common/render/yaml_quote.h"

#include <fmt/format.h>

#include "common/render/utf8.h"

namespace halite::render {
namespace {

// The letters PyYAML knows, and whether it leaves the character alone.
std::string escaped(char32_t code) {
  switch (code) {
    case 0x00: return "\\0";
    case 0x07: return "\\a";
    case 0x08: return "\\b";
    case 0x09: return "\\t";
    case 0x0A: return "\\n";
    case 0x0B: return "\\v";
    case 0x0C: return "\\f";
    case 0x0D: return "\\r";
    case 0x1B: return "\\e";
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case 0x85: return "\\N";
    case 0xA0: return "\\_";
    case 0x2028: return "\\L";
    case 0x2029: return "\\P";
    default: break;
  }
  if (code <= 0xFF) return fmt::format("\\x{:02X}", static_cast<unsigned>(code));
  if (code <= 0xFFFF) return fmt::format("\\u{:04X}", static_cast<unsigned>(code));
  return fmt::format("\\U{:08X}", static_cast<unsigned>(code));
}

}  // namespace

// The emitter's default is ASCII only.
std::string yaml_double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::decode(text, at);
    if (code >= 0x20 && code < 0x7F && code != '"' && code != '\\')
      out += static_cast<char>(code);
    else
      out += escaped(code);
  }
  return out += '"';
}

// A line end is written as an empty line more, for a reader folds single ones.
std::string yaml_single_quoted(std::string_view text) {
  std::string out = "'";
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      std::size_t end = at;
      while (end < text.size() && text[end] == '\n') ++end;
      out += '\n';
      out += text.substr(at, end - at);
      at = end;
      continue;
    }
    if (text[at] == '\'') out += '\'';
    out += text[at++];
  }
  return out += '\'';
}

}  // namespace halite::render
