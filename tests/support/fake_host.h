// A machine in memory: files are a map, programs are lambdas, every run is recorded. The clock moves when told.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite {

class FakeHost : public Host {
 public:
  struct Node {
    FileType type = FileType::regular;
    std::string content;  // of a file; the target of a symlink
    unsigned mode = 0644;
    uid_t uid = 0;
    gid_t gid = 0;
    std::int64_t mtime_s = 0;
    std::int64_t atime_s = 0;
    std::uint64_t inode = 0;  // that of a hard link; 0: one of its own
  };

  // Files by content, for tests that only need text. Reads and writes of `files["/x"] = "..."` are files of root, 0644.
  std::map<std::string, std::string> files;
  // What differs from a plain file of root: modes, owners, directories, symlinks. A path in `files` wins over its content.
  std::map<std::string, Node> nodes;
  // By the name in argv[0], with or without directories. A program without an entry is not found.
  std::map<std::string, std::function<CommandResult(const Command&)>> programs;
  std::vector<Argv> ran;
  // systemd over D-Bus: unset, it does not answer; a unit without an entry is not found.
  std::optional<std::map<std::string, UnitStatus>> units;
  std::chrono::system_clock::time_point clock{std::chrono::seconds(1'767'225'600)};  // 2026-01-01
  // When set, writing this path fails with this errno (ENOSPC, EIO), and nothing changes.
  std::map<std::string, int> write_errors;
  // Counts every change, so that a test can say "a dry run touched nothing".
  int changes = 0;
  // Counts every step that a kill may come before: a file operation that changes something, a program that is started.
  int steps = 0;
  // Set: the run is killed before the step of this number. Death is thrown, and whatever still runs after it changes
  // nothing: a process that is dead does not tidy up. revive() makes it a machine on which nothing runs.
  std::optional<int> dies_before;
  struct Death : std::exception {
    const char* what() const noexcept override { return "killed"; }
  };
  bool is_dead() const { return is_dead_; }
  void revive();

  void add_directory(const std::string& path, unsigned mode = 0755, uid_t uid = 0, gid_t gid = 0);
  // For a program that only gives output and a code.
  static CommandResult result(int exit_code, std::string output = "", std::string error = "");

  std::optional<FileStatus> status(const std::string& path) override;
  std::optional<FileStatus> status_of_target(const std::string& path) override;
  std::string read_file(const std::string& path) override;
  std::optional<std::string> read_file_if_exists(const std::string& path) override;
  std::string read_symlink(const std::string& path) override;
  std::vector<std::string> list_directory(const std::string& path) override;
  void replace_file(const std::string& path, std::string_view content, const FileAttributes& attributes) override;
  void copy_file(const std::string& from, const std::string& to, const FileAttributes& attributes) override;
  void append_file(const std::string& path, std::string_view content) override;
  void make_directory(const std::string& path, const FileAttributes& attributes) override;
  void make_symlink(const std::string& path, const std::string& target) override;
  void make_hardlink(const std::string& path, const std::string& existing) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove_file(const std::string& path) override;
  void remove_directory(const std::string& path) override;
  void remove_tree(const std::string& path) override;
  void set_attributes(const std::string& path, const FileAttributes& attributes) override;
  void set_times(const std::string& path, std::optional<std::int64_t> atime_s, std::int64_t mtime_s) override;
  // Accounts are what the fake's /etc/passwd and /etc/group say.
  std::optional<Account> user(const std::string& name) override;
  std::optional<Account> user(uid_t uid) override;
  std::optional<AccountGroup> group(const std::string& name) override;
  std::optional<AccountGroup> group(gid_t gid) override;
  CommandResult execute(const Command& command) override;
  std::optional<std::string> find_program(const std::string& name) override;
  std::optional<UnitStatus> unit_status(const std::string& unit) override;
  std::chrono::system_clock::time_point now() override { return clock; }
  std::chrono::steady_clock::time_point steady_now() override;
  void sleep(std::chrono::milliseconds duration) override { clock += duration; }

 private:
  std::optional<Node> node(const std::string& path) const;
  bool is_directory(const std::string& path) const;
  std::string resolve(const std::string& path) const;
  void require_parent(const std::string& path) const;
  void fail_if_told(const std::string& path) const;
  // A step begins; false: this process is dead.
  bool lives();
  void put(const std::string& path, Node node);
  void move(const std::string& from, const std::string& to);  // with all that is below

  bool is_dead_ = false;
};

}  // namespace halite
