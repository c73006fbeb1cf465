#include "common/output/python_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "common/data/real_text.h"

namespace halite {
namespace {

constexpr std::size_t page_width = 80;
constexpr int depth_limit = 200;

std::string quoted(std::string_view text, bool is_bytes) {
  const bool use_double = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = use_double ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') out += std::string("\\") + c;
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (byte < 0x20 || byte == 0x7f || (is_bytes && byte >= 0x80)) out += fmt::format("\\x{:02x}", byte);
    else if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) <= 0xa0)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
    else out += c;
  }
  return out + quote;
}

struct Brackets {
  char open, close;
};

std::string repr(const Value& value, int depth) {
  if (depth > depth_limit) return "...";
  switch (value.type()) {
    case Value::Type::null: return "None";
    case Value::Type::boolean: return *value.if_bool() ? "True" : "False";
    case Value::Type::integer: return std::to_string(*value.if_int());
    case Value::Type::real: return real_text(*value.if_real());
    case Value::Type::string: return quoted(*value.if_string(), false);
    case Value::Type::bytes: return "b" + quoted(value.if_bytes()->data, true);
    case Value::Type::object: return repr(value.if_object()->plain(), depth + 1);
    case Value::Type::list: {
      std::vector<std::string> items;
      for (const auto& item : *value.if_list()) items.push_back(repr(item, depth + 1));
      return "[" + join(items, ", ") + "]";
    }
    case Value::Type::map: {
      std::vector<std::string> items;
      for (const auto& [key, item] : *value.if_map()) items.push_back(repr(key, depth + 1) + ": " + repr(item, depth + 1));
      return "{" + join(items, ", ") + "}";
    }
  }
  return "";
}

// Maps with sorted keys, all the way down.
Value sorted(const Value& value, int depth) {
  if (depth > depth_limit) return value;
  if (const auto* list = value.if_list()) {
    List result;
    for (const auto& item : *list) result.push_back(sorted(item, depth + 1));
    return result;
  }
  if (const auto* map = value.if_map()) {
    Map result;
    for (const auto* entry : sorted_entries(*map)) result.set(entry->key, sorted(entry->value, depth + 1));
    return result;
  }
  return value;
}

// `column`: where the text begins; `after`: characters that follow it on its last line.
std::string pretty(const Value& value, std::size_t column, std::size_t after, std::size_t indent) {
  const std::string flat = repr(value, 0);
  if (column + flat.size() + after <= page_width || !(value.is_list() || value.is_map())) return flat;
  const bool is_map = value.is_map();
  const std::size_t inner = column + indent;
  std::string out(1, is_map ? '{' : '[');
  out += std::string(indent - 1, ' ');
  const std::size_t count = is_map ? value.if_map()->size() : value.if_list()->size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t behind = i + 1 == count ? after + 1 : 1;
    if (i > 0) out += ",\n" + std::string(inner, ' ');
    if (is_map) {
      const auto& [key, item] = value.if_map()->begin()[static_cast<std::ptrdiff_t>(i)];
      const std::string name = repr(key, 0) + ": ";
      out += name + pretty(item, inner + name.size(), behind, indent);
    } else {
      out += pretty((*value.if_list())[i], inner, behind, indent);
    }
  }
  return out + (is_map ? '}' : ']');
}

bool is_number(const Value& value) { return value.is_int() || value.is_real() || value.is_bool(); }

double number(const Value& value) {
  if (const auto* held = value.if_bool()) return *held ? 1 : 0;
  return value.as_real();
}

}  // namespace

std::string python_repr(const Value& value) { return repr(value, 0); }

std::string python_str(const Value& value) { return value.is_string() ? *value.if_string() : repr(value, 0); }

std::string python_pformat(const Value& value, int indent) {
  return pretty(sorted(value, 0), 0, 0, static_cast<std::size_t>(std::max(indent, 1)));
}

std::vector<const Map::Entry*> sorted_entries(const Map& map) {
  std::vector<const Map::Entry*> entries;
  for (const auto& entry : map) entries.push_back(&entry);
  const bool all_numbers = std::all_of(entries.begin(), entries.end(), [](const auto* entry) { return is_number(entry->key); });
  std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
    return all_numbers ? number(a->key) < number(b->key) : python_str(a->key) < python_str(b->key);
  });
  return entries;
}

}  // namespace halite
