// A host whose file changes can be rehearsed: while a rehearsal lasts they stay in memory, and what is read shows them.
// A dry run of states works on it, so each state is judged by what the ones before would have made.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite {

class RehearsalHost : public Host {
 public:
  // `real` must outlive it. Until begin() everything goes straight there.
  explicit RehearsalHost(Host& real) : real_(real) {}

  void begin() { rehearses_ = true; }
  // Forgets what was rehearsed.
  void end();
  bool rehearses() const { return rehearses_; }

  std::optional<FileStatus> status(const std::string& path) override;
  std::optional<FileStatus> status_of_target(const std::string& path) override;
  std::string read_file(const std::string& path) override;
  std::optional<std::string> read_file_if_exists(const std::string& path) override;
  std::string read_plain_file(const std::string& path) override;
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
  // Programs, accounts and the clock are the real ones.
  void as_user(const Account& account, const std::function<void()>& work) override { real_.as_user(account, work); }
  std::optional<Account> user(const std::string& name) override { return real_.user(name); }
  std::optional<Account> user(uid_t uid) override { return real_.user(uid); }
  std::optional<AccountGroup> group(const std::string& name) override { return real_.group(name); }
  std::optional<AccountGroup> group(gid_t gid) override { return real_.group(gid); }
  CommandResult execute(const Command& command) override { return real_.execute(command); }
  std::optional<std::string> find_program(const std::string& name) override { return real_.find_program(name); }
  std::optional<UnitStatus> unit_status(const std::string& unit) override { return real_.unit_status(unit); }
  std::chrono::system_clock::time_point now() override { return real_.now(); }
  std::chrono::steady_clock::time_point steady_now() override { return real_.steady_now(); }
  void sleep(std::chrono::milliseconds duration) override { real_.sleep(duration); }

 private:
  struct Node {
    FileStatus status;
    std::optional<std::string> content;  // of a file or link; unset: that of the real `origin`
    std::string origin;
    bool is_fresh = false;  // a directory made here: nothing of the real one is in it
  };

  // The path with the symlinks on the way to its last part resolved.
  std::string place_of(const std::string& path) const;
  std::string resolved(const std::string& path) const;
  // What is at a resolved place, in the rehearsal or else for real.
  std::optional<Node> node(const std::string& place) const;
  std::string content_of(const Node& node) const;
  std::string new_place(const std::string& path, std::string_view doing) const;
  Node made(FileType type, const FileAttributes& attributes, unsigned mode) const;
  void drop(const std::string& place);
  void move(const std::string& from, const std::string& to);

  Host& real_;
  bool rehearses_ = false;
  std::map<std::string, std::optional<Node>> changed_;  // by resolved path; nothing: removed
  mutable std::uint64_t next_inode_ = 1ULL << 60;
};

}  // namespace halite
