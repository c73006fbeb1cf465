#include "common/render/pretty_print.h"

#include <algorithm>

#include "common/render/order.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
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
  void print(const Value& value, std::size_t indent, std::size_t allowance, bool is_alone = false) {
    const std::string line = one_line(value, 0);
    if (utf8::count(line) + indent + allowance <= width_) {
      out_ += line;
    } else if (const Map* map = value.if_map()) {
      print_map(*map, indent, allowance);
    } else if (const List* items = if_sequence(value)) {
      print_items(*items, value.is_list(), indent, allowance);
    } else if (const std::string* text = value.if_string()) {
      print_text(*text, indent, allowance, is_alone);
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
    if (!is_list && items.size() == 1) ++allowance;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_last = i + 1 == items.size();
      print(items[i], indent + 1, is_last ? allowance + 1 : 1);
      if (!is_last) out_ += ',', new_line(indent + 1);
    }
    out_ += is_list ? "]" : items.size() == 1 ? ",)" : ")";
  }

  // Long text is cut at the ends of its lines, and long lines at white space, into several literals, one below the
  // other. Standing alone they need brackets.
  void print_text(const std::string& text, std::size_t indent, std::size_t allowance, bool is_alone) {
    if (is_alone) ++indent, ++allowance;
    const std::vector<std::string> lines = split_lines_python(text, true);
    std::vector<std::string> literals;
    if (text.empty()) literals.emplace_back("''");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t behind = i + 1 == lines.size() ? allowance : 0;
      const std::string whole = text_repr(lines[i]);
      if (utf8::count(whole) + indent + behind <= width_)
        literals.push_back(whole);
      else
        cut_line(lines[i], indent, behind, literals);
    }
    const bool has_brackets = is_alone && literals.size() > 1;
    if (has_brackets) out_ += '(';
    for (std::size_t i = 0; i < literals.size(); ++i) {
      if (i > 0) new_line(indent);
      out_ += literals[i];
    }
    if (has_brackets) out_ += ')';
  }

  void cut_line(const std::string& line, std::size_t indent, std::size_t behind, std::vector<std::string>& literals) const {
    const std::vector<std::string> parts = words_with_space(line);
    std::string current;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t used = indent + (i + 1 == parts.size() ? behind : 0);
      if (utf8::count(text_repr(current + parts[i])) + used <= width_) {
        current += parts[i];
        continue;
      }
      if (!current.empty()) literals.push_back(text_repr(current));
      current = parts[i];
    }
    if (!current.empty()) literals.push_back(text_repr(current));
  }

  // Each word with the white space behind it.
  static std::vector<std::string> words_with_space(const std::string& line) {
    std::vector<std::string> parts;
    bool in_space = true;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t start = at;
      const bool is_space = utf8::is_space(utf8::decode(line, at));
      if (parts.empty() || (in_space && !is_space)) parts.emplace_back();
      parts.back().append(line, start, at - start);
      in_space = is_space;
    }
    return parts;
  }

  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string pretty_printed(const Value& value, std::size_t width) {
  Printer printer(width);
  printer.print(value, 0, 0, true);
  return printer.take();
}

}  // namespace halite::render
