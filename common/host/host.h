// The machine as a parameter: files, processes, accounts and the clock. RealHost is this machine; tests use FakeHost.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halite {

using Argv = std::vector<std::string>;

enum class FileType { regular, directory, symlink, fifo, socket, character_device, block_device };

struct FileStatus {
  FileType type = FileType::regular;
  unsigned mode = 0;  // permission bits with setuid, setgid and sticky: 07777 at most
  uid_t uid = 0;
  gid_t gid = 0;
  std::int64_t size_bytes = 0;
  std::int64_t atime_s = 0;
  std::int64_t mtime_s = 0;
  std::int64_t ctime_s = 0;
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  std::uint64_t links = 1;
};

// What a new or replaced file gets; an unset part keeps what the old file has, or the process's default.
struct FileAttributes {
  std::optional<unsigned> mode{};
  std::optional<uid_t> uid{};
  std::optional<gid_t> gid{};
};

// One child process. The environment is `environment` alone, plus PATH, LANG and HOME when they are not in it.
struct Command {
  Argv argv{};                     // argv[0] is found on PATH
  std::map<std::string, std::string> environment{};
  std::string directory{};                          // empty: "/"
  std::string run_as{};                             // user name; empty: as we are
  std::string run_as_group{};                       // empty: the user's own groups
  std::optional<unsigned> umask{};
  std::string input{};                              // to its standard input
  std::chrono::milliseconds timeout{0};           // 0: none. At the end the whole process group is killed.
  std::size_t output_limit_bytes = 64 << 20;      // of each stream; more is read and dropped
  bool merge_stderr = false;                      // standard error goes to `output`
  std::function<bool()> is_cancelled{};             // asked a few times a second; true kills the process group
};

struct CommandResult {
  int exit_code = 0;     // 128 + signal when a signal ended it, as shells have it
  pid_t pid = 0;
  std::string output;    // standard output
  std::string error;     // standard error
  bool timed_out = false;
  bool cancelled = false;
  bool output_cut = false;
};

struct Account {  // a line of the user database
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string gecos, home, shell;
};

struct AccountGroup {
  std::string name;
  gid_t gid = 0;
  std::vector<std::string> members;
};

// A unit of systemd, in systemd's own words.
struct UnitStatus {
  std::string load_state;       // "loaded", "not-found", "masked", ...
  std::string active_state;     // "active", "inactive", "failed", ...
  std::string unit_file_state;  // "enabled", "disabled", "static", ...; empty: it has no file
  bool needs_reload = false;    // its files changed since systemd read them
  bool operator==(const UnitStatus&) const = default;
};

// All functions throw Error with the path or program named; `..._if_exists` and optionals say absence instead.
// Paths are absolute. Nothing follows a symlink in the last part of the path unless it says so.
class Host {
 public:
  virtual ~Host() = default;

  virtual std::optional<FileStatus> status(const std::string& path) = 0;
  // Of what a symlink points to.
  virtual std::optional<FileStatus> status_of_target(const std::string& path) = 0;
  virtual std::string read_file(const std::string& path) = 0;  // follows symlinks
  virtual std::optional<std::string> read_file_if_exists(const std::string& path) = 0;
  // Of a plain file itself: never through a symlink at its end, nor through a user's symlink on the way to what is not
  // that user's. For content that is written back to where a user can read it.
  virtual std::string read_plain_file(const std::string& path);
  virtual std::string read_symlink(const std::string& path) = 0;
  // Names, sorted, without "." and "..".
  virtual std::vector<std::string> list_directory(const std::string& path) = 0;

  // The old file or the new one, never a part: temporary file in the same directory, write, fsync, owner and mode,
  // rename, fsync of the directory. On any error (ENOSPC included) the old file stays and the temporary one goes.
  virtual void replace_file(const std::string& path, std::string_view content, const FileAttributes& attributes) = 0;
  // As replace_file, with the content of another file, which may be large.
  virtual void copy_file(const std::string& from, const std::string& to, const FileAttributes& attributes) = 0;
  virtual void append_file(const std::string& path, std::string_view content) = 0;
  virtual void make_directory(const std::string& path, const FileAttributes& attributes) = 0;  // one level
  virtual void make_symlink(const std::string& path, const std::string& target) = 0;           // replaces atomically
  virtual void make_hardlink(const std::string& path, const std::string& existing) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove_file(const std::string& path) = 0;       // a file or symlink
  virtual void remove_directory(const std::string& path) = 0;  // an empty one
  virtual void remove_tree(const std::string& path) = 0;       // never crosses a symlink
  virtual void set_attributes(const std::string& path, const FileAttributes& attributes) = 0;
  // Unset: the time of access stays.
  virtual void set_times(const std::string& path, std::optional<std::int64_t> atime_s, std::int64_t mtime_s) = 0;

  // Does `work` with the file access of this user and its groups, so that no link the user makes leads anywhere the
  // user could not go alone. Only this thread changes, and only until `work` ends. Needs root; else it just works.
  virtual void as_user(const Account& account, const std::function<void()>& work) {
    (void)account;
    work();
  }

  virtual std::optional<Account> user(const std::string& name) = 0;
  virtual std::optional<Account> user(uid_t uid) = 0;
  virtual std::optional<AccountGroup> group(const std::string& name) = 0;
  virtual std::optional<AccountGroup> group(gid_t gid) = 0;

  // Runs to the end. A program that can't be started is Error(not_found) or Error(denied); a failing one is a result.
  virtual CommandResult execute(const Command& command) = 0;
  // As execute, but a failing program is an Error with its last line of standard error. Gives standard output.
  std::string run(const Argv& argv);
  // The program's full path, looked up on PATH.
  virtual std::optional<std::string> find_program(const std::string& name) = 0;

  // What systemd says of a unit such as "ssh.service". Nothing where it does not answer over D-Bus.
  virtual std::optional<UnitStatus> unit_status(const std::string& unit) {
    (void)unit;
    return std::nullopt;
  }

  virtual std::chrono::system_clock::time_point now() = 0;
  virtual std::chrono::steady_clock::time_point steady_now() = 0;
  virtual void sleep(std::chrono::milliseconds duration) = 0;
};

}  // namespace halite
