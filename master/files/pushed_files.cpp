#include "master/files/pushed_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/host/atomic_file.h"
#include "common/host/tree_walk.h"

namespace halite::master {
namespace {

constexpr std::size_t depth_limit = 24;
constexpr std::size_t name_limit_bytes = 255;
constexpr std::size_t path_limit_bytes = 2048;
// Whoever deletes files to make room is believed after this time.
constexpr std::chrono::seconds usage_age_limit{60};
constexpr std::chrono::seconds full_age_limit{1};
// An upload of which nothing was heard for so long makes room for another minion's.
constexpr std::chrono::seconds idle_limit{60};

bool is_one_name(const std::string& part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= name_limit_bytes &&
         std::none_of(part.begin(), part.end(), [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7f; });
}

// For messages and to tell uploads apart; never opened.
std::string checked_name(const std::vector<std::string>& path) {
  if (path.empty()) throw Error(ErrorKind::invalid, "a pushed file without a name");
  if (path.size() > depth_limit) throw Error(ErrorKind::invalid, "the path of a pushed file has {} parts, more than {}", path.size(), depth_limit);
  for (const auto& part : path)
    if (!is_one_name(part))
      throw Error(ErrorKind::invalid, "'{}' in the path of a pushed file is no name of a file", escape_control(part.substr(0, name_limit_bytes)));
  std::string name = join(path, "/");
  if (name.size() > path_limit_bytes) throw Error(ErrorKind::invalid, "the path of a pushed file has more than {} bytes", path_limit_bytes);
  return name;
}

// An entry of an open folder that is a folder itself: made when it is not there, never followed when it is a link.
UniqueFd folder_in(int at, const std::string& name) {
  if (::mkdirat(at, name.c_str(), 0700) != 0 && errno != EEXIST) throw system_error(errno, fmt::format("making the folder '{}' for pushed files", name));
  UniqueFd fd(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && (errno == ENOTDIR || errno == ELOOP)) throw Error(ErrorKind::invalid, "'{}' is not a folder", name);
  if (!fd) throw system_error(errno, fmt::format("opening the folder '{}' of pushed files", name));
  return fd;
}

void need_synced(int fd) {
  if (::fsync(fd) != 0) throw system_error(errno, "writing a pushed file to the disk");
}

}  // namespace

// A file that is not whole yet, in ID/incoming under a number. It goes with this object unless it was finished.
struct PushedFiles::Upload {
  ~Upload() {
    if (file) ::unlinkat(incoming.get(), temporary.c_str(), 0);
  }
  Upload() = default;
  Upload(const Upload&) = delete;

  void append(const wire::PushedPart& part);
  void finish(const wire::PushedPart& part);

  std::string minion, name;
  UniqueFd files, incoming;
  std::string temporary;
  UniqueFd file;
  std::uint64_t size = 0, written = 0;
  crypto::Hasher hasher{crypto::HashType::sha256};
  std::chrono::steady_clock::time_point heard_of;
};

void PushedFiles::Upload::append(const wire::PushedPart& part) {
  if (static_cast<std::uint64_t>(part.size) != size)
    throw Error(ErrorKind::invalid, "'{}' had {} bytes when its push began, and {} now", name, size, part.size);
  if (static_cast<std::uint64_t>(part.loc) != written)
    throw Error(ErrorKind::invalid, "a part of '{}' begins at {}, but {} bytes came before it", name, part.loc, written);
  const std::string_view data = part.bytes();
  if (data.size() > size - written)
    throw Error(ErrorKind::invalid, "more comes of '{}' than the {} bytes that it has; it changed while it was pushed", name, size);
  write_all(file.get(), data, name);
  hasher.update(data);
  written += data.size();
}

void PushedFiles::Upload::finish(const wire::PushedPart& part) {
  if (const std::string hash = hasher.finish_hex(); !part.sha256.empty() && part.sha256 != hash)
    throw Error(ErrorKind::invalid, "'{}' came with the SHA-256 {}, not {}", name, hash, escape_control(part.sha256));
  need_synced(file.get());
  UniqueFd folder;
  int at = files.get();
  for (std::size_t i = 0; i + 1 < part.path.size(); ++i) {
    UniqueFd next = folder_in(at, part.path[i]);
    folder = std::move(next);
    at = folder.get();
  }
  if (::renameat(incoming.get(), temporary.c_str(), at, part.path.back().c_str()) != 0)
    throw system_error(errno, fmt::format("putting the pushed file '{}' in its place", name));
  file.reset();  // now it stays
  need_synced(at);
}

PushedFiles::PushedFiles(Host& host, std::string directory, PushLimits limits)
    : host_(host), directory_(std::move(directory)), limits_(limits) {}

PushedFiles::~PushedFiles() = default;

UniqueFd PushedFiles::folder_of(const std::string& minion) {
  if (!is_one_name(minion)) throw Error(ErrorKind::invalid, "'{}' is no minion id", escape_control(minion));
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) throw system_error(errno, "making the directory " + directory_);
  const UniqueFd all(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!all) throw system_error(errno, "opening the directory " + directory_);
  return folder_in(all.get(), minion);
}

// An open upload counts with all that it will have.
void PushedFiles::check_room(const std::string& minion, std::uint64_t size_bytes, const UniqueFd& files) {
  const auto now = host_.steady_now();
  const auto count = [&] {
    TreeContents found;
    walk_root(files.get(), "", found);
    Usage usage{.bytes = 0, .entries = found.files.size() + found.folders.size(), .seen = now};
    for (const auto& [path, entry] : found.files) usage.bytes += static_cast<std::uint64_t>(entry.size_bytes);
    return usage;
  };
  const std::lock_guard lock(mutex_);
  std::uint64_t coming = size_bytes, still_to_come = size_bytes;
  for (const auto& upload : uploads_) {
    if (upload->minion == minion) coming += upload->size;
    still_to_come += upload->size - upload->written;
  }
  const auto is_full = [&](const Usage& usage) { return usage.bytes + coming > limits_.minion_bytes || usage.entries >= limits_.minion_entries; };
  auto known = usage_.find(minion);
  const auto age = known == usage_.end() ? usage_age_limit : now - known->second.seen;
  if (age >= usage_age_limit || (is_full(known->second) && age >= full_age_limit)) known = usage_.insert_or_assign(minion, count()).first;
  if (is_full(known->second))
    throw Error(ErrorKind::invalid, "what the minion pushed has {} entries and {} MiB with this file; {} and {} MiB are allowed",
                known->second.entries + 1, (known->second.bytes + coming) >> 20, limits_.minion_entries, limits_.minion_bytes >> 20);
  struct statvfs disk {};
  if (::fstatvfs(files.get(), &disk) == 0 && disk.f_bavail * disk.f_frsize < limits_.spare_bytes + still_to_come)
    throw Error(ErrorKind::unavailable, "the master's disk has no room for a pushed file of {} bytes", size_bytes);
}

// The caller holds the mutex.
void PushedFiles::make_room_for_one(const std::string& minion) {
  const auto is_its_own = [&](const auto& upload) { return upload->minion == minion; };
  const auto open = static_cast<std::size_t>(std::count_if(uploads_.begin(), uploads_.end(), is_its_own));
  if (open >= limits_.open_per_minion) uploads_.erase(std::find_if(uploads_.begin(), uploads_.end(), is_its_own));
  if (uploads_.size() < limits_.open) return;
  if (host_.steady_now() - uploads_.front()->heard_of < idle_limit)
    throw Error(ErrorKind::unavailable, "{} files are being pushed, and more at a time are not taken", uploads_.size());
  uploads_.pop_front();
}

std::unique_ptr<PushedFiles::Upload> PushedFiles::find_begun(const std::string& minion, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(uploads_.begin(), uploads_.end(), [&](const auto& upload) { return upload->minion == minion && upload->name == name; });
  if (found == uploads_.end()) return nullptr;
  auto upload = std::move(*found);
  uploads_.erase(found);
  return upload;
}

std::unique_ptr<PushedFiles::Upload> PushedFiles::begin(const std::string& minion, const wire::PushedPart& part, const std::string& name) {
  const auto size = static_cast<std::uint64_t>(part.size);
  if (size > limits_.file_bytes)
    throw Error(ErrorKind::invalid, "'{}' has {} bytes, more than file_recv_max_size allows ({} MiB)", name, size, limits_.file_bytes >> 20);
  auto upload = std::make_unique<Upload>();
  upload->minion = minion;
  upload->name = name;
  upload->size = size;
  const UniqueFd folder = folder_of(minion);
  upload->files = folder_in(folder.get(), "files");
  upload->incoming = folder_in(folder.get(), "incoming");
  check_room(minion, size, upload->files);
  {
    const std::lock_guard lock(mutex_);
    make_room_for_one(minion);
    upload->temporary = std::to_string(++last_number_);
  }
  // What an earlier master left half done has the same number.
  ::unlinkat(upload->incoming.get(), upload->temporary.c_str(), 0);
  upload->file = UniqueFd(::openat(upload->incoming.get(), upload->temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!upload->file) throw system_error(errno, "making a file for what a minion pushes");
  return upload;
}

void PushedFiles::take(const std::string& minion, const wire::PushedPart& part) {
  const std::string name = checked_name(part.path);
  if (part.loc < 0 || part.size < 0) throw Error(ErrorKind::invalid, "'{}': neither its size nor the place of a part is below zero", name);
  auto upload = find_begun(minion, name);
  if (part.loc == 0) {
    upload.reset();  // begun anew
    upload = begin(minion, part, name);
  }
  if (!upload) throw Error(ErrorKind::invalid, "a part of '{}' begins at {}, but its beginning did not come", name, part.loc);
  upload->append(part);
  if (upload->written == upload->size) {
    upload->finish(part);
    const std::lock_guard lock(mutex_);
    // One that replaces another is counted twice until the next look.
    if (const auto usage = usage_.find(minion); usage != usage_.end()) {
      usage->second.bytes += upload->size;
      usage->second.entries += part.path.size();
    }
    return;
  }
  if (part.bytes().empty()) throw Error(ErrorKind::invalid, "an empty part of '{}', of which {} bytes are still to come", name, upload->size - upload->written);
  upload->heard_of = host_.steady_now();
  const std::lock_guard lock(mutex_);
  uploads_.push_back(std::move(upload));
}

}  // namespace halite::master
