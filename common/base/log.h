// The log, one line a message. main() calls log::setup once; before that, messages go to stderr.
// Never pass a secret (key, token, pillar value) to it.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace halite::log {

enum class Level { trace, debug, info, warning, error, quiet };

struct Settings {
  Level level = Level::warning;      // of what goes to stderr or the journal
  std::string file;                  // path of a log file, opened with mode 0600; empty: none
  Level file_level = Level::warning;
};

// Salt's names: all garbage trace debug profile info warning error critical quiet.
// Throws Error(invalid) with the list for another text.
Level level_from(std::string_view text);

void setup(const Settings& settings);
bool enabled(Level level);
// Writes one message; control characters other than tab are escaped, so no one can forge lines.
void write(Level level, std::string_view message);

template <class... Args>
void trace(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::trace)) write(Level::trace, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warning)) write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace halite::log
