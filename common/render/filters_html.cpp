// Jinja's filters for HTML and addresses.
#include <algorithm>

#include "common/base/strings.h"
#include "common/data/regex.h"
#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

Value escape(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "escape", {"s"}, 1);
  return if_object<Markup>(p[0]) ? p[0] : make_markup(escape_html(str(p[0])));
}

Value force_escape(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "forceescape", {"value"}, 1);
  return make_markup(escape_html(str(p[0])));
}

Value safe(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "safe", {"value"}, 1);
  return make_markup(str(p[0]));
}

std::string without_entities(const std::string& text) {
  static const std::pair<std::string_view, std::string_view> entities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&#39;", "'"}, {"&quot;", "\""}, {"&#34;", "\""}, {"&nbsp;", "\xC2\xA0"}, {"&amp;", "&"}};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = std::find_if(std::begin(entities), std::end(entities),
                                    [&](const auto& entity) { return text.compare(at, entity.first.size(), entity.first) == 0; });
    if (found == std::end(entities)) {
      out += text[at++];
    } else {
      out += found->second;
      at += found->first.size();
    }
  }
  return out;
}

// The words with one blank between, white space as Python sees it.
std::string joined_words(std::string_view text) {
  std::string out;
  bool in_gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const bool is_space = utf8::is_space(utf8::decode(text, at));
    if (!is_space && in_gap && !out.empty()) out += ' ';
    if (!is_space) out += text.substr(start, at - start);
    in_gap = is_space;
  }
  return out;
}

Value striptags(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "striptags", {"value"}, 1);
  std::string text = str(p[0]);
  const auto cut = [&](std::string_view open, std::string_view close) {
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
      const std::size_t end = text.find(close, at + open.size());
      if (end == std::string::npos) break;
      text.erase(at, end + close.size() - at);
    }
  };
  cut("<!--", "-->");
  cut("<", ">");
  return without_entities(joined_words(text));
}

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '~';
}

std::string quoted(std::string_view text, std::string_view safe_characters, bool plus_for_blank) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c) || safe_characters.find(c) != std::string_view::npos)
      out += c;
    else if (c == ' ' && plus_for_blank)
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Value urlencode(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "urlencode", {"value"}, 1);
  const bool is_pairs = !if_text(p[0]) && is_iterable(p[0]);
  if (!is_pairs) return quoted(str(p[0]), "/", false);
  std::vector<std::string> parts;
  const auto add = [&](const Value& key, const Value& value) {
    parts.push_back(quoted(str(key), "", true) + "=" + quoted(str(value), "", true));
  };
  if (const Map* map = if_dict(p[0])) {
    for (const auto& [key, value] : *map) add(key, value);
  } else {
    for (const Value& pair : to_list(p[0])) {
      const List both = to_list(pair);
      if (both.size() != 2) fail("not enough values to unpack (expected 2, got {})", both.size());
      add(both[0], both[1]);
    }
  }
  return join(parts, "&");
}

Value xmlattr(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "xmlattr", {"d", "autospace"}, 1);
  const Map* map = if_dict(p[0]);
  if (!map) fail("'{}' object has no attribute 'items'", python_type(p[0]));
  std::vector<std::string> parts;
  for (const auto& [key, value] : *map) {
    if (value.is_null() || if_undefined(value)) continue;
    const std::string* given = if_text(key);
    if (!given) fail("expected string or bytes-like object, got '{}'", python_type(key));
    const std::string& name = *given;
    if (name.find_first_of(" \t\r\n\f/>=") != std::string::npos) fail("Invalid character in attribute name: {}", text_repr(name));
    parts.push_back(escape_html(name) + "=\"" + (if_object<Markup>(value) ? str(value) : escape_html(str(value))) + "\"");
  }
  std::string text = join(parts, " ");
  if (p.truth(1, true) && !text.empty()) text = " " + text;
  return evaluator.autoescape() ? make_markup(std::move(text)) : Value(std::move(text));
}

struct LinkStyle {
  std::int64_t trim_limit = -1;
  std::string attributes;
};

std::string shortened(std::string_view url, std::int64_t limit) {
  if (limit < 0 || static_cast<std::int64_t>(url.size()) <= limit) return std::string(url);
  return std::string(url.substr(0, static_cast<std::size_t>(limit))) + "...";
}

std::string link(const std::string& target, std::string_view shown, const LinkStyle& style) {
  return "<a href=\"" + target + "\"" + style.attributes + ">" + shortened(shown, style.trim_limit) + "</a>";
}

// One word between blanks: brackets and punctuation around an address stay outside of the link.
std::string linked(const std::string& word, const LinkStyle& style) {
  static const Regex http = Regex::compile(
      R"(^((https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})|([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)|(https?://)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\])))(?::[\d]{1,5})?(?:[/?#]\S*)?$)",
      RegexOptions{.ignore_case = true});
  static const Regex mail = Regex::compile(R"(^\S+@\w[\w.-]*\.\w+$)");
  std::size_t start = 0, end = word.size();
  const auto begins = [&](std::string_view part) { return word.compare(start, part.size(), part) == 0; };
  while (start < end && (begins("(") || begins("<") || begins("&lt;"))) start += begins("&lt;") ? 4 : 1;
  const auto ends = [&](std::string_view part) { return end - start >= part.size() && word.compare(end - part.size(), part.size(), part) == 0; };
  while (end > start && (ends(")") || ends(">") || ends(".") || ends(",") || ends("\n") || ends("&gt;"))) end -= ends("&gt;") ? 4 : 1;
  const std::string middle = word.substr(start, end - start);
  std::string result = middle;
  if (http.match(middle)) {
    const bool has_scheme = middle.rfind("http://", 0) == 0 || middle.rfind("https://", 0) == 0;
    result = link(has_scheme ? middle : "https://" + middle, middle, style);
  } else if (middle.rfind("mailto:", 0) == 0 && mail.match(middle.substr(7))) {
    result = link(middle, middle.substr(7), style);
  } else if (middle.find('@') != std::string::npos && middle.rfind("www.", 0) != 0 && middle.find(':') == std::string::npos && mail.match(middle)) {
    result = "<a href=\"mailto:" + middle + "\">" + middle + "</a>";
  }
  return word.substr(0, start) + result + word.substr(end);
}

Value urlize(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "urlize", {"value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"}, 1);
  std::vector<std::string> rels = split_words(p.has(4) && !p[4].is_null() ? p.text(4) : "");
  if (p.truth(2, false)) rels.emplace_back("nofollow");
  rels.emplace_back("noopener");
  std::sort(rels.begin(), rels.end());
  rels.erase(std::unique(rels.begin(), rels.end()), rels.end());
  LinkStyle style;
  if (p.has(1) && !p[1].is_null()) style.trim_limit = p.integer(1, -1);
  style.attributes = " rel=\"" + escape_html(join(rels, " ")) + "\"";
  if (p.has(3) && !p[3].is_null()) style.attributes += " target=\"" + escape_html(p.text(3)) + "\"";
  const std::string text = if_object<Markup>(p[0]) ? str(p[0]) : escape_html(str(p[0]));
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool blank = std::isspace(static_cast<unsigned char>(text[at]));
    std::size_t end = at;
    while (end < text.size() && (std::isspace(static_cast<unsigned char>(text[end])) != 0) == blank) ++end;
    out += blank ? text.substr(at, end - at) : linked(text.substr(at, end - at), style);
    at = end;
  }
  return evaluator.autoescape() ? make_markup(std::move(out)) : Value(std::move(out));
}

constexpr FilterEntry filters[] = {
    {"escape", escape, "The five characters of HTML as entities.", "'<b>'|escape"},
    {"e", escape, "Short for escape.", "'<b>'|e"},
    {"forceescape", force_escape, "Escaped even when marked as safe.", "x|forceescape"},
    {"safe", safe, "Marks text as safe HTML.", "'<b>'|safe"},
    {"striptags", striptags, "Without HTML tags, blanks collapsed.", "'<p>a</p>'|striptags"},
    {"urlencode", urlencode, "Percent-encoded; a dict becomes a query.", "'a b'|urlencode"},
    {"xmlattr", xmlattr, "A dict as attributes of a tag.", "{'class': 'x'}|xmlattr"},
    {"urlize", urlize, "Addresses in the text become links.", "'see http://example.org'|urlize"},
};

}  // namespace

std::span<const FilterEntry> html_filters() { return filters; }

}  // namespace halite::render
