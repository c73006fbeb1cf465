// The outputter `table`: lists of rows with lines around them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/formats.h"
#include "common/output/python_text.h"
#include "common/output/safe_text.h"

namespace halite::formats {
namespace {

constexpr std::size_t column_width = 50;
using Row = std::vector<std::string>;

// As Python's len(): characters, not bytes.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string centered(const std::string& text, std::size_t width) {
  const std::size_t have = length(text);
  if (have >= width) return text;
  const std::size_t padding = width - have;
  const std::size_t left = padding / 2 + (padding & width & 1);
  return std::string(left, ' ') + text + std::string(padding - left, ' ');
}

// Broken at blanks where a line would pass the column's width.
std::vector<std::string> wrapped(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& word : split(text, ' ')) {
    const bool fits = !lines.empty() && length(lines.back()) + length(word.substr(0, word.find('\n'))) < column_width;
    if (fits) lines.back() += " " + word;
    else lines.push_back(word);
  }
  std::vector<std::string> result;
  for (const auto& line : lines)
    for (auto& part : split(line, '\n')) result.push_back(std::move(part));
  return result;
}

std::string title(std::string text) {
  bool starts = true;
  for (char& c : text) {
    if (c == '_') c = ' ';
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_lower = c >= 'a' && c <= 'z';
    if (starts && is_lower) c = static_cast<char>(c - 32);
    if (!starts && is_upper) c = static_cast<char>(c + 32);
    starts = !is_upper && !is_lower;
  }
  return text;
}

class Table {
 public:
  explicit Table(bool color) : colors_(colors(color)) {}

  void show(const Value& value, std::size_t indent) {
    if (const auto* list = value.if_list()) return show_rows(*list, indent);
    const auto* map = value.if_map();
    if (!map) return say(value, indent);
    for (const auto* entry : sorted_entries(*map)) {
      line(indent, colors_.dark_gray, safe_line(python_str(entry->key)), ":");
      line(indent, colors_.dark_gray, "----------");
      if (const auto* rows = entry->value.if_list()) show_rows(*rows, indent);
      else show(entry->value, indent + 4);
    }
  }

  std::string text() const { return join(lines_, "\n"); }

 private:
  void line(std::size_t indent, std::string_view color, std::string_view text, std::string_view suffix = "") {
    lines_.push_back(fmt::format("{}{}{}{}{}", std::string(indent, ' '), color, text, colors_.end, suffix));
  }

  // What is no table. Salt shows nothing of it.
  void say(const Value& value, std::size_t indent) {
    for (const auto& part : split_lines(safe_text(python_str(value)))) line(indent, colors_.white, part);
  }

  static Row cells(const Value& row) {
    Row result;
    if (const auto* map = row.if_map()) {
      for (const auto* entry : sorted_entries(*map)) result.push_back(safe_text(python_str(entry->value)));
    } else if (const auto* list = row.if_list()) {
      for (const auto& item : *list) result.push_back(safe_text(python_str(item)));
    } else {
      result.push_back(safe_text(row.as_string("a row of a table")));
    }
    return result;
  }

  void show_rows(const List& list, std::size_t indent) {
    if (list.empty()) return;
    for (const auto& row : list)
      if (row.type() != list.front().type()) {
        for (const auto& item : list) say(item, indent + 4);
        return;
      }
    std::vector<Row> rows;
    if (const auto* first = list.front().if_map()) {
      Row labels;
      for (const auto* entry : sorted_entries(*first)) labels.push_back(title(safe_line(python_str(entry->key))));
      rows.push_back(std::move(labels));
    }
    for (const auto& row : list) rows.push_back(cells(row));
    draw(rows, indent + 4);
  }

  void draw(const std::vector<Row>& rows, std::size_t indent) {
    std::vector<std::vector<Row>> physical;  // each row as the lines it takes
    std::size_t columns = rows.front().size();
    for (const auto& row : rows) columns = std::min(columns, row.size());
    std::vector<std::size_t> widths(columns);
    for (const auto& row : rows) {
      std::vector<Row> lines;
      for (std::size_t column = 0; column < columns; ++column) {
        const auto parts = wrapped(row[column]);
        if (lines.size() < parts.size()) lines.resize(parts.size(), Row(columns));
        for (std::size_t i = 0; i < parts.size(); ++i) {
          lines[i][column] = parts[i];
          widths[column] = std::max(widths[column], length(parts[i]));
        }
      }
      physical.push_back(std::move(lines));
    }
    std::size_t total = 4 + 3 * (columns > 0 ? columns - 1 : 0);
    for (const auto width : widths) total += width;
    const std::string separator(total, '-');
    line(indent, colors_.light_gray, separator);
    for (const auto& lines : physical) {
      for (Row cells_of_line : lines) {
        for (std::size_t column = 0; column < columns; ++column) cells_of_line[column] = centered(cells_of_line[column], widths[column]);
        line(indent, colors_.white, "| " + join(cells_of_line, " | ") + " |");
      }
      line(indent, colors_.light_gray, separator);
    }
  }

  const Colors& colors_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string table(const Value& data, const OutputOptions& options) {
  Table display(options.color);
  display.show(data, static_cast<std::size_t>(options.nested_indent));
  return display.text();
}

}  // namespace halite::formats
