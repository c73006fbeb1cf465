#include "minion/running_jobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "minion/disk.h"

namespace halite::minion {
namespace {

constexpr const char* note_suffix = ".note";
constexpr std::size_t note_size_bytes = 512;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_valid_jid(const std::string& jid) {
  if (jid.size() < 20 || jid.size() > 64 || !all_digits(std::string_view(jid).substr(0, 20))) return false;
  return jid.size() == 20 || (jid[20] == '_' && all_digits(std::string_view(jid).substr(21)));
}

std::string make_jid(std::int64_t microseconds_since_1970) {
  const std::time_t seconds = microseconds_since_1970 / 1'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}{:06}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec, microseconds_since_1970 % 1'000'000);
}

RunningJobs::Mark::~Mark() {
  if (!file_) return;
  ::unlink((path_ + note_suffix).c_str());
  ::unlink(path_.c_str());
}

void RunningJobs::Note::write(const std::string& text) {
  // One write of a fixed size replaces the whole: no reader sees a mixture.
  std::string padded = text.substr(0, note_size_bytes);
  padded.resize(note_size_bytes, '\0');
  if (file_ && ::pwrite(file_.get(), padded.data(), padded.size(), 0) < 0) file_.reset();  // a full disk stops no job
}

RunningJobs::Note RunningJobs::note(const std::string& jid) {
  if (!is_valid_jid(jid)) return Note(UniqueFd());
  make_private_directory(directory_);
  const std::string path = directory_ + "/" + jid + note_suffix;
  return Note(UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)));
}

std::string RunningJobs::take_note(const std::string& jid) {
  if (!is_valid_jid(jid)) return {};
  const std::string path = directory_ + "/" + jid + note_suffix;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return {};
  ::unlink(path.c_str());
  const std::string padded = read_all(file.get(), note_size_bytes, path);
  return padded.substr(0, padded.find('\0'));
}

RunningJobs::Mark RunningJobs::mark(const std::string& jid, Map job) {
  if (!is_valid_jid(jid)) throw Error(ErrorKind::invalid, "'{}' is no job id", escape_control(jid));
  make_private_directory(directory_);
  job.set("pid", std::int64_t{::getpid()});
  const std::string path = directory_ + "/" + jid;
  // Locked and written under another name first: under its own, an unlocked file means a dead job.
  const std::string temporary = fmt::format("{}/.{}.{}", directory_, jid, ::getpid());
  ::unlink(temporary.c_str());
  UniqueFd file(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) throw system_error(errno, "making " + temporary);
  ::flock(file.get(), LOCK_EX | LOCK_NB);
  write_all(file.get(), to_msgpack(job, MsgpackText::modern), temporary);
  find(jid);  // cleans up after a dead process
  const bool is_free = ::link(temporary.c_str(), path.c_str()) == 0;
  ::unlink(temporary.c_str());
  if (!is_free) throw Error(ErrorKind::denied, "the job {} already runs on this machine", jid);
  return Mark(std::move(file), path);
}

// Nothing when no one holds the lock: the process is gone, and its file is cleaned up.
std::optional<Map> RunningJobs::read(const std::string& name) {
  const std::string path = directory_ + "/" + name;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return std::nullopt;
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    ::unlink(path.c_str());
    return std::nullopt;
  }
  try {
    const Value content = from_msgpack(read_all(file.get(), 1 << 20, path));
    const Map* map = content.if_map();
    return map ? std::optional(*map) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // caught between its creation and its first byte
  }
}

void RunningJobs::expect(const std::string& jid, Map job) {
  const std::lock_guard lock(mutex_);
  expected_[jid] = std::move(job);
}

void RunningJobs::forget(const std::string& jid) {
  const std::lock_guard lock(mutex_);
  expected_.erase(jid);
}

std::vector<Map> RunningJobs::list() {
  std::map<std::string, Map> by_jid;
  {
    const std::lock_guard lock(mutex_);
    by_jid = expected_;
  }
  for (const auto& name : list_names(directory_))
    if (is_valid_jid(name))
      if (auto job = read(name)) by_jid[name] = std::move(*job);
  std::vector<Map> jobs;
  for (auto& [jid, job] : by_jid) jobs.push_back(std::move(job));
  return jobs;
}

Map RunningJobs::find(const std::string& jid) {
  if (!is_valid_jid(jid)) return {};
  if (auto job = read(jid)) return *job;
  const std::lock_guard lock(mutex_);
  const auto expected = expected_.find(jid);
  return expected == expected_.end() ? Map{} : expected->second;
}

bool RunningJobs::signal(const std::string& jid, int signal_number) {
  const Map job = find(jid);
  const Value* pid = job.find("pid");
  if (!pid || !pid->if_int() || *pid->if_int() <= 1) return false;
  return ::kill(static_cast<pid_t>(*pid->if_int()), signal_number) == 0;
}

}  // namespace halite::minion
