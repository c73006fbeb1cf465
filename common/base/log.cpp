#include "common/base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::log {
namespace {

struct LevelName {
  std::string_view name;
  Level level;
};

constexpr std::array<LevelName, 10> level_names{{{"all", Level::trace},
                                                 {"garbage", Level::trace},
                                                 {"trace", Level::trace},
                                                 {"debug", Level::debug},
                                                 {"profile", Level::debug},
                                                 {"info", Level::info},
                                                 {"warning", Level::warning},
                                                 {"error", Level::error},
                                                 {"critical", Level::error},
                                                 {"quiet", Level::quiet}}};

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::trace: return spdlog::level::trace;
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::quiet: return spdlog::level::off;
  }
  return spdlog::level::off;
}

// The journal adds the time itself, so under systemd a line is the message and its priority only.
bool under_journal() { return std::getenv("JOURNAL_STREAM") != nullptr; }

spdlog::logger& logger() {
  // The log is the one process-wide part: a crash report must work from anywhere.
  static spdlog::logger instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    spdlog::logger made("halite", sink);
    made.set_level(spdlog::level::warn);
    made.set_pattern(under_journal() ? "[%l] %v" : "%Y-%m-%d %H:%M:%S.%e [%l] %v");
    return made;
  }();
  return instance;
}

}  // namespace

Level level_from(std::string_view text) {
  for (const auto& entry : level_names)
    if (entry.name == text) return entry.level;
  std::vector<std::string> names;
  for (const auto& entry : level_names) names.emplace_back(entry.name);
  throw Error(ErrorKind::invalid, "unknown log level '{}'; known are: {}", text, join(names, ", "));
}

void setup(const Settings& settings) {
  auto& target = logger();
  target.sinks().at(0)->set_level(spdlog_level(settings.level));
  Level lowest = settings.level;
  if (!settings.file.empty()) {
    // Created here with a private mode; the sink then only appends.
    int fd = ::open(settings.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) throw system_error(errno, "opening the log file " + settings.file);
    ::close(fd);
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
    sink->set_level(spdlog_level(settings.file_level));
    sink->set_pattern("%Y-%m-%d %H:%M:%S.%e [%l] %v");
    target.sinks().push_back(sink);
    lowest = std::min(lowest, settings.file_level);
    target.flush_on(spdlog::level::trace);
  }
  target.set_level(spdlog_level(lowest));
}

bool enabled(Level level) { return logger().should_log(spdlog_level(level)); }

void write(Level level, std::string_view message) {
  logger().log(spdlog_level(level), "{}", escape_control(message));
}

}  // namespace halite::log
