#include "states/providers/backups.h"

#include <time.h>

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/paths.h"

namespace halite::states {
namespace {

constexpr std::size_t stamp_size = sizeof("Thu_Jan_01_10:00:00_000000_2026") - 1;

std::string root_of(World& world) {
  return world.cache_directory + "/file_backup";
}

std::string format_time(const char* format, std::time_t seconds) {
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &local)};
}

std::string stamp(World& world) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(world.host.now().time_since_epoch()).count();
  const std::time_t seconds = micros / 1'000'000;
  return format_time("%a_%b_%d_%H:%M:%S_", seconds) + fmt::format("{:06}", micros % 1'000'000) +
         format_time("_%Y", seconds);
}

// The parts of "NAME_Thu_Jan_01_10:00:00_000000_2026".
struct Parsed {
  std::string name;
  std::time_t seconds = 0;
  std::int64_t micros = 0;
};

std::optional<Parsed> parse(const std::string& file) {
  if (file.size() <= stamp_size + 1 || file[file.size() - stamp_size - 1] != '_') return std::nullopt;
  const std::string text = file.substr(file.size() - stamp_size);
  const auto micros = parse_int(text.substr(20, 6));
  std::tm local{};
  local.tm_isdst = -1;
  const std::string time = text.substr(0, 19) + text.substr(26);
  const char* end = ::strptime(time.c_str(), "%a_%b_%d_%H:%M:%S_%Y", &local);
  if (!micros || *micros < 0 || !end || *end != '\0') return std::nullopt;
  return Parsed{file.substr(0, file.size() - stamp_size - 1), std::mktime(&local), *micros};
}

std::vector<std::string> names_in(const std::string& directory, World& world) {
  const auto status = world.host.status(directory);
  if (!status || status->type != FileType::directory) return {};
  return world.host.list_directory(directory);
}

}  // namespace

void back_up(const std::string& path, World& world) {
  const auto status = world.host.status(path);
  if (!status || status->type != FileType::regular) return;
  const std::string copy = root_of(world) + normal_path(path) + "_" + stamp(world);
  make_private_parents(copy, world.host);
  world.host.copy_file(path, copy, {.mode = 0600, .uid = 0, .gid = 0});
}

std::vector<Backup> backups_of(const std::string& path, World& world) {
  const std::string place = root_of(world) + normal_path(path);
  std::vector<Backup> found;
  for (const auto& file : names_in(parent_of(place), world)) {
    const auto parsed = parse(file);
    if (!parsed || parsed->name != base_name(place)) continue;
    const std::string location = parent_of(place) + "/" + file;
    found.push_back(
        {.location = location,
         .time = format_time("%a %b %d %Y %H:%M:%S.", parsed->seconds) + fmt::format("{:06}", parsed->micros),
         .size_bytes = world.host.status(location)->size_bytes,
         .order = parsed->seconds * 1'000'000 + parsed->micros});
  }
  std::sort(found.begin(), found.end(), [](const Backup& a, const Backup& b) { return a.order > b.order; });
  return found;
}

std::vector<std::string> files_with_backups(const std::string& directory, World& world) {
  std::vector<std::string> names;
  for (const auto& file : names_in(normal_path(root_of(world) + normal_path(directory)), world))
    if (const auto parsed = parse(file)) names.push_back(parsed->name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void restore_backup(const std::string& path, const Backup& backup, World& world) {
  back_up(path, world);
  world.host.replace_file(path, world.host.read_file(backup.location), {});
}

}  // namespace halite::states
