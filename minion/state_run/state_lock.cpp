#include "minion/state_run/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "minion/disk.h"
#include "minion/running_jobs.h"

namespace halite::minion {

std::string jid_time(const std::string& jid) {
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (!is_valid_jid(jid)) return {};
  const auto month = static_cast<std::size_t>((jid[4] - '0') * 10 + (jid[5] - '0'));
  if (month < 1 || month > 12) return {};
  const auto part = [&](std::size_t at, std::size_t length) { return jid.substr(at, length); };
  return fmt::format("{}, {} {} {}:{}:{}.{}", part(0, 4), months[month - 1], part(6, 2), part(8, 2), part(10, 2),
                     part(12, 2), part(14, 6));
}

bool StateLock::try_take() {
  make_private_directory(path_.substr(0, path_.rfind('/')));
  UniqueFd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw system_error(errno, "opening " + path_);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  job_.set("pid", std::int64_t{::getpid()});
  if (::ftruncate(file.get(), 0) != 0) throw system_error(errno, "writing " + path_);
  write_all(file.get(), to_msgpack(job_, MsgpackText::modern), path_);
  file_ = std::move(file);
  return true;
}

bool StateLock::take(Host& host, const std::function<bool()>& is_cancelled) {
  while (!try_take()) {
    if (is_cancelled && is_cancelled()) return false;
    host.sleep(std::chrono::milliseconds(200));
  }
  return true;
}

std::string StateLock::holder() {
  Map job;
  try {
    const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file) job = from_msgpack(read_all(file.get(), 1 << 20, path_)).as_map();
  } catch (const Error&) {
    // Taken this moment: its holder has not written yet.
  }
  const auto text = [&](const char* key) {
    const Value* value = job.find(key);
    return value && value->if_string() ? *value->if_string() : std::string();
  };
  const Value* pid = job.find("pid");
  return fmt::format("The function \"{}\" is running as PID {} and was started at {} with jid {}", text("fun"),
                     pid && pid->if_int() ? *pid->if_int() : 0, jid_time(text("jid")), text("jid"));
}

}  // namespace halite::minion
