#include "master/cli/spinner.h"

#include <array>

#include "common/base/strings.h"

#include <fmt/format.h>

namespace halite::cli {
namespace {

constexpr std::chrono::milliseconds quiet_time{300};
constexpr std::array<std::string_view, 4> frames{"|", "/", "-", "\\"};
constexpr std::size_t line_width = 76;
constexpr std::size_t lines_shown = 8;

// No more than `width` characters, none of them in part.
std::string cut(const std::string& text, std::size_t width) {
  std::size_t end = 0, count = 0;
  while (end < text.size() && count < width) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    ++count;
  }
  return text.substr(0, end);
}

}  // namespace

std::string waiting_text(std::size_t answered, const std::set<std::string>& waiting_for, std::size_t width) {
  std::string text = fmt::format("{}/{} answered, waiting for ", answered, answered + waiting_for.size());
  std::size_t left = waiting_for.size();
  for (const auto& id : waiting_for) {
    const std::string name = (left == waiting_for.size() ? "" : ", ") + escape_control(id);
    const std::string rest = fmt::format(" and {} more", left);
    if (text.size() + name.size() + (left > 1 ? rest.size() : 0) > width) return text + (left == waiting_for.size() ? fmt::format("{} more", left) : rest);
    text += name;
    --left;
  }
  return text;
}

std::vector<std::string> progress_lines(const std::map<std::string, std::string>& progress, std::size_t width) {
  std::vector<std::string> lines;
  for (const auto& [id, text] : progress) {
    if (lines.size() == lines_shown) {
      lines.push_back(fmt::format("  and {} more", progress.size() - lines_shown));
      break;
    }
    lines.push_back(cut(fmt::format("  {}  {}", escape_control(id), escape_control(text)), width));
  }
  return lines;
}

Spinner::Spinner(const Screen& screen) : screen_(screen), started_(std::chrono::steady_clock::now()) {}

void Spinner::show(std::size_t answered, const std::set<std::string>& waiting_for, const std::map<std::string, std::string>& progress) {
  if (!screen_.err_is_terminal || waiting_for.empty()) return;
  if (std::chrono::steady_clock::now() - started_ < quiet_time) return;
  std::string text = fmt::format("{} {}", frames[frame_++ % frames.size()], waiting_text(answered, waiting_for, line_width));
  const auto below = progress_lines(progress, line_width);
  for (const auto& line : below) text += "\n" + line;
  hide();
  screen_.err(text);
  lines_ = 1 + below.size();
}

void Spinner::hide() {
  if (lines_ == 0) return;
  std::string back = "\r";
  for (std::size_t i = 1; i < lines_; ++i) back += "\x1b[A";
  screen_.err(back + "\x1b[J");
  lines_ = 0;
}

}  // namespace halite::cli
