#include "states/text/ini.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

bool is_comment(std::string_view line) {
  const std::string_view bare = strip_left(line);
  return bare.starts_with('#') || bare.starts_with(';');
}

std::size_t indent_of(const std::string& line) {
  std::size_t width = 0;
  for (const char c : line) {
    if (c != ' ' && c != '\t') break;
    width += c == '\t' ? 4 : 1;
  }
  return width;
}

std::optional<std::string> header_of(const std::string& line) {
  const std::string_view bare = strip(line);
  if (bare.size() < 3 || !bare.starts_with('[') || !bare.ends_with(']')) return std::nullopt;
  return std::string(bare.substr(1, bare.size() - 2));
}

}  // namespace

IniText::IniText(const std::string& text, std::string separator) : separator_(std::move(separator)) {
  if (separator_.empty()) throw Error(ErrorKind::invalid, "'separator' may not be empty");
  std::string section;
  std::size_t indent = 0;
  for (const auto& raw : split_lines(text)) {
    Line line{.text = raw, .section = section};
    if (is_comment(raw)) {
      lines_.push_back(std::move(line));
      continue;
    }
    if (auto header = header_of(raw)) {
      section = *header;
      line.kind = Kind::section;
      line.section = section;
    } else if (!lines_.empty() && lines_.back().kind == Kind::option && indent_of(raw) > indent &&
               !strip(raw).empty()) {
      lines_.back().text += "\n" + raw;
      lines_.back().value += "\n" + raw;
      continue;
    } else if (parse_option(raw, line)) {
      line.kind = Kind::option;
      indent = indent_of(raw);
    }
    lines_.push_back(std::move(line));
  }
}

bool IniText::parse_option(const std::string& text, Line& line) const {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string::npos) return false;
  const std::size_t at = text.find(separator_, start + 1);
  if (at == std::string::npos) return false;
  line.name = strip(std::string_view(text).substr(start, at - start));
  line.value = strip(std::string_view(text).substr(at + separator_.size()));
  return !line.name.empty();
}

std::string IniText::text() const {
  std::string text;
  for (const auto& line : lines_) text += line.text + "\n";
  return text;
}

std::vector<std::string> IniText::sections() const {
  std::vector<std::string> names;
  for (const auto& line : lines_)
    if (line.kind == Kind::section && std::find(names.begin(), names.end(), line.section) == names.end())
      names.push_back(line.section);
  return names;
}

bool IniText::has_section(const std::string& section) const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const Line& line) { return line.kind == Kind::section && line.section == section; });
}

std::vector<std::string> IniText::options(const std::string& section) const {
  std::vector<std::string> names;
  for (const auto& line : lines_)
    if (line.kind == Kind::option && line.section == section &&
        std::find(names.begin(), names.end(), line.name) == names.end())
      names.push_back(line.name);
  return names;
}

std::optional<std::string> IniText::get(const std::string& section, const std::string& option) const {
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (line->kind == Kind::option && line->section == section && line->name == option) return line->value;
  return std::nullopt;
}

std::string IniText::written(const std::string& option, const std::string& value) const {
  return option + (separator_ == " " ? separator_ : " " + separator_ + " ") + value;
}

std::size_t IniText::end_of(const std::string& section) const {
  std::size_t end = 0;
  for (std::size_t i = 0; i < lines_.size(); ++i)
    if (lines_[i].section == section && (lines_[i].kind != Kind::other || !strip(lines_[i].text).empty())) end = i + 1;
  return end;
}

std::optional<std::size_t> IniText::commented_out(const std::string& section, const std::string& option) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    if (line.kind != Kind::other || line.section != section || !is_comment(line.text)) continue;
    Line inner;
    if (parse_option(std::string(strip_left(line.text, "#; \t")), inner) && inner.name == option) found = i;
  }
  return found;
}

void IniText::set(const std::string& section, const std::string& option, const std::string& value) {
  Line made{.kind = Kind::option, .text = written(option, value), .section = section, .name = option, .value = value};
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (line->kind == Kind::option && line->section == section && line->name == option) {
      *line = std::move(made);
      return;
    }
  if (!section.empty() && !has_section(section)) add_section(section);
  if (const auto place = commented_out(section, option)) {
    lines_[*place] = std::move(made);
    return;
  }
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(end_of(section)), std::move(made));
}

void IniText::add_section(const std::string& section) {
  if (has_section(section)) return;
  if (!lines_.empty() && !strip(lines_.back().text).empty()) lines_.push_back({.section = lines_.back().section});
  lines_.push_back({.kind = Kind::section, .text = "[" + section + "]", .section = section});
}

bool IniText::remove(const std::string& section, const std::string& option) {
  return std::erase_if(lines_, [&](const Line& line) {
           return line.kind == Kind::option && line.section == section && line.name == option;
         }) > 0;
}

bool IniText::remove_section(const std::string& section) {
  if (!has_section(section)) return false;
  std::erase_if(lines_, [&](const Line& line) { return line.section == section; });
  while (!lines_.empty() && strip(lines_.back().text).empty()) lines_.pop_back();
  return true;
}

}  // namespace halite::states
