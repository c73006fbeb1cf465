// The methods of str that change or take apart text.
#include <algorithm>

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/big_integer.h"
#include "common/render/evaluator.h"
#include "common/render/format.h"
#include "common/render/methods.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

const std::string& text_of(const Value& self) { return *if_text(self); }

void no_arguments(Arguments& arguments, std::string_view name) { Parameters(arguments, name, {}); }

template <std::string (*change)(std::string_view)>
Value change_case(Evaluator&, const Value& self, Arguments& arguments) {
  no_arguments(arguments, "str method");
  return same_text(self, change(text_of(self)));
}

std::string swap_case(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    utf8::is_upper(code) ? append_lower(out, text, start, at, code) : append_upper(out, code);
  }
  return out;
}

// The text of an argument. Beside escaped text it is escaped first.
std::string text_beside(const Value& self, const Parameters& p, std::size_t i) {
  const std::string& text = p.text(i);
  return self.is_string() || if_object<Markup>(p[i]) ? text : escape_html(text);
}

template <bool left, bool right>
Value strip(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "strip", {"/chars"});
  std::optional<std::string> characters;
  if (p.has(0) && !p[0].is_null()) characters = text_beside(self, p, 0);
  return same_text(self, std::string(stripped(text_of(self), characters, left, right)));
}

Value texts(const Value& like, const std::vector<std::string>& parts) {
  List list;
  for (const auto& part : parts) list.push_back(same_text(like, part));
  return list;
}

// Splitting at runs of white space, from the left or the right.
std::vector<std::string> split_at_space(std::string_view text, std::int64_t limit, bool from_right) {
  std::vector<std::string> parts;
  const auto is_space = [&](std::size_t at) { return utf8::is_space(utf8::decode(text, at)); };
  text = stripped(text, std::nullopt, !from_right, from_right);  // the far end stays as it is when the limit is reached
  while (!text.empty() && limit != 0) {
    std::size_t cut = std::string_view::npos;
    for (std::size_t at = 0; at < text.size(); at += utf8::length_at(text, at))
      if (is_space(at)) {
        cut = at;
        if (!from_right) break;
      }
    if (cut == std::string_view::npos) break;
    const std::string_view rest = stripped(text.substr(cut), std::nullopt, true, false);
    if (from_right) {
      parts.emplace_back(rest);
      text = stripped(text.substr(0, cut), std::nullopt, false, true);
    } else {
      parts.emplace_back(text.substr(0, cut));
      text = rest;
    }
    --limit;
  }
  if (!text.empty()) parts.emplace_back(text);
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string> split_at(std::string_view text, std::string_view separator, std::int64_t limit, bool from_right) {
  std::vector<std::string> parts;
  while (limit != 0) {
    const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
    if (at == std::string_view::npos) break;
    if (from_right) {
      parts.emplace_back(text.substr(at + separator.size()));
      text = text.substr(0, at);
    } else {
      parts.emplace_back(text.substr(0, at));
      text.remove_prefix(at + separator.size());
    }
    --limit;
  }
  parts.emplace_back(text);
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

template <bool from_right>
Value split_text(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "split", {"sep", "maxsplit"});
  const std::int64_t limit = p.integer(1, -1);
  if (!p.has(0) || p[0].is_null()) return texts(self, split_at_space(text_of(self), limit, from_right));
  if (p.text(0).empty()) fail("empty separator");
  return texts(self, split_at(text_of(self), p.text(0), limit, from_right));
}

Value splitlines(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "splitlines", {"keepends"});
  return texts(self, split_lines_python(text_of(self), p.truth(0, false)));
}

Value join_text(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "join", {"/iterable"}, 1);
  const bool escapes = !self.is_string();
  std::string out;
  std::size_t i = 0;
  const auto items = iterate(p[0]);
  for (Value item; items->next(item); ++i) {
    if (i > 0) out += text_of(self);
    const std::string* text = if_text(item);
    if (!text && !escapes) {
      if (const Undefined* undefined = if_undefined(item)) undefined->raise();
      fail("sequence item {}: expected str instance, {} found", i, python_type(item));
    }
    // Escaped text escapes what it joins, whatever it is.
    out += escapes && !if_object<Markup>(item) ? escape_html(str(item)) : *text;
    evaluator.check_text(out.size());
  }
  return same_text(self, std::move(out));
}

Value replace_text(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "replace", {"/old", "/new", "/count"}, 2);
  const std::string from = text_beside(self, p, 0), to = text_beside(self, p, 1);
  evaluator.check_text(from.size() >= to.size() && !from.empty() ? 0 : text_of(self).size() * (to.size() + 1) / (from.size() + 1));
  return same_text(self, replaced(text_of(self), from, to, p.integer(2, -1)));
}

std::string fill_of(const Value& self, const Parameters& p) {
  const std::string fill = p.has(1) ? text_beside(self, p, 1) : " ";
  if (utf8::count(fill) != 1) fail("The fill character must be exactly one character long");
  return fill;
}

template <int side>
Value pad(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "ljust", {"/width", "/fillchar"}, 1);
  const std::string fill = fill_of(self, p);
  const std::int64_t width = p.integer(0, 0);
  evaluator.check_text(width > 0 ? static_cast<std::size_t>(width) : 0);
  const std::string& text = text_of(self);
  if (side == 0) return same_text(self, centered(text, width, fill));
  std::string padding;
  for (auto i = static_cast<std::int64_t>(utf8::count(text)); i < width; ++i) padding += fill;
  return same_text(self, side < 0 ? text + padding : padding + text);
}

Value zfill(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "zfill", {"/width"}, 1);
  const std::string& text = text_of(self);
  const std::int64_t missing = p.integer(0, 0) - static_cast<std::int64_t>(utf8::count(text));
  if (missing <= 0) return self;
  evaluator.check_text(static_cast<std::size_t>(missing));
  const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  return same_text(self, text.substr(0, has_sign) + std::string(static_cast<std::size_t>(missing), '0') + text.substr(has_sign));
}

Value expandtabs(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "expandtabs", {"tabsize"});
  const std::int64_t size = std::max<std::int64_t>(p.integer(0, 8), 0);
  std::string out;
  std::int64_t column = 0;
  for (const std::string_view character : utf8::characters(text_of(self))) {
    if (character == "\t") {
      const std::int64_t blanks = size > 0 ? size - column % size : 0;
      evaluator.check_text(out.size() + static_cast<std::size_t>(blanks));
      out.append(static_cast<std::size_t>(blanks), ' ');
      column += blanks;
      continue;
    }
    out += character;
    column = character == "\n" || character == "\r" ? 0 : column + 1;
  }
  return same_text(self, std::move(out));
}

template <bool from_right>
Value partition(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "partition", {"/sep"}, 1);
  const std::string& text = text_of(self);
  const std::string separator = text_beside(self, p, 0);
  if (separator.empty()) fail("empty separator");
  const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
  const auto part = [&](std::string piece) { return same_text(self, std::move(piece)); };
  if (at == std::string::npos)
    return from_right ? make_tuple({part(""), part(""), self}) : make_tuple({self, part(""), part("")});
  return make_tuple({part(text.substr(0, at)), part(separator), part(text.substr(at + separator.size()))});
}

template <bool at_start>
Value remove_affix(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "removeprefix", {"/affix"}, 1);
  const std::string& text = text_of(self);
  const std::string affix = text_beside(self, p, 0);
  if (affix.size() > text.size()) return self;
  const std::size_t at = at_start ? 0 : text.size() - affix.size();
  if (text.compare(at, affix.size(), affix) != 0) return self;
  return same_text(self, at_start ? text.substr(affix.size()) : text.substr(0, at));
}

Value format_text(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  return same_text(self, brace_format(text_of(self), arguments, evaluator, !self.is_string()));
}

Value format_map(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "format_map", {"/mapping"}, 1);
  const Map* map = if_dict(p[0]);
  if (!map) fail("format_map() argument must be a mapping");
  Arguments named;
  for (const auto& [key, value] : *map)
    if (key.is_string()) named.named.emplace_back(*key.if_string(), value);
  return same_text(self, brace_format(text_of(self), named, evaluator, !self.is_string()));
}

// What translate() puts in the place of one character; nothing: the character itself.
std::optional<std::string> translation(Evaluator& evaluator, const Value& table, char32_t code) {
  const Value found = evaluator.item(table, Value(static_cast<std::int64_t>(code)));
  if (if_undefined(found)) return std::nullopt;
  if (found.is_null()) return "";
  if (const std::string* text = if_text(found)) return *text;
  const auto* number = found.if_int();
  if (!number) fail("character mapping must return integer, None or str");
  if (*number < 0 || *number > 0x10FFFF) fail("character mapping must be in range(0x110000)");
  std::string text;
  utf8::append(text, static_cast<char32_t>(*number));
  return text;
}

Value translate(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "translate", {"/table"}, 1);
  const std::string& text = text_of(self);
  if (!text.empty() && !if_dict(p[0]) && !if_sequence(p[0]) && !if_text(p[0])) fail("'{}' object is not subscriptable", python_type(p[0]));
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    if (const auto changed = translation(evaluator, p[0], code))
      out += *changed;
    else
      out.append(text, start, at - start);
    evaluator.check_text(out.size());
  }
  return same_text(self, std::move(out));
}

// The table for translate(): from a dict, or from texts of the same length, and a third of what goes.
Value make_translation(Evaluator&, const Value&, Arguments& arguments) {
  const Parameters p(arguments, "maketrans", {"/x", "/y", "/z"}, 1);
  Map table;
  const auto code_of = [](std::string_view character) {
    std::size_t at = 0;
    return Value(static_cast<std::int64_t>(utf8::decode(character, at)));
  };
  if (!p.has(1)) {
    const Map* given = if_dict(p[0]);
    if (!given) fail("if you give only one argument to maketrans it must be a dict");
    for (const auto& [key, value] : *given) {
      const std::string* text = key.if_string();
      if (text && utf8::count(*text) != 1) fail("string keys in translate table must be of length 1");
      if (!text && !is_integer(key)) fail("keys in translate table must be strings or integers");
      table.set(text ? code_of(*text) : key, value);
    }
    return table;
  }
  const auto from = utf8::characters(p.text(0)), to = utf8::characters(p.text(1));
  if (from.size() != to.size()) fail("the first two maketrans arguments must have equal length");
  for (std::size_t i = 0; i < from.size(); ++i) table.set(code_of(from[i]), code_of(to[i]));
  if (p.has(2))
    for (const auto gone : utf8::characters(p.text(2))) table.set(code_of(gone), Value());
  return table;
}

Value encode(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "encode", {"encoding", "errors"});
  const std::string encoding = replace_all(to_lower(p.text(0, "utf-8")), "_", "-");
  const std::string& text = text_of(self);
  if (encoding == "utf-8" || encoding == "utf8") return Bytes{text};
  const char32_t top = encoding == "ascii" || encoding == "us-ascii"                               ? 0x80
                       : encoding == "latin-1" || encoding == "latin1" || encoding == "iso-8859-1" ? 0x100
                                                                                                    : 0;
  if (top == 0) fail("unknown encoding: {}", p.text(0));
  Bytes bytes;
  const std::string errors = p.text(1, "strict");
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::decode(text, at);
    if (code < top)
      bytes.data += static_cast<char>(static_cast<unsigned char>(code));
    else if (errors == "replace")
      bytes.data += '?';
    else if (errors != "ignore")
      fail("'{}' codec can't encode character {} in position {}: ordinal not in range({})", encoding,
           text_repr(text.substr(at - utf8::length_at(text, at), 1)), at - 1, static_cast<unsigned>(top));
  }
  return bytes;
}

constexpr Method methods[] = {
    {"upper", change_case<upper_text>},
    {"lower", change_case<lower_text>},
    {"casefold", change_case<casefolded>},
    {"capitalize", change_case<capitalized>},
    {"title", change_case<title_text>},
    {"swapcase", change_case<swap_case>},
    {"strip", strip<true, true>},
    {"lstrip", strip<true, false>},
    {"rstrip", strip<false, true>},
    {"split", split_text<false>},
    {"rsplit", split_text<true>},
    {"splitlines", splitlines},
    {"join", join_text},
    {"replace", replace_text},
    {"ljust", pad<-1>},
    {"rjust", pad<1>},
    {"center", pad<0>},
    {"zfill", zfill},
    {"expandtabs", expandtabs},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
    {"removeprefix", remove_affix<true>},
    {"removesuffix", remove_affix<false>},
    {"format", format_text},
    {"format_map", format_map},
    {"encode", encode},
    {"translate", translate},
    {"maketrans", make_translation},
};

}  // namespace

std::span<const Method> text_methods() { return methods; }

}  // namespace halite::render
