// The outputter `nested`: indented, one value a line.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/formats.h"
#include "common/output/python_text.h"
#include "common/output/safe_text.h"

namespace halite::formats {
namespace {

class Nested {
 public:
  explicit Nested(const OutputOptions& options) : colors_(colors(options.color)), failed_(options.retcode != 0) {}

  void show(const Value& value, std::size_t indent, std::string_view prefix) {
    if (const auto* text = value.if_string()) show_text(*text, indent, prefix);
    else if (const auto* bytes = value.if_bytes()) show_text(bytes->data, indent, prefix);
    else if (value.is_list()) show_list(*value.if_list(), indent);
    else if (value.is_map()) show_map(*value.if_map(), indent, prefix);
    else if (value.is_object()) show(value.if_object()->plain(), indent, prefix);
    else line(indent, colors_.light_yellow, std::string(prefix) + python_str(value));
  }

  std::string text() const { return join(lines_, "\n"); }

 private:
  void line(std::size_t indent, std::string_view color, std::string_view text, std::string_view suffix = "") {
    std::string out(indent, ' ');
    out += color;
    out += text;
    out += colors_.end;
    out += suffix;
    lines_.push_back(std::move(out));
  }

  void show_text(std::string_view text, std::size_t indent, std::string_view prefix) {
    std::string before(prefix);
    for (const auto& part : python_lines(text)) {
      line(indent, colors_.green, before + safe_line(part));
      before.assign(prefix.size(), ' ');
    }
  }

  void show_list(const List& list, std::size_t indent) {
    for (const auto& item : list) {
      if (!item.is_list() && !item.is_map()) {
        show(item, indent, "- ");
        continue;
      }
      line(indent, failed_ ? colors_.red : colors_.green, "|_");
      show(item, indent + 2, item.is_map() ? "" : "- ");
    }
  }

  void show_map(const Map& map, std::size_t indent, std::string_view prefix) {
    const std::string_view color = failed_ ? colors_.red : colors_.cyan;
    if (indent > 0) line(indent, color, "----------");
    for (const auto* entry : sorted_entries(map)) {
      line(indent, color, std::string(prefix) + safe_line(python_str(entry->key)), ":");
      show(entry->value, indent + 4, "");
    }
  }

  const Colors& colors_;
  bool failed_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string nested(const Value& data, const OutputOptions& options) {
  Nested display(options);
  display.show(data, static_cast<std::size_t>(options.nested_indent), "");
  return display.text();
}

// What is said of minions that did not answer: red text under the id.
std::string no_return(const Value& data, const OutputOptions& options) {
  const Colors& color = colors(options.color);
  std::string out;
  for (const auto* entry : sorted_entries(data.as_map("the result"))) {
    out += fmt::format("{}{}{}:\n", color.cyan, safe_line(python_str(entry->key)), color.end);
    for (const auto& line : split(python_str(entry->value), '\n'))
      out += fmt::format("{}    {}{}\n", color.red, safe_line(line), color.end);
  }
  return out;
}

}  // namespace halite::formats
