#include "common/render/pretty_print.h"

#include <algorithm>

#include "common/render/order.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// The entries with their keys in pprint's order: sorted, by type name where the types differ.
List sorted_keys(const Map& map) {
  List keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  const auto before = [](const Value& a, const Value& b) {
    try {
      return less(a, b);
    } catch (const Failure&) {
      return python_type(a) < python_type(b);
    }
  };
  std::stable_sort(keys.begin(), keys.end(), before);
  return keys;
}

// repr() with the keys of every dict sorted.
std::string one_line(const Value& value, int depth) {
  if (depth > 200) fail("the data is nested too deeply");
  std::string out;
  if (const Map* map = if_dict(value); map && value.is_map()) {
    for (const Value& key : sorted_keys(*map)) {
      if (!out.empty()) out += ", ";
      out += one_line(key, depth + 1) + ": " + one_line(*map->find(key), depth + 1);
    }
    return "{" + out + "}";
  }
  if (const List* items = if_sequence(value)) {
    for (const Value& item : *items) {
      if (!out.empty()) out += ", ";
      out += one_line(item, depth + 1);
    }
    if (value.is_list()) return "[" + out + "]";
    return "(" + out + (items->size() == 1 ? ",)" : ")");
  }
  return repr(value);
}

class Printer {
 public:
  explicit Printer(std::size_t width) : width_(width) {}

  // `indent` columns are used on this line already, `allowance` must stay free behind the value.
  void print(const Value& value, std::size_t indent, std::size_t allowance) {
    const std::string line = one_line(value, 0);
    if (utf8::count(line) + indent + allowance <= width_) {
      out_ += line;
    } else if (const Map* map = value.if_map()) {
      print_map(*map, indent, allowance);
    } else if (const List* items = if_sequence(value)) {
      print_items(*items, value.is_list(), indent, allowance);
    } else if (const std::string* text = value.if_string()) {
      print_text(*text, indent, allowance);
    } else {
      out_ += line;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void new_line(std::size_t indent) { (out_ += '\n').append(indent, ' '); }

  void print_map(const Map& map, std::size_t indent, std::size_t allowance) {
    out_ += '{';
    const List keys = sorted_keys(map);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string key = one_line(keys[i], 0);
      out_ += key + ": ";
      const bool is_last = i + 1 == keys.size();
      print(*map.find(keys[i]), indent + 1 + utf8::count(key) + 2, is_last ? allowance + 1 : 1);
      if (!is_last) out_ += ',', new_line(indent + 1);
    }
    out_ += '}';
  }

  void print_items(const List& items, bool is_list, std::size_t indent, std::size_t allowance) {
    out_ += is_list ? '[' : '(';
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_last = i + 1 == items.size();
      print(items[i], indent + 1, is_last ? allowance + 1 : 1);
      if (!is_last) out_ += ',', new_line(indent + 1);
    }
    out_ += is_list ? "]" : items.size() == 1 ? ",)" : ")";
  }

  // Long text is cut at white space into several literals, each on its own line.
  void print_text(const std::string& text, std::size_t indent, std::size_t allowance) {
    std::vector<std::string> chunks;
    std::string current;
    const std::size_t room = width_ > indent ? width_ - indent : 1;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end]))) ++end;
      while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end])) && text[end] != '\n') ++end;
      const bool ends_line = end < text.size() && text[end] == '\n';
      if (ends_line) ++end;
      const std::string part = text.substr(at, end - at);
      at = end;
      const std::size_t limit = at >= text.size() ? room - std::min(room, allowance) : room;
      if (!current.empty() && utf8::count(text_repr(current + part)) > limit) chunks.push_back(std::exchange(current, ""));
      current += part;
      if (ends_line) chunks.push_back(std::exchange(current, ""));
    }
    if (!current.empty()) chunks.push_back(current);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (i > 0) new_line(indent);
      out_ += text_repr(chunks[i]);
    }
  }

  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string pretty_printed(const Value& value, std::size_t width) {
  Printer printer(width);
  printer.print(value, 0, 0);
  return printer.take();
}

}  // namespace halite::render
