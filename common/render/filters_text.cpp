// Jinja's filters on text.
#include <algorithm>

#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/format.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// soft_str: text stays what it is, anything else is printed.
Value soft_text(const Value& value) { return if_text(value) ? value : Value(str(value)); }
std::string plain_text(const Value& value) {
  const std::string* text = if_text(value);
  return text ? *text : str(value);
}

// Filters that call methods of str take nothing else.
const std::string& needed_text(const Value& value) {
  if (const std::string* text = if_text(value)) return *text;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("'{}' object has no attribute 'splitlines'", python_type(value));
}

template <std::string (*change)(std::string_view)>
Value changed(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "filter", {"s"}, 1);
  const Value text = soft_text(p[0]);
  return same_text(text, change(*if_text(text)));
}

// Words begin behind white space and opening brackets, and keep their apostrophes.
std::string title_words(std::string_view text) {
  std::string out;
  const auto add_word = [&](std::string_view word) {
    if (word.empty()) return;
    std::size_t rest = 0;
    append_upper(out, utf8::decode(word, rest));
    out += lower_text(word.substr(rest));
  };
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t here = at;
    const char32_t code = utf8::decode(text, at);
    if (!utf8::is_space(code) && code != '-' && code != '(' && code != '{' && code != '[' && code != '<') continue;
    add_word(text.substr(start, here - start));
    out += text.substr(here, at - here);
    start = at;
  }
  add_word(text.substr(start));
  return out;
}

Value center(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "center", {"value", "width"}, 1);
  const std::int64_t width = p.integer(1, 80);
  evaluator.check_text(width > 0 ? static_cast<std::size_t>(width) : 0);
  const Value text = soft_text(p[0]);
  return same_text(text, centered(*if_text(text), width));
}

Value trim(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "trim", {"value", "chars"}, 1);
  const Value text = soft_text(p[0]);
  std::optional<std::string> characters;
  if (p.has(1) && !p[1].is_null()) characters = text.is_string() || if_object<Markup>(p[1]) ? p.text(1) : escape_html(p.text(1));
  return same_text(text, std::string(stripped(*if_text(text), characters, true, true)));
}

// In HTML, escaped text among the three makes escaped text of all.
Value replace(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "replace", {"s", "old", "new", "count"}, 3);
  const auto is_markup = [&](std::size_t i) { return if_object<Markup>(p[i]) != nullptr; };
  const bool escapes = evaluator.autoescape() && (is_markup(0) || is_markup(1) || is_markup(2));
  const auto text_of = [&](std::size_t i) { return escapes && !is_markup(i) ? escape_html(plain_text(p[i])) : plain_text(p[i]); };
  const std::string text = text_of(0), from = text_of(1), to = text_of(2);
  if (from.size() < to.size()) evaluator.check_text(text.size() / (from.size() + 1) * to.size());
  const std::int64_t count = p.has(3) && !p[3].is_null() ? p.integer(3, -1) : -1;
  std::string result = replaced(text, from, to, count);
  return escapes ? make_markup(std::move(result)) : Value(std::move(result));
}

Value truncate(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "truncate", {"s", "length", "killwords", "end", "leeway"}, 1);
  const std::int64_t limit = p.integer(1, 255);
  const std::string end = p.text(3, "...");
  const std::int64_t leeway = p.has(4) && !p[4].is_null() ? p.integer(4, 5) : 5;
  const auto end_size = static_cast<std::int64_t>(utf8::count(end));
  if (limit < end_size) fail("expected length >= {}, got {}", end_size, limit);
  if (leeway < 0) fail("expected leeway >= 0, got {}", leeway);
  if (static_cast<std::int64_t>(length(p[0])) <= limit + leeway) return p[0];
  const Value holder = p[0];
  if (!if_text(holder)) fail("can only concatenate {} (not \"str\") to {}", python_type(holder), python_type(holder));
  const std::string& text = *if_text(holder);
  std::string_view kept = std::string_view(text).substr(0, utf8::offset(text, static_cast<std::size_t>(limit - end_size)));
  if (!p.truth(2, false))
    if (const std::size_t blank = kept.rfind(' '); blank != std::string_view::npos) kept = kept.substr(0, blank);
  return same_text(holder, std::string(kept) + end);
}

Value indent(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "indent", {"s", "width", "first", "blank"}, 1);
  std::string indentation;
  if (const std::string* given = p.has(1) ? if_text(p[1]) : nullptr)
    indentation = *given;
  else
    indentation.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(p.integer(1, 4), 0, 1'000'000)), ' ');
  const bool blank = p.truth(3, false);
  const std::string text = needed_text(p[0]) + "\n";
  const auto lines = split_lines_python(text);
  evaluator.check_text(text.size() + lines.size() * indentation.size());
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    if (i > 0 && (blank || !lines[i].empty())) out += indentation;
    out += lines[i];
  }
  if (p.truth(2, false)) out = indentation + out;
  return if_object<Markup>(p[0]) ? make_markup(std::move(out)) : Value(std::move(out));
}

// The pieces between which Python's textwrap may cut a line: runs of blanks, words, parts of hyphenated words, dashes.
class Chunks {
 public:
  Chunks(std::string_view line, bool break_hyphens) : break_hyphens_(break_hyphens) {
    for (std::size_t at = 0; at < line.size();) codes_.push_back(utf8::decode(line, at));
  }

  std::vector<std::u32string> run() const {
    std::vector<std::u32string> chunks;
    for (std::size_t at = 0; at < codes_.size();) {
      const std::size_t end = end_of(at);
      chunks.push_back(codes_.substr(at, end - at));
      at = end;
    }
    return chunks;
  }

 private:
  static bool is_blank(char32_t code) { return code == ' ' || (code >= 9 && code <= 13); }
  static bool is_word(char32_t code) { return code == '_' || utf8::is_alpha(code) || utf8::is_numeric(code); }
  bool word(std::size_t at) const { return at < codes_.size() && is_word(codes_[at]); }
  bool letter(std::size_t at) const { return word(at) && !utf8::is_decimal(codes_[at]); }
  // A character behind which a dash of several hyphens stands apart.
  bool before_dash(std::size_t at) const { return word(at) || std::u32string_view(U"!\"'&.,?").find(codes_[at]) != std::u32string_view::npos; }

  std::size_t end_of_dash(std::size_t at) const {
    std::size_t end = at;
    while (end < codes_.size() && codes_[end] == '-') ++end;
    return end - at >= 2 && word(end) ? end : at;
  }

  // Between "-" at `at` and what follows: both sides look like words.
  bool is_hyphen(std::size_t at) const {
    if (codes_[at] != '-' || at < 2) return false;
    const bool left = (letter(at - 1) && letter(at - 2)) || (at >= 3 && letter(at - 3) && codes_[at - 2] == '-' && before_dash(at - 1));
    if (!left || !letter(at + 1)) return false;
    return letter(at + 2) || (at + 2 < codes_.size() && codes_[at + 2] == '-' && letter(at + 3));
  }

  std::size_t end_of(std::size_t start) const {
    std::size_t at = start;
    if (is_blank(codes_[at])) {
      while (at < codes_.size() && is_blank(codes_[at])) ++at;
      return at;
    }
    if (break_hyphens_ && start > 0 && before_dash(start - 1))
      if (const std::size_t end = end_of_dash(start); end > start) return end;
    for (++at; at < codes_.size() && !is_blank(codes_[at]); ++at) {
      if (break_hyphens_ && is_hyphen(at)) return at + 1;
      if (break_hyphens_ && before_dash(at - 1) && end_of_dash(at) > at) return at;
    }
    return at;
  }

  std::u32string codes_;
  bool break_hyphens_;
};

bool is_blank_text(const std::u32string& text) {
  return std::all_of(text.begin(), text.end(), [](char32_t code) { return utf8::is_space(code); });
}

// One line cut into lines of at most `width` characters, as Python's textwrap cuts it.
std::vector<std::string> wrapped(std::string_view line, std::size_t width, bool break_long, bool break_hyphens) {
  std::vector<std::u32string> chunks = Chunks(line, break_hyphens).run();
  std::reverse(chunks.begin(), chunks.end());
  std::vector<std::string> lines;
  while (!chunks.empty()) {
    std::vector<std::u32string> current;
    std::size_t size = 0;
    if (is_blank_text(chunks.back()) && !lines.empty()) chunks.pop_back();
    while (!chunks.empty() && size + chunks.back().size() <= width) {
      size += chunks.back().size();
      current.push_back(std::move(chunks.back()));
      chunks.pop_back();
    }
    if (!chunks.empty() && chunks.back().size() > width) {
      std::u32string& chunk = chunks.back();
      if (break_long) {
        std::size_t cut = width - size;
        // A hyphen that fits is the better place.
        if (const std::size_t hyphen = cut > 0 ? chunk.rfind(U'-', cut - 1) : chunk.npos; break_hyphens && hyphen != chunk.npos && hyphen > 0 && chunk.size() > cut)
          if (chunk.substr(0, hyphen).find_first_not_of(U'-') != chunk.npos) cut = hyphen + 1;
        current.push_back(chunk.substr(0, cut));
        chunk.erase(0, cut);
      } else if (current.empty()) {
        current.push_back(std::move(chunk));
        chunks.pop_back();
      }
    }
    if (!current.empty() && is_blank_text(current.back())) current.pop_back();
    if (current.empty()) continue;
    std::string text;
    for (const std::u32string& chunk : current)
      for (const char32_t code : chunk) utf8::append(text, code);
    lines.push_back(std::move(text));
  }
  return lines;
}

Value wordwrap(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "wordwrap", {"s", "width", "break_long_words", "wrapstring", "break_on_hyphens"}, 1);
  const std::int64_t width = p.integer(1, 79);
  const std::string separator = p.has(3) && !p[3].is_null() ? p.text(3) : evaluator.context().options.newline_sequence;
  std::string out;
  bool first = true;
  for (const std::string& line : split_lines_python(needed_text(p[0]))) {
    if (!first) out += separator;
    first = false;
    if (width <= 0) fail("invalid width {} (must be > 0)", width);
    bool first_part = true;
    for (const std::string& part : wrapped(line, static_cast<std::size_t>(width), p.truth(2, true), p.truth(4, true))) {
      if (!first_part) out += separator;
      first_part = false;
      out += part;
    }
  }
  return out;
}

bool is_word(char32_t code) { return code == '_' || utf8::is_alpha(code) || utf8::is_numeric(code); }

Value wordcount(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "wordcount", {"s"}, 1);
  const std::string text = str(p[0]);
  std::int64_t words = 0;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_part = is_word(utf8::decode(text, at));
    words += is_part && !in_word;
    in_word = is_part;
  }
  return words;
}

Value format(Evaluator& evaluator, Arguments& arguments) {
  const Value value = arguments.positional.at(0);
  if (!arguments.named.empty() && arguments.positional.size() > 1) fail("can't handle positional and keyword arguments at the same time");
  Value values;
  if (!arguments.named.empty()) {
    Map map;
    for (auto& [name, each] : arguments.named) map.set(name, each);
    values = map;
  } else {
    values = make_tuple({arguments.positional.begin() + 1, arguments.positional.end()});
  }
  const Value text = soft_text(value);
  return same_text(text, percent_format(*if_text(text), values, evaluator.limits(), !text.is_string()));
}

Value to_text(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "string", {"object"}, 1);
  return soft_text(p[0]);
}

constexpr FilterEntry filters[] = {
    {"upper", changed<upper_text>, "The text in upper case.", "'aBc'|upper"},
    {"lower", changed<lower_text>, "The text in lower case.", "'aBc'|lower"},
    {"capitalize", changed<capitalized>, "The first letter large, the others small.", "'aBc'|capitalize"},
    {"title", changed<title_words>, "Each word with a large first letter.", "'a tale'|title"},
    {"center", center, "The text in the middle of a field (80 wide unless told).", "'x'|center(5)"},
    {"trim", trim, "Without white space, or the given characters, at both sides.", "' x '|trim"},
    {"replace", replace, "Every occurrence replaced, or the first `count` of them.", "'aXb'|replace('X', '-')"},
    {"truncate", truncate, "At most `length` characters, cut at a word.", "text|truncate(20)"},
    {"indent", indent, "Every line but the first indented.", "text|indent(8)"},
    {"wordwrap", wordwrap, "Lines of at most `width` characters.", "text|wordwrap(79)"},
    {"wordcount", wordcount, "The number of words.", "'a b'|wordcount"},
    {"format", format, "The values put in place of %s, %d and so on.", "'%s=%d'|format('a', 5)"},
    {"string", to_text, "The value as text.", "5|string"},
};

}  // namespace

std::span<const FilterEntry> text_filters() { return filters; }

}  // namespace halite::render
