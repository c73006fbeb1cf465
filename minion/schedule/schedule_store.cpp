#include "minion/schedule/schedule_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/data/msgpack.h"
#include "common/data/yaml.h"
#include "minion/disk.h"

namespace halite::minion {
namespace {

constexpr std::size_t size_limit_bytes = 4 << 20;

UniqueFd open_private(const std::string& path, int flags) {
  UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file && errno != ENOENT) throw system_error(errno, "opening " + path);
  return file;
}

}  // namespace

ScheduleStore::ScheduleStore(Host& host, const LoadedSettings<MinionSettings>& config)
    : host_(host),
      path_(config.directory + "/minion.d/_schedule.conf"),
      status_path_(config.settings.state_dir + "/schedule_status"),
      asked_path_(config.settings.state_dir + "/schedule_asked"),
      lock_path_(config.settings.state_dir + "/schedule_lock"),
      directory_(config.settings.state_dir) {}

Map ScheduleStore::kept() const {
  const auto text = host_.read_file_if_exists(path_);
  if (!text) return {};
  const Value whole = from_yaml(*text, path_);
  if (whole.is_null()) return {};
  const Value* schedule = whole.as_map(path_).find("schedule");
  if (!schedule || schedule->is_null()) return {};
  return schedule->as_map(path_ + ": schedule");
}

void ScheduleStore::edit(const std::function<bool(Map& kept)>& change) {
  make_private_directory(directory_);
  const UniqueFd lock = open_private(lock_path_, O_RDWR | O_CREAT);
  while (::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) throw system_error(errno, "locking " + lock_path_);
  Map all = kept();
  if (!change(all)) return;
  const std::string folder = path_.substr(0, path_.rfind('/'));
  if (!host_.status(folder)) host_.make_directory(folder, {.mode = 0755});
  host_.replace_file(path_, to_yaml(Map{{"schedule", all}}), {.mode = 0600});
}

std::string ScheduleStore::version() const {
  const auto status = host_.status(path_);
  return status ? fmt::format("{} {} {}", status->inode, status->mtime_s, status->size_bytes) : std::string();
}

Map ScheduleStore::status() const {
  const UniqueFd file = open_private(status_path_, O_RDONLY);
  if (!file) return {};
  try {
    return from_msgpack(read_all(file.get(), size_limit_bytes, status_path_)).as_map();
  } catch (const Error&) {
    return {};  // a damaged one says nothing; the daemon writes it anew
  }
}

void ScheduleStore::tell_status(const Map& status) {
  make_private_directory(directory_);
  replace_private_file(status_path_, to_msgpack(status, MsgpackText::modern));
}

void ScheduleStore::ask_to_run(const std::string& name) {
  make_private_directory(directory_);
  const UniqueFd file = open_private(asked_path_, O_WRONLY | O_CREAT | O_APPEND);
  write_all(file.get(), to_msgpack(Value(name), MsgpackText::modern), asked_path_);
}

std::vector<std::string> ScheduleStore::take_asked() {
  // Under another name first: who asks from now on is answered next time.
  const std::string taken = asked_path_ + ".taken";
  if (::rename(asked_path_.c_str(), taken.c_str()) != 0) return {};
  const UniqueFd file = open_private(taken, O_RDONLY);
  ::unlink(taken.c_str());
  std::vector<std::string> names;
  if (!file) return names;
  const std::string content = read_all(file.get(), size_limit_bytes, taken);
  for (std::string_view rest = content; !rest.empty();) {
    const auto [name, used] = from_msgpack_prefix(rest);
    names.push_back(name.as_string("a job's name"));
    rest.remove_prefix(used);
  }
  return names;
}

Map whole_schedule(const Map& pillar, const Map& configured, const Map& kept) {
  Map whole = pillar;
  for (const auto* more : {&configured, &kept})
    for (const auto& [name, job] : *more) whole.set(name, job);
  return whole;
}

Map schedule_in(const Map& pillar) {
  const Value* schedule = pillar.find("schedule");
  return schedule && schedule->if_map() ? *schedule->if_map() : Map{};
}

}  // namespace halite::minion
