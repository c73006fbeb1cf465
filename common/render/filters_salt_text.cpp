// Salt's filters on text: regular expressions, quoting, case, dates.
#include <algorithm>
#include <ctime>
#include <cmath>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/big_integer.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/numbers.h"
#include "common/render/python.h"
#include "common/render/regex_tools.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"
#include "common/render/yaml_quote.h"

namespace halite::render {
namespace {

Value groups_of(const std::optional<RegexMatch>& match) {
  if (!match) return nullptr;
  List groups;
  for (std::size_t i = 1; i < match->groups.size(); ++i) {
    const auto group = match->group(i);
    groups.push_back(group ? Value(*group) : Value());
  }
  return make_tuple(std::move(groups));
}

template <bool anywhere>
Value regex_groups(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "regex_search", {"txt", "rgx", "ignorecase", "multiline"}, 2);
  const Regex regex = compiled_regex(p.text(1), p.truth(2, false), p.truth(3, false));
  try {
    return groups_of(anywhere ? regex.search(p.text(0)) : regex.match(p.text(0)));
  } catch (const Error& error) {
    fail("{}", error.message());
  }
}

Value regex_replace(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "regex_replace", {"txt", "rgx", "val", "ignorecase", "multiline"}, 3);
  try {
    std::string text = compiled_regex(p.text(1), p.truth(3, false), p.truth(4, false)).replace(p.text(0), p.text(2));
    evaluator.check_text(text.size());
    return text;
  } catch (const Error& error) {
    fail("{}", error.message());
  }
}

Value regex_escape(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "regex_escape", {"value"}, 1);
  return Regex::escape(p.text(0));
}

// As shlex.quote: single quotes unless nothing in it needs them.
Value quote(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "quote", {"txt"}, 1);
  if (!truth(p[0])) return "''";
  const std::string& text = p.text(0);
  const auto is_safe = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_safe)) return p[0];
  const std::string inside = replace_all(text, p[0].is_string() ? "'" : "&#39;", p[0].is_string() ? "'\"'\"'" : escape_html("'\"'\"'"));
  return p[0].is_string() ? Value("'" + inside + "'") : make_markup("&#39;" + inside + "&#39;");
}

Value yaml_double(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "yaml_dquote", {"text"}, 1);
  return yaml_double_quoted(str(p[0]));
}

Value yaml_single(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "yaml_squote", {"text"}, 1);
  return yaml_single_quoted(str(p[0]));
}

Value yaml_encode(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "yaml_encode", {"data"}, 1);
  const Value& value = p[0];
  if (value.is_null()) return "null";
  if (const auto* truth = value.if_bool()) return *truth ? "true" : "false";
  if (is_integer(value)) return str(value);
  if (const auto* real = value.if_real()) {
    if (std::isnan(*real)) return ".nan";
    if (std::isinf(*real)) return *real < 0 ? "-.inf" : ".inf";
    std::string text = real_text(*real);
    const std::size_t e = text.find('e');
    return e != std::string::npos && text.find('.') == std::string::npos ? text.insert(e, ".0") : text;
  }
  if (value.is_string()) return yaml_double_quoted(*value.if_string());
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("yaml_encode() only works with YAML scalar data; failed for <class '{}'>", python_type(value));
}

Value snake_case(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "to_snake_case", {"camel_input"}, 1);
  std::u32string codes;
  for (std::size_t at = 0; at < p.text(0).size();) codes += utf8::decode(p.text(0), at);
  if (codes.empty()) fail("string index out of range");
  std::string out;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const bool begins_word = i > 0 && utf8::is_upper(codes[i]) &&
                             (utf8::is_lower(codes[i - 1]) || (i + 1 < codes.size() && utf8::is_lower(codes[i + 1])));
    if (begins_word) out += '_';
    utf8::append(out, utf8::to_lower(codes[i]));
  }
  return out;
}

Value camel_case(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "to_camelcase", {"snake_input", "uppercamel"}, 1);
  std::string out;
  bool first = true;
  for (const std::string& word : split(p.text(0), '_')) {
    out += first && !p.truth(1, false) ? word : capitalized(word);
    first = false;
  }
  return out;
}

Value contains_whitespace(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "contains_whitespace", {"text"}, 1);
  const auto items = iterate(p[0]);
  for (Value item; items->next(item);) {
    const std::string* text = if_text(item);
    if (!text) fail("'{}' object has no attribute 'isspace'", python_type(item));
    bool is_blank = !text->empty();
    for (std::size_t at = 0; at < text->size();) is_blank &= utf8::is_space(utf8::decode(*text, at));
    if (is_blank) return true;
  }
  return false;
}

Value is_hex(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "is_hex", {"value"}, 1);
  if (const Bytes* bytes = p[0].if_bytes()) return integer_from_text(bytes->data, 16).has_value();
  const std::string* text = if_text(p[0]);
  return text && integer_from_text(*text, 16).has_value();
}

Value to_num(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "to_num", {"text"}, 1);
  const std::string* text = if_text(p[0]);
  if (!text) {
    if (is_integer(p[0])) return p[0].is_bool() ? Value(static_cast<std::int64_t>(*p[0].if_bool())) : p[0];
    if (p[0].is_real()) return static_cast<std::int64_t>(*p[0].if_real());
    fail("int() argument must be a string, a bytes-like object or a real number, not '{}'", python_type(p[0]));
  }
  if (auto whole = integer_from_text(*text)) return *whole;
  if (auto real = real_from_text(*text)) return *real;
  return p[0];
}

// "32 GB", "512K", "1 MiB" in bytes; 0 for what is no size.
Value human_to_bytes(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "human_to_bytes", {"size", "default_unit", "handle_metric"}, 1);
  const std::string whole = str(p[0]);
  const std::string_view text = stripped(whole, std::nullopt, true, true);
  if (text.find('\n') != text.npos) fail("{} is no size", text_repr(text));
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string unit_text = to_lower(stripped(text.substr(digits), std::nullopt, true, true));
  const std::string unit = unit_text.empty() ? to_lower(p.text(1, "B")) : unit_text;
  const auto value = real_from_text(text.substr(0, digits));
  static constexpr std::string_view letters = "bkmgtpezy";
  const std::size_t power = unit.empty() ? std::string_view::npos : letters.find(unit[0]);
  const bool is_known = power != std::string_view::npos && (unit.size() == 1 || (power > 0 && (unit.substr(1) == "ib" || unit.substr(1) == "b")));
  if (!value || !is_known) return 0;
  const bool metric = unit.size() == 2 && p.truth(2, false);
  const double factor = metric ? std::pow(1000.0, static_cast<double>(power)) : std::pow(1024.0, static_cast<double>(power));
  return integer_from_double(*value * factor);
}

Value skip(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "skip", {"data"}, 1);
  return "";
}

Value to_bool(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "to_bool", {"val"}, 1);
  const Value& value = p[0];
  if (value.is_bool()) return value;
  if (const std::string* text = if_text(value)) {
    const std::string lower = lower_text(*text);
    return lower == "yes" || lower == "1" || lower == "true";
  }
  if (value.is_int()) return *value.if_int() > 0;
  if (value.is_list() || if_dict(value) || if_object<Set>(value) || if_object<DictView>(value)) return length(value) > 0;
  return false;  // what is undefined too
}

// Seconds since the epoch, shown in UTC: the same text on every machine.
Value date_text(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "strftime", {"date", "format"}, 1);
  std::optional<double> seconds;
  if (p[0].is_null()) seconds = static_cast<double>(std::time(nullptr));
  else if (p[0].is_int() || p[0].is_bool()) seconds = integer_to_double(p[0]);
  else if (p[0].is_real()) seconds = *p[0].if_real();
  else if (const std::string* text = if_text(p[0])) seconds = real_from_text(*text);
  else if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  if (!seconds || !std::isfinite(*seconds) || std::abs(*seconds) > 2.5e11)
    fail("Unable to parse {}. Consider installing timelib", str(p[0]));
  const auto moment = static_cast<std::time_t>(std::floor(*seconds));
  std::tm parts{};
  gmtime_r(&moment, &parts);
  const std::string format = p.text(1, "%Y-%m-%d");
  if (format.empty()) return "";
  std::string out(format.size() * 40 + 100, '\0');
  out.resize(std::strftime(out.data(), out.size(), format.c_str(), &parts));
  return out;
}

// As os.path.normpath: no double slashes, no dots; two slashes at the start stay.
std::string normal_path(const std::string& path) {
  const bool absolute = !path.empty() && path[0] == '/';
  std::vector<std::string> parts;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") parts.pop_back();
    else if (part != ".." || !absolute) parts.push_back(part);
  }
  const std::string_view root = !absolute ? "" : path.size() > 1 && path[1] == '/' && (path.size() == 2 || path[2] != '/') ? "//" : "/";
  const std::string joined = std::string(root) + join(parts, "/");
  return joined.empty() ? "." : joined;
}

// Salt's: a later part that begins with a slash is joined too, and does not start over.
Value path_join(Evaluator&, Arguments& arguments) {
  std::string path;
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    const Value& value = arguments.positional[i];
    const std::string* text = if_text(value);
    if (const Undefined* undefined = if_undefined(value)) undefined->raise();
    if (!text && !value.is_bytes()) fail("expected str, bytes, or bytearray not <class '{}'>", python_type(value));
    std::string part = normal_path(text ? *text : value.if_bytes()->data);
    if (i == 0) {
      path = std::move(part);
      continue;
    }
    part.erase(0, std::min(part.find_first_not_of('/'), part.size()));
    path += (path.back() == '/' ? "" : "/") + part;
  }
  return normal_path(path);
}

constexpr FilterEntry filters[] = {
    {"regex_match", regex_groups<false>, "The groups of a match at the start, or None (Salt's).", "'abcd'|regex_match('^(.*)bc(.*)$')"},
    {"regex_search", regex_groups<true>, "The groups of a match anywhere, or None (Salt's).", "'foo42'|regex_search('([0-9]+)')"},
    {"regex_replace", regex_replace, "Every match replaced (Salt's).", "text|regex_replace('a+', 'b')"},
    {"regex_escape", regex_escape, "The text as a pattern that matches it (Salt's).", "'a.b'|regex_escape"},
    {"quote", quote, "Quoted for a shell (Salt's).", "name|quote"},
    {"yaml_dquote", yaml_double, "As a double-quoted YAML text (Salt's).", "s|yaml_dquote"},
    {"yaml_squote", yaml_single, "As a single-quoted YAML text (Salt's).", "s|yaml_squote"},
    {"yaml_encode", yaml_encode, "One scalar as YAML (Salt's).", "5|yaml_encode"},
    {"to_snake_case", snake_case, "camelCase to snake_case (Salt's).", "'aB'|to_snake_case"},
    {"to_camelcase", camel_case, "snake_case to camelCase (Salt's).", "'a_b'|to_camelcase"},
    {"contains_whitespace", contains_whitespace, "Whether there is white space in the text (Salt's).", "s|contains_whitespace"},
    {"is_hex", is_hex, "Whether the text is a hexadecimal number (Salt's).", "'0xff'|is_hex"},
    {"to_num", to_num, "A number where the text is one (Salt's).", "'5'|to_num"},
    {"str_to_num", to_num, "The same as to_num (Salt's).", "'5'|str_to_num"},
    {"human_to_bytes", human_to_bytes, "'32 GB' in bytes (Salt's).", "'32 GB'|human_to_bytes"},
    {"skip", skip, "Nothing (Salt's).", "x|skip"},
    {"to_bool", to_bool, "Yes, 1 and true are true (Salt's).", "'yes'|to_bool"},
    {"strftime", date_text, "A time stamp as text, in UTC (Salt's).", "1457456400|strftime('%d.%m.%Y')"},
    {"date_format", date_text, "The same as strftime (Salt's).", "1457456400|date_format"},
    {"path_join", path_join, "Parts of a path joined (Salt's).", "'a/b'|path_join('c')"},
};

}  // namespace

std::span<const FilterEntry> salt_text_filters() { return filters; }

}  // namespace halite::render
