#include "states/text/encode.h"

#include <iconv.h>

#include <cerrno>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// Python's spelling as the C library's: "latin_1" is ISO-8859-1, "utf_16" is UTF-16.
std::string library_name(const std::string& encoding) {
  const std::string name = replace_all(to_lower(encoding), "_", "-");
  if (name == "latin-1" || name == "latin1" || name == "l1" || name == "iso8859-1") return "ISO-8859-1";
  if (name == "utf8") return "UTF-8";
  if (name == "utf16") return "UTF-16";
  if (name == "utf32") return "UTF-32";
  return name;
}

class Converter {
 public:
  explicit Converter(const std::string& encoding) : handle_(::iconv_open(library_name(encoding).c_str(), "UTF-8")) {
    // NOLINTNEXTLINE: the library's own failure value
    if (handle_ == reinterpret_cast<iconv_t>(-1)) throw Error(ErrorKind::invalid, "unknown encoding: {}", encoding);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { ::iconv_close(handle_); }

  // Appends as much of `text` as can be converted, and gives how many bytes of it that were.
  std::size_t convert(const std::string& text, std::size_t from, std::string& out) {
    char buffer[4096];
    std::string input = text.substr(from);
    char* in = input.data();
    std::size_t left = input.size();
    while (left > 0) {
      char* at = buffer;
      std::size_t room = sizeof buffer;
      const std::size_t result = ::iconv(handle_, &in, &left, &at, &room);
      out.append(buffer, sizeof buffer - room);
      if (result != static_cast<std::size_t>(-1)) break;
      if (errno != E2BIG) break;
    }
    return input.size() - left;
  }

 private:
  iconv_t handle_;
};

struct Character {
  std::size_t size = 1;
  std::uint32_t code = 0;
};

Character character_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  std::uint32_t code = size == 1 ? byte(0) : byte(0) & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3fu);
  return {size, code};
}

std::string escaped(std::uint32_t code) {
  if (code < 0x100) return fmt::format("\\x{:02x}", code);
  return code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

std::string substitute(const Character& character, const std::string& text, std::size_t at, const std::string& encoding,
                       const std::string& errors) {
  if (errors == "ignore") return "";
  if (errors == "replace") return "?";
  if (errors == "backslashreplace") return escaped(character.code);
  if (errors == "xmlcharrefreplace") return fmt::format("&#{};", character.code);
  std::size_t position = 0;
  for (std::size_t i = 0; i < at; i += character_at(text, i).size) ++position;
  throw Error(ErrorKind::invalid, "'{}' codec can't encode character '{}' in position {}", encoding,
              escaped(character.code), position);
}

}  // namespace

std::string encode(const std::string& text, const std::string& encoding, const std::string& errors) {
  if (library_name(encoding) == "UTF-8") return text;
  if (!is_valid_utf8(text)) throw Error(ErrorKind::invalid, "the content is no text, so it has no encoding");
  if (library_name(encoding) == "utf-8-sig") return "\xef\xbb\xbf" + text;
  Converter converter(encoding);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    at += converter.convert(text, at, out);
    if (at >= text.size()) break;
    const Character character = character_at(text, at);
    const std::string instead = substitute(character, text, at, encoding, errors);
    converter.convert(instead, 0, out);
    at += character.size;
  }
  return out;
}

}  // namespace halite::states
