// The methods of bytes that need no other bytes: as those of text, for ASCII alone.
#include <algorithm>

#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/methods.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

const std::string& data_of(const Value& self) { return self.if_bytes()->data; }

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_small(c) || is_capital(c); }
bool is_number(char c) { return c >= '0' && c <= '9'; }
bool is_either(char c) { return is_letter(c) || is_number(c); }
bool is_blank(char c) { return c == ' ' || (c >= 9 && c <= 13); }
char small(char c) { return is_capital(c) ? static_cast<char>(c + 32) : c; }
char capital(char c) { return is_small(c) ? static_cast<char>(c - 32) : c; }
char swapped(char c) { return is_small(c) ? capital(c) : small(c); }

template <char (*change)(char)>
Value change_each(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bytes method", {});
  Bytes out = *self.if_bytes();
  std::transform(out.data.begin(), out.data.end(), out.data.begin(), change);
  return out;
}

// Each word with a capital, or the first letter alone.
template <bool every_word>
Value change_words(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bytes method", {});
  Bytes out;
  bool inside = false;
  for (const char c : data_of(self)) {
    out.data += inside ? small(c) : capital(c);
    inside = every_word ? is_letter(c) : true;
  }
  return out;
}

template <bool (*is)(char)>
Value all_are(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bytes method", {});
  return !data_of(self).empty() && std::all_of(data_of(self).begin(), data_of(self).end(), is);
}

template <bool (*wanted)(char), bool (*refused)(char)>
Value is_case(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bytes method", {});
  return std::any_of(data_of(self).begin(), data_of(self).end(), wanted) && std::none_of(data_of(self).begin(), data_of(self).end(), refused);
}

Value is_title(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "istitle", {});
  bool inside = false, found = false;
  for (const char c : data_of(self)) {
    if (is_capital(c) ? inside : is_small(c) && !inside) return false;
    inside = is_letter(c);
    found |= inside;
  }
  return found;
}

Value is_ascii(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "isascii", {});
  return utf8::is_ascii(data_of(self));
}

template <bool left, bool right>
Value strip(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "strip", {"/bytes"});
  const bool is_given = p.has(0) && !p[0].is_null();
  if (is_given && !p[0].is_bytes()) fail("a bytes-like object is required, not '{}'", python_type(p[0]));
  const std::string goes = is_given ? data_of(p[0]) : " \t\n\r\f\v";
  std::string_view data = data_of(self);
  if (left) data.remove_prefix(std::min(data.find_first_not_of(goes), data.size()));
  if (right) data = data.substr(0, data.find_last_not_of(goes) + 1);
  return Bytes{std::string(data)};
}

// At white space; a separator would be bytes itself.
Value split(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "split", {"sep", "maxsplit"});
  if (p.has(0) && !p[0].is_null()) fail("a bytes-like object is required, not '{}'", python_type(p[0]));
  std::int64_t left = p.integer(1, -1);
  List parts;
  std::string_view data = data_of(self);
  while (true) {
    const auto first = std::find_if_not(data.begin(), data.end(), is_blank);
    data.remove_prefix(static_cast<std::size_t>(first - data.begin()));
    if (data.empty()) return parts;
    const auto end = left-- == 0 ? data.end() : std::find_if(data.begin(), data.end(), is_blank);
    parts.push_back(Bytes{std::string(data.begin(), end)});
    data.remove_prefix(static_cast<std::size_t>(end - data.begin()));
  }
}

Value split_lines(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "splitlines", {"keepends"});
  List lines;
  const std::string& data = data_of(self);
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t end = std::min(data.find_first_of("\r\n", at), data.size());
    std::size_t next = std::min(end + 1, data.size());
    if (end < data.size() && data[end] == '\r' && next < data.size() && data[next] == '\n') ++next;
    lines.push_back(Bytes{data.substr(at, (p.truth(0, false) ? next : end) - at)});
    at = next;
  }
  return lines;
}

template <int side>
Value pad(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "ljust", {"/width", "/fillchar"}, 1);
  if (p.has(1) && !(p[1].is_bytes() && data_of(p[1]).size() == 1)) fail("ljust() argument 2 must be a byte string of length 1, not {}", python_type(p[1]));
  const std::string fill = p.has(1) ? data_of(p[1]) : " ";
  const std::string& data = data_of(self);
  const std::int64_t missing = p.integer(0, 0) - static_cast<std::int64_t>(data.size());
  if (missing <= 0) return self;
  evaluator.check_text(static_cast<std::size_t>(missing));
  const std::int64_t before = side > 0 ? missing : side < 0 ? 0 : missing / 2 + (missing & p.integer(0, 0) & 1);
  return Bytes{std::string(static_cast<std::size_t>(before), fill[0]) + data + std::string(static_cast<std::size_t>(missing - before), fill[0])};
}

Value zfill(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "zfill", {"/width"}, 1);
  const std::string& data = data_of(self);
  const std::int64_t missing = p.integer(0, 0) - static_cast<std::int64_t>(data.size());
  if (missing <= 0) return self;
  evaluator.check_text(static_cast<std::size_t>(missing));
  const bool has_sign = !data.empty() && (data[0] == '-' || data[0] == '+');
  return Bytes{data.substr(0, has_sign) + std::string(static_cast<std::size_t>(missing), '0') + data.substr(has_sign)};
}

constexpr Method methods[] = {
    {"upper", change_each<capital>},
    {"lower", change_each<small>},
    {"swapcase", change_each<swapped>},
    {"title", change_words<true>},
    {"capitalize", change_words<false>},
    {"isdigit", all_are<is_number>},
    {"isalpha", all_are<is_letter>},
    {"isalnum", all_are<is_either>},
    {"isspace", all_are<is_blank>},
    {"isupper", is_case<is_capital, is_small>},
    {"islower", is_case<is_small, is_capital>},
    {"istitle", is_title},
    {"isascii", is_ascii},
    {"strip", strip<true, true>},
    {"lstrip", strip<true, false>},
    {"rstrip", strip<false, true>},
    {"split", split},
    {"splitlines", split_lines},
    {"ljust", pad<-1>},
    {"rjust", pad<1>},
    {"center", pad<0>},
    {"zfill", zfill},
};

}  // namespace

std::span<const Method> plain_bytes_methods() { return methods; }

}  // namespace halite::render
