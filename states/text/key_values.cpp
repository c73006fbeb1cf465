#include "states/text/key_values.h"

#include <optional>

#include "common/base/strings.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

class Editor {
 public:
  explicit Editor(const KeyValueEdit& edit) : edit_(edit), left_(edit.wanted.size(), edit.count) {}

  KeyValueResult finish(const std::string& text) {
    for (const auto& line : lines_with_ends(text)) add(line);
    if (edit_.append_if_not_found)
      append();
    else if (edit_.prepend_if_not_found)
      prepend();
    return std::move(result_);
  }

 private:
  void add(std::string line) {
    const std::string bare(strip_left(line, bare_characters()));
    for (std::size_t i = 0; i < edit_.wanted.size(); ++i)
      if (auto changed = set(i, line, bare)) {
        line = std::move(*changed);
        break;
      }
    result_.text += line;
  }

  // What is taken off in front of a line: white space where nothing is said, as Python's lstrip(None).
  std::string_view bare_characters() const {
    return edit_.uncomment.empty() ? std::string_view(" \t\n\r\v\f") : std::string_view(edit_.uncomment);
  }

  static std::string folded(std::string_view text, bool ignore_case) {
    return ignore_case ? to_lower(text) : std::string(text);
  }

  // The line with its value set; empty when it is one too many; nothing when it is not of this key.
  std::optional<std::string> set(std::size_t i, const std::string& line, const std::string& bare) {
    const KeyValue& wanted = edit_.wanted[i];
    const std::size_t at = bare.find(edit_.separator);
    if (at == std::string::npos) return std::nullopt;
    const std::string key = bare.substr(0, at);
    if (folded(key, edit_.key_ignore_case) != folded(wanted.key, edit_.key_ignore_case)) return std::nullopt;
    const bool was_commented = bare.size() < line.size();
    const auto value = [&](std::string_view text) { return folded(strip(text), edit_.value_ignore_case); };
    const bool is_set = value(bare.substr(at + edit_.separator.size())) == value(wanted.value);
    const bool is_due = left_[i] != 0;
    const bool changes = was_commented ? left_[i] > 0 : !is_set || !is_due;
    std::string result = line;
    if (changes) {
      result_.diff += "- " + line;
      result = is_due ? key + edit_.separator + wanted.value + "\n" : "";
      if (is_due) note(wanted, result);
      ++result_.changed_lines;
    }
    if (left_[i] > 0) --left_[i];
    return result;
  }

  void note(const KeyValue& wanted, const std::string& line) {
    result_.diff += wanted.type.empty() ? "+ " + line
                                        : "+ " + std::string(strip_right(line)) + " (from " + wanted.type + " type)\n";
  }

  std::string line_of(const KeyValue& wanted) const { return wanted.key + edit_.separator + wanted.value + "\n"; }

  void append() {
    std::string added;
    for (std::size_t i = 0; i < edit_.wanted.size(); ++i) {
      if (left_[i] <= 0) continue;
      if (!result_.text.empty() && !result_.text.ends_with('\n')) result_.text += "\n";
      result_.text += line_of(edit_.wanted[i]);
      added += "+ " + line_of(edit_.wanted[i]);
      ++result_.changed_lines;
    }
    if (!added.empty()) result_.diff += "- <EOF>\n" + added + "+ <EOF>\n";
  }

  void prepend() {
    std::string added;
    for (std::size_t i = 0; i < edit_.wanted.size(); ++i) {
      if (left_[i] <= 0) continue;
      result_.text.insert(0, line_of(edit_.wanted[i]));
      added.insert(0, "+ " + line_of(edit_.wanted[i]));
      ++result_.changed_lines;
    }
    if (!added.empty()) result_.diff.insert(0, "  <SOF>\n" + added);
  }

  const KeyValueEdit& edit_;
  std::vector<std::int64_t> left_;
  KeyValueResult result_;
};

}  // namespace

KeyValueResult set_key_values(const std::string& text, const KeyValueEdit& edit) {
  return Editor(edit).finish(text);
}

}  // namespace halite::states
