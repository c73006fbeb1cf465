#include "minion/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/data/msgpack.h"
#include "minion/disk.h"
#include "minion/grains/string_hash.h"
#include "minion/return_limit.h"
#include "minion/running_jobs.h"

namespace halite::minion {
namespace {

constexpr std::size_t keep = 4000;           // job ids after shrinking
constexpr std::size_t limit = 8000;          // at which it shrinks
constexpr std::size_t size_limit_bytes = 64 << 20;
constexpr std::size_t return_limit = 1000;
constexpr std::size_t short_return_bytes = 8 << 10;
constexpr std::size_t return_size_limit_bytes = std::size_t{256} << 20;

std::uint64_t hash_of(const std::string& jid) { return static_cast<std::uint64_t>(python_string_hash(jid)); }

std::string text(const Map& map, const char* key) {
  const Value* value = map.find(key);
  return value && value->if_string() ? *value->if_string() : std::string();
}

}  // namespace

Journal::Journal(std::string directory) : path_(directory + "/journal") {
  make_private_directory(directory);
  file_ = UniqueFd(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) throw system_error(errno, "opening " + path_);
  read();
  make_reserve(directory);
}

// A record is one msgpack map after the other: {jid, job} when taken, {jid, finished} at the end, {floor} first.
void Journal::read() {
  const std::string content = read_all(file_.get(), size_limit_bytes, path_);
  std::string_view rest = content;
  std::map<std::string, Map> open;
  while (!rest.empty()) {
    try {
      const auto [record, used] = from_msgpack_prefix(rest);
      const Map& map = record.as_map();
      rest.remove_prefix(used);
      if (const std::string floor = text(map, "floor"); !floor.empty()) floor_ = floor;
      const std::string jid = text(map, "jid");
      if (!is_valid_jid(jid)) continue;
      if (map.contains("finished")) {
        open.erase(jid);
        continue;
      }
      order_.push_back(jid);
      const Value* job = map.find("job");
      open[jid] = job && job->if_map() ? *job->if_map() : Map{};
    } catch (const Error&) {
      log::warning("the end of {} is damaged ({} bytes) and dropped", path_, rest.size());
      if (::ftruncate(file_.get(), static_cast<off_t>(content.size() - rest.size())) != 0) throw system_error(errno, "cutting " + path_);
      break;
    }
  }
  for (const auto& jid : order_) known_.push_back(hash_of(jid));
  std::sort(known_.begin(), known_.end());
  for (auto& [jid, job] : open) {
    job.set("jid", jid);
    unfinished_.push_back(job);
  }
}

// A record that did not fit is taken back whole: what comes after half a one would be lost with it.
void Journal::append(const Map& record, bool is_durable) {
  const off_t end = ::lseek(file_.get(), 0, SEEK_END);
  const auto write = [&] {
    try {
      write_all(file_.get(), to_msgpack(record, MsgpackText::modern), path_);
      if (is_durable && ::fdatasync(file_.get()) != 0) throw system_error(errno, "writing " + path_);
    } catch (const Error&) {
      if (end >= 0 && ::ftruncate(file_.get(), end) != 0) log::error("{} can't be cut to its last whole record", path_);
      throw;
    }
  };
  with_reserve(path_.substr(0, path_.rfind('/')), write);
}

bool Journal::take(const std::string& jid, const Map& job, bool is_durable) {
  if (!floor_.empty() && jid <= floor_) return false;
  const auto hash = hash_of(jid);
  const auto at = std::lower_bound(known_.begin(), known_.end(), hash);
  if (at != known_.end() && *at == hash) return false;
  append({{"jid", jid}, {"job", job}}, is_durable);
  known_.insert(at, hash);
  order_.push_back(jid);
  if (order_.size() > limit) shrink();
  return true;
}

void Journal::finish(const std::string& jid) { append({{"jid", jid}, {"finished", true}}, false); }

// Keeps the newest ids; the newest of those forgotten becomes the floor.
void Journal::shrink() {
  std::sort(order_.begin(), order_.end());
  const auto first = order_.end() - static_cast<std::ptrdiff_t>(keep);
  floor_ = *std::prev(first);
  order_.erase(order_.begin(), first);
  std::string content = to_msgpack(Map{{"floor", floor_}}, MsgpackText::modern);
  known_.clear();
  for (const auto& jid : order_) {
    content += to_msgpack(Map{{"jid", jid}}, MsgpackText::modern);
    content += to_msgpack(Map{{"jid", jid}, {"finished", true}}, MsgpackText::modern);
    known_.push_back(hash_of(jid));
  }
  std::sort(known_.begin(), known_.end());
  replace_private_file(path_, content);
  file_ = UniqueFd(::open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!file_) throw system_error(errno, "opening " + path_);
}

void ReturnStore::put(const std::string& jid, const Map& load) {
  if (!is_valid_jid(jid)) throw Error(ErrorKind::invalid, "a return has a job id that is none");
  const auto write = [&] {
    make_private_directory(directory_);
    replace_private_file(directory_ + "/" + jid, to_msgpack(load, MsgpackText::modern));
  };
  with_reserve(directory_.substr(0, directory_.rfind('/')), write);
  const auto all = waiting();
  for (std::size_t i = 0; i + return_limit < all.size(); ++i) {
    log::error("the return of job {} is dropped: {} returns wait for the master", all[i], all.size());
    remove(all[i]);
  }
  shorten(waiting());
}

void ReturnStore::shorten(const std::vector<std::string>& jids) {
  std::vector<std::uintmax_t> sizes;
  std::uintmax_t total = 0;
  for (const auto& jid : jids) {
    std::error_code error;
    const auto size = std::filesystem::file_size(directory_ + "/" + jid, error);
    sizes.push_back(error ? 0 : size);
    total += sizes.back();
  }
  for (std::size_t i = 0; i + 1 < jids.size() && total > limit_bytes_; ++i) {
    auto load = sizes[i] > short_return_bytes ? get(jids[i]) : std::nullopt;
    if (!load) continue;
    fit_return(*load, short_return_bytes / 2);
    const std::string content = to_msgpack(*load, MsgpackText::modern);
    replace_private_file(directory_ + "/" + jids[i], content);
    total = total - sizes[i] + content.size();
    log::error("the return of job {} is cut to its beginning: returns of more than {} MiB wait for the master", jids[i], limit_bytes_ >> 20);
  }
}

std::vector<std::string> ReturnStore::waiting() const {
  std::vector<std::string> jids;
  for (const auto& name : list_names(directory_))
    if (is_valid_jid(name)) jids.push_back(name);
  return jids;
}

std::optional<Map> ReturnStore::get(const std::string& jid) const {
  if (!is_valid_jid(jid)) return std::nullopt;
  const std::string path = directory_ + "/" + jid;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return std::nullopt;
  try {
    return from_msgpack(read_all(file.get(), return_size_limit_bytes, path)).as_map(path);
  } catch (const Error& error) {
    log::error("a kept return is dropped: {}", error.what());
    ::unlink(path.c_str());
    return std::nullopt;
  }
}

void ReturnStore::remove(const std::string& jid) {
  if (is_valid_jid(jid)) ::unlink((directory_ + "/" + jid).c_str());
}

}  // namespace halite::minion
