#include "states/text/edit_line.h"

#include <algorithm>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

using Lines = std::vector<std::string>;

std::string_view without_end(std::string_view line) {
  return strip_right(line, "\r\n");
}

bool has_end(std::string_view line) {
  return line.ends_with('\n') || line.ends_with('\r');
}

// The content with the line end of `model`.
std::string with_end_of(const std::string& model, std::string_view content) {
  const std::string_view end = model.ends_with("\r\n") ? "\r\n" : "\n";
  return std::string(strip_right(content)) + std::string(end);
}

std::string with_indent_of(const std::string& model, const std::string& content, bool indent) {
  if (!indent) return content;
  const std::size_t width = std::min(model.find_first_not_of(" \t"), model.size());
  return model.substr(0, width) + std::string(strip_left(content));
}

// The lines that an expression finds; a line that holds the expression as plain text is found too.
std::optional<Lines> found(const Lines& lines, const std::optional<std::string>& expression) {
  if (!expression || expression->empty() || lines.empty()) return std::nullopt;
  const bool is_text = is_valid_utf8(*expression) &&
                       std::all_of(lines.begin(), lines.end(), [](const auto& line) { return is_valid_utf8(line); });
  const Regex regex = Regex::compile(*expression, {.dot_all = true, .bytes = !is_text});
  Lines result;
  for (const auto& line : lines)
    if (regex.search(line) || line.find(*expression) != std::string::npos) result.push_back(line);
  return result;
}

const std::string& the_only(const std::optional<Lines>& lines, const char* what) {
  const std::size_t count = lines ? lines->size() : 0;
  if (count != 1)
    throw Error(ErrorKind::invalid, "Found {} expected occurrences in \"{}\" expression",
                count > 1 ? "more than" : "less than", what);
  return lines->front();
}

class Editor {
 public:
  Editor(Lines lines, const LineEdit& edit) : lines_(std::move(lines)), edit_(edit) {
    std::optional<std::string> match = edit.match;
    if ((!match || match->empty()) && !edit.before && !edit.after) match = edit.content;
    match_ = found(lines_, match);
    before_ = found(lines_, edit.before);
    after_ = found(lines_, edit.after);
  }

  Lines finish() {
    if (edit_.mode == "delete") {
      if (has(match_)) std::erase(lines_, match_->front());
    } else if (edit_.mode == "replace") {
      if (has(match_)) *at(match_->front()) = placed(match_->front());
    } else if (edit_.mode == "insert") {
      insert();
    } else {
      ensure();
    }
    return std::move(lines_);
  }

 private:
  static bool has(const std::optional<Lines>& lines) { return lines && !lines->empty(); }
  Lines::iterator at(const std::string& line) { return std::find(lines_.begin(), lines_.end(), line); }
  std::string placed(const std::string& neighbour) const {
    return with_indent_of(neighbour, *edit_.content, edit_.indent);
  }
  bool is_content(const std::string& line) const { return without_end(line) == without_end(*edit_.content); }

  void insert() {
    if (!edit_.before && !edit_.after && edit_.location.empty())
      throw Error(ErrorKind::invalid, "On insert either \"location\" or \"before/after\" conditions are required.");
    if (edit_.location == "end")
      lines_.push_back(lines_.empty() ? *edit_.content : placed(lines_.back()));
    else if (edit_.location == "start")
      lines_.insert(lines_.begin(), with_end_of(lines_.empty() ? "" : lines_.front(), *edit_.content));
    else if (edit_.location.empty())
      insert_beside();
  }

  void insert_beside() {
    if (has(before_) && has(after_)) {
      const std::string& before = the_only(before_, "before");
      the_only(after_, "after");
      lines_.insert(at(before), placed(before));
    } else if (has(after_)) {
      insert_after();
    } else if (has(before_)) {
      const auto before = at(the_only(before_, "before"));
      // The line in front of the first one is the last one, as Python counts.
      const std::string& previous = before == lines_.begin() ? lines_.back() : *(before - 1);
      if (!is_content(previous)) lines_.insert(before, placed(*before));
    } else {
      throw Error(ErrorKind::invalid, "Neither before or after was found in file");
    }
  }

  void insert_after() {
    const auto after = at(the_only(after_, "after"));
    if (after + 1 == lines_.end() || !is_content(*(after + 1))) lines_.insert(after + 1, placed(*after));
  }

  void ensure() {
    if (has(before_) && has(after_)) {
      ensure_between();
    } else if (has(before_)) {
      const auto before = at(the_only(before_, "before"));
      if (before != lines_.begin() && is_content(*(before - 1))) return;
      lines_.insert(before, placed(before == lines_.begin() ? lines_.back() : *(before - 1)));
    } else if (has(after_)) {
      insert_after();
    } else {
      throw Error(ErrorKind::invalid,
                  "Wrong conditions? Unable to ensure line without knowing where to put it before and/or after.");
    }
  }

  void ensure_between() {
    const auto after = at(the_only(after_, "after"));
    const auto before = at(the_only(before_, "before"));
    const auto is_there = [&](const std::string& line) { return strip(line) == strip(*edit_.content); };
    if (std::any_of(lines_.begin(), lines_.end(), is_there)) return;
    if (after + 1 == before)
      lines_.insert(before, placed(*after));
    else if (after + 2 == before)
      *(after + 1) = placed(*after);
    else
      throw Error(ErrorKind::invalid, "Found more than one line between boundaries \"before\" and \"after\".");
  }

  Lines lines_;
  const LineEdit& edit_;
  std::optional<Lines> match_, before_, after_;
};

}  // namespace

std::string edit_line(const std::string& text, const LineEdit& edit) {
  if (edit.mode != "insert" && edit.mode != "ensure" && edit.mode != "delete" && edit.mode != "replace")
    throw Error(ErrorKind::invalid, "Unknown mode: \"{}\"", edit.mode);
  if (edit.mode != "delete" && !edit.content)
    throw Error(ErrorKind::invalid, "Content can only be empty if mode is \"delete\"");
  if (text.empty() && (edit.mode == "delete" || edit.mode == "replace")) return text;
  Lines lines = lines_with_ends(text);
  // The end behind the last newline counts as a line, so that something can be put there.
  if (!lines.empty() && has_end(lines.back())) lines.push_back("");
  lines = Editor(std::move(lines), edit).finish();
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    if (!has_end(lines[i])) lines[i] = with_end_of(lines[i > 1 ? i - 1 : i == 1 ? 0 : 1], lines[i]);
  return join(lines, "");
}

}  // namespace halite::states
