#include "common/host/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/host/accounts.h"

extern char** environ;

namespace halite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* standard_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int could_not_start = 127;

struct Pipe {
  UniqueFd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(errno, "making a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home;
};

Identity identity_of(const Command& command) {
  const auto account = account_of(command.run_as);
  if (!account) throw Error(ErrorKind::not_found, "there is no user '{}' to run '{}' as", command.run_as, command.argv.at(0));
  Identity identity{account->uid, account->gid, {}, account->home};
  if (!command.run_as_group.empty()) {
    const auto group = account_group_of(command.run_as_group);
    if (!group) throw Error(ErrorKind::not_found, "there is no group '{}' to run '{}' as", command.run_as_group, command.argv.at(0));
    identity.gid = group->gid;
  }
  int count = 64;
  identity.groups.resize(static_cast<std::size_t>(count));
  while (::getgrouplist(account->name.c_str(), identity.gid, identity.groups.data(), &count) < 0)
    identity.groups.resize(static_cast<std::size_t>(count));
  identity.groups.resize(static_cast<std::size_t>(count));
  return identity;
}

// Everything the child needs, made before fork: after it only async-signal-safe calls are allowed.
struct Prepared {
  std::string program;
  std::vector<std::string> environment;
  std::vector<char*> argv, envp;
  std::string directory;
  std::optional<Identity> identity;
};

Prepared prepare(const Command& command) {
  if (command.argv.empty() || command.argv[0].empty()) throw Error(ErrorKind::invalid, "a command without a program");
  for (const auto& argument : command.argv)
    if (argument.find('\0') != std::string::npos)
      throw Error(ErrorKind::invalid, "an argument of '{}' holds a NUL byte", command.argv[0]);
  Prepared prepared;
  if (!command.run_as.empty()) prepared.identity = identity_of(command);
  const auto program = find_on_path(command.argv[0]);
  if (!program) throw Error(ErrorKind::not_found, "there is no program '{}' on this host", command.argv[0]);
  prepared.program = *program;
  auto environment = command.environment;
  const char* lang = std::getenv("LANG");
  const char* home = std::getenv("HOME");
  environment.emplace("PATH", standard_path);
  environment.emplace("LANG", lang ? lang : "C.UTF-8");
  environment.emplace("HOME", prepared.identity ? prepared.identity->home : home ? home : "/root");
  for (const auto& [name, value] : environment) prepared.environment.push_back(name + "=" + value);
  for (auto& entry : prepared.environment) prepared.envp.push_back(entry.data());
  prepared.envp.push_back(nullptr);
  for (const auto& argument : command.argv) prepared.argv.push_back(const_cast<char*>(argument.c_str()));
  prepared.argv.push_back(nullptr);
  prepared.directory = command.directory.empty() ? "/" : command.directory;
  return prepared;
}

// In the child: on failure tells the parent errno and what failed, then ends.
[[noreturn]] void run_child(const Prepared& prepared, const Command& command, std::array<int, 3> streams, int report) {
  const auto fail = [report](char step) {
    const std::array<int, 2> message{errno, step};
    [[maybe_unused]] const auto written = ::write(report, message.data(), sizeof message);
    ::_exit(could_not_start);
  };
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  for (int fd = 0; fd < 3; ++fd)
    if (::dup2(streams[static_cast<std::size_t>(fd)], fd) < 0) fail('d');
  if (command.umask) ::umask(static_cast<mode_t>(*command.umask));
  if (prepared.identity) {
    const Identity& who = *prepared.identity;
    if (::geteuid() == 0 && ::setgroups(who.groups.size(), who.groups.data()) != 0) fail('u');
    if (::setgid(who.gid) != 0 || ::setuid(who.uid) != 0) fail('u');
  }
  if (::chdir(prepared.directory.c_str()) != 0) fail('c');
  ::execve(prepared.program.c_str(), prepared.argv.data(), prepared.envp.data());
  fail('x');
  ::_exit(could_not_start);
}

void throw_start_failure(const Prepared& prepared, const Command& command, int error_number, int step) {
  if (step == 'c') throw system_error(error_number, "entering the directory " + prepared.directory);
  if (step == 'u') throw system_error(error_number, "becoming user " + command.run_as);
  throw system_error(error_number, "starting " + prepared.program);
}

// Waits until exec has happened (the pipe closes) or the child tells why not.
void await_start(int report, pid_t pid, const Prepared& prepared, const Command& command) {
  std::array<int, 2> message{};
  ssize_t got = 0;
  do got = ::read(report, message.data(), sizeof message);
  while (got < 0 && errno == EINTR);
  if (got != sizeof message) return;
  ::waitpid(pid, nullptr, 0);
  throw_start_failure(prepared, command, message[0], message[1]);
}

void set_non_blocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

// Moves what the child wrote into `text`; false at its end.
bool drain(int fd, std::string& text, const Command& command, bool& was_cut) {
  std::array<char, 65536> buffer;  // not cleared: most of what is read is small
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    const std::size_t room = command.output_limit_bytes - std::min(command.output_limit_bytes, text.size());
    const std::size_t kept = std::min(room, static_cast<std::size_t>(got));
    text.append(buffer.data(), kept);
    was_cut = was_cut || kept < static_cast<std::size_t>(got);
  }
}

// Writing to a program that reads no more must be an error here, not the end of our process.
class SigpipeHeld {
 public:
  SigpipeHeld() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  SigpipeHeld(const SigpipeHeld&) = delete;
  SigpipeHeld& operator=(const SigpipeHeld&) = delete;
  ~SigpipeHeld() {
    const timespec at_once{};
    ::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }

 private:
  sigset_t pipe_{}, old_{};
};

class Conversation {
 public:
  Conversation(const Command& command, pid_t pid, UniqueFd input, UniqueFd output, UniqueFd error)
      : command_(command), input_(std::move(input)), output_(std::move(output)), error_(std::move(error)) {
    result_.pid = pid;
    for (const UniqueFd* fd : {&input_, &output_, &error_})
      if (*fd) set_non_blocking(fd->get());
    if (command_.input.empty()) input_.reset();
  }

  CommandResult finish() {
    const auto started = Clock::now();
    int status = 0;
    bool has_ended = false;
    while (!has_ended || output_ || error_) {
      exchange(has_ended ? std::chrono::milliseconds(0) : next_wait());
      if (!has_ended) has_ended = ::waitpid(result_.pid, &status, WNOHANG) == result_.pid;
      // A grandchild may hold the pipes open after the child's end; what is there now is read, no more is awaited.
      if (has_ended && last_exchange_was_idle_) break;
      if (!has_ended) enforce_limits(started);
    }
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return std::move(result_);
  }

 private:
  // Polls quickly at first so that short programs return at once, then rarely.
  std::chrono::milliseconds next_wait() {
    wait_ = std::min(wait_ * 2, std::chrono::milliseconds(100));
    return wait_;
  }

  void exchange(std::chrono::milliseconds wait) {
    std::array<pollfd, 3> fds{{{input_.get(), POLLOUT, 0}, {output_.get(), POLLIN, 0}, {error_.get(), POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
    last_exchange_was_idle_ = ready <= 0;
    if (ready <= 0) return;
    wait_ = std::chrono::milliseconds(1);
    if (fds[0].revents != 0) feed();
    if (fds[1].revents != 0 && !drain(output_.get(), result_.output, command_, result_.output_cut)) output_.reset();
    if (fds[2].revents != 0 && !drain(error_.get(), result_.error, command_, result_.output_cut)) error_.reset();
  }

  void feed() {
    const std::string_view rest = std::string_view(command_.input).substr(fed_);
    const SigpipeHeld held;
    const ssize_t written = ::write(input_.get(), rest.data(), rest.size());
    const int error_number = errno;
    if (written > 0) fed_ += static_cast<std::size_t>(written);
    if (fed_ == command_.input.size() || (written < 0 && error_number != EAGAIN && error_number != EINTR))
      input_.reset();
  }

  void enforce_limits(Clock::time_point started) {
    const bool is_late = command_.timeout.count() > 0 && Clock::now() - started > command_.timeout;
    const bool is_cancelled = command_.is_cancelled && command_.is_cancelled();
    if (!is_late && !is_cancelled) return;
    result_.timed_out = is_late;
    result_.cancelled = is_cancelled && !is_late;
    ::kill(-result_.pid, SIGKILL);
  }

  const Command& command_;
  UniqueFd input_, output_, error_;
  CommandResult result_;
  std::size_t fed_ = 0;
  std::chrono::milliseconds wait_{1};
  bool last_exchange_was_idle_ = false;
};

}  // namespace

std::optional<std::string> find_on_path(const std::string& name) {
  const auto is_executable = [](const std::string& path) { return ::access(path.c_str(), X_OK) == 0; };
  if (name.find('/') != std::string::npos) {
    if (::access(name.c_str(), F_OK) == 0) return name;
    return std::nullopt;
  }
  for (const auto& directory : split(standard_path, ':'))
    if (const std::string path = directory + "/" + name; is_executable(path)) return path;
  return std::nullopt;
}

CommandResult run_process(const Command& command) {
  const Prepared prepared = prepare(command);
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  Pipe report = make_pipe();
  const std::array<int, 3> streams{input.read_end.get(), output.write_end.get(),
                                   command.merge_stderr ? output.write_end.get() : error.write_end.get()};
  const pid_t pid = ::fork();
  if (pid < 0) throw system_error(errno, "starting " + prepared.program);
  if (pid == 0) run_child(prepared, command, streams, report.write_end.get());
  ::setpgid(pid, pid);  // both sides set it, so that a kill right now reaches the group
  for (UniqueFd* fd : {&input.read_end, &output.write_end, &error.write_end, &report.write_end}) fd->reset();
  await_start(report.read_end.get(), pid, prepared, command);
  Conversation conversation(command, pid, std::move(input.write_end), std::move(output.read_end),
                            std::move(error.read_end));
  return conversation.finish();
}

}  // namespace halite
