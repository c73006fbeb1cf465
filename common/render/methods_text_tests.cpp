// The methods of str that ask something, and those of bytes.
#include <algorithm>

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/methods.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

const std::string& text_of(const Value& self) { return *if_text(self); }

// The part of the text between the optional bounds in `p` (positions first and first + 1), in bytes.
struct Window {
  std::size_t start;
  std::size_t end;
  bool is_valid;
};

Window window(const std::string& text, const Parameters& p, std::size_t first) {
  const auto size = static_cast<std::int64_t>(utf8::count(text));
  const auto bound = [&](std::size_t i, std::int64_t fallback) {
    std::int64_t at = p.has(i) && !p[i].is_null() ? p.integer(i, 0) : fallback;
    if (at < 0) at = std::max<std::int64_t>(at + size, 0);
    return at;
  };
  const std::int64_t start = bound(first, 0);
  const std::int64_t end = std::min(bound(first + 1, size), size);
  if (start > size || start > end) return {0, 0, false};
  return {utf8::offset(text, static_cast<std::size_t>(start)), utf8::offset(text, static_cast<std::size_t>(end)), true};
}

template <bool from_right>
std::int64_t find_in(const Value& self, const Parameters& p) {
  const std::string& text = text_of(self);
  const Window part = window(text, p, 1);
  if (!part.is_valid) return -1;
  const std::string_view inside = std::string_view(text).substr(part.start, part.end - part.start);
  const std::size_t at = from_right ? inside.rfind(p.text(0)) : inside.find(p.text(0));
  if (at == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(utf8::count(std::string_view(text).substr(0, part.start + at)));
}

template <bool from_right, bool must_exist>
Value find(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "find", {"/sub", "/start", "/end"}, 1);
  const std::int64_t at = find_in<from_right>(self, p);
  if (must_exist && at < 0) fail("substring not found");
  return at;
}

Value count(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "count", {"/sub", "/start", "/end"}, 1);
  const std::string& text = text_of(self);
  const Window part = window(text, p, 1);
  if (!part.is_valid) return 0;
  const std::string_view inside = std::string_view(text).substr(part.start, part.end - part.start);
  if (p.text(0).empty()) return static_cast<std::int64_t>(utf8::count(inside)) + 1;
  std::int64_t total = 0;
  for (std::size_t at = inside.find(p.text(0)); at != inside.npos; at = inside.find(p.text(0), at + p.text(0).size())) ++total;
  return total;
}

template <bool at_start>
Value has_affix(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, at_start ? "startswith" : "endswith", {"/affix", "/start", "/end"}, 1);
  const Window part = window(text_of(self), p, 1);
  if (!part.is_valid) return false;
  const std::string_view inside = std::string_view(text_of(self)).substr(part.start, part.end - part.start);
  const auto matches = [&](const Value& affix) {
    const std::string* text = if_text(affix);
    if (!text)
      fail("{} first arg must be str or a tuple of str, not {}", at_start ? "startswith" : "endswith", python_type(affix));
    return at_start ? inside.substr(0, text->size()) == *text
                    : inside.size() >= text->size() && inside.substr(inside.size() - text->size()) == *text;
  };
  if (const auto* tuple = if_object<Tuple>(p[0])) return std::any_of(tuple->items().begin(), tuple->items().end(), matches);
  return matches(p[0]);
}

template <bool (*fits)(char32_t)>
Value all_are(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "str method", {});
  const std::string& text = text_of(self);
  for (std::size_t at = 0; at < text.size();)
    if (!fits(utf8::decode(text, at))) return false;
  return !text.empty();
}

bool is_alphanumeric(char32_t code) { return utf8::is_alpha(code) || utf8::is_numeric(code); }

template <bool upper>
Value is_case(Evaluator&, const Value& self, Arguments&) {
  bool has_letters = false;
  for (std::size_t at = 0; at < text_of(self).size();) {
    const char32_t code = utf8::decode(text_of(self), at);
    if (upper ? utf8::is_lower(code) : utf8::is_upper(code)) return false;
    has_letters |= upper ? utf8::is_upper(code) : utf8::is_lower(code);
  }
  return has_letters;
}

Value is_title(Evaluator&, const Value& self, Arguments&) {
  bool in_word = false, found = false;
  for (std::size_t at = 0; at < text_of(self).size();) {
    const char32_t code = utf8::decode(text_of(self), at);
    if (utf8::is_upper(code) ? in_word : utf8::is_lower(code) && !in_word) return false;
    in_word = utf8::is_upper(code) || utf8::is_lower(code);
    found |= in_word;
  }
  return found;
}

Value is_ascii(Evaluator&, const Value& self, Arguments&) { return utf8::is_ascii(text_of(self)); }

Value is_printable(Evaluator&, const Value& self, Arguments&) {
  for (std::size_t at = 0; at < text_of(self).size();)
    if (!utf8::is_printable(utf8::decode(text_of(self), at))) return false;
  return true;
}

Value is_identifier(Evaluator&, const Value& self, Arguments&) {
  const std::string& text = text_of(self);
  for (std::size_t at = 0; at < text.size();) {
    const bool first = at == 0;
    const char32_t code = utf8::decode(text, at);
    if (code != '_' && !utf8::is_alpha(code) && (first || !utf8::is_decimal(code))) return false;
  }
  return !text.empty();
}

Value decode(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "decode", {"encoding", "errors"});
  const std::string encoding = replace_all(to_lower(p.text(0, "utf-8")), "_", "-");
  const std::string& bytes = self.if_bytes()->data;
  if (encoding == "utf-8" || encoding == "utf8" || encoding == "ascii") {
    if (is_valid_utf8(bytes) && (encoding != "ascii" || utf8::is_ascii(bytes))) return bytes;
    const std::string errors = p.text(1, "strict");
    if (errors == "strict") fail("'{}' codec can't decode the bytes {}", encoding, bytes_repr(bytes.substr(0, 20)));
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
      const char32_t code = utf8::decode(bytes, at);
      if (code != U'\uFFFD' || errors == "replace") utf8::append(out, code);
    }
    return out;
  }
  if (encoding != "latin-1" && encoding != "latin1" && encoding != "iso-8859-1") fail("unknown encoding: {}", p.text(0));
  std::string out;
  for (const char c : bytes) utf8::append(out, static_cast<unsigned char>(c));
  return out;
}

Value hex(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "hex", {});
  return to_hex(self.if_bytes()->data);
}

constexpr Method methods[] = {
    {"find", find<false, false>},
    {"rfind", find<true, false>},
    {"index", find<false, true>},
    {"rindex", find<true, true>},
    {"count", count},
    {"startswith", has_affix<true>},
    {"endswith", has_affix<false>},
    {"isdigit", all_are<utf8::is_digit>},
    {"isdecimal", all_are<utf8::is_decimal>},
    {"isnumeric", all_are<utf8::is_numeric>},
    {"isalpha", all_are<utf8::is_alpha>},
    {"isalnum", all_are<is_alphanumeric>},
    {"isspace", all_are<utf8::is_space>},
    {"isupper", is_case<true>},
    {"islower", is_case<false>},
    {"istitle", is_title},
    {"isascii", is_ascii},
    {"isprintable", is_printable},
    {"isidentifier", is_identifier},
};
constexpr Method of_bytes[] = {{"decode", decode}, {"hex", hex}};

}  // namespace

std::span<const Method> text_test_methods() { return methods; }
std::span<const Method> bytes_methods() { return of_bytes; }

}  // namespace halite::render
