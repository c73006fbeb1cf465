#include "master/cli/spinner.h"

#include <array>

#include "common/base/strings.h"

#include <fmt/format.h>

namespace halite::cli {
namespace {

constexpr std::chrono::milliseconds quiet_time{300};
constexpr std::array<std::string_view, 4> frames{"|", "/", "-", "\\"};
constexpr std::size_t line_width = 76;

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

Spinner::Spinner(const Screen& screen) : screen_(screen), started_(std::chrono::steady_clock::now()) {}

void Spinner::show(std::size_t answered, const std::set<std::string>& waiting_for) {
  if (!screen_.err_is_terminal || waiting_for.empty()) return;
  if (std::chrono::steady_clock::now() - started_ < quiet_time) return;
  screen_.err(fmt::format("\r\x1b[K{} {}", frames[frame_++ % frames.size()], waiting_text(answered, waiting_for, line_width)));
  is_shown_ = true;
}

void Spinner::hide() {
  if (is_shown_) screen_.err("\r\x1b[K");
  is_shown_ = false;
}

}  // namespace halite::cli
