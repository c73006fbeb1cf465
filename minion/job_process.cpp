#include "minion/job_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/unique_fd.h"
#include "common/config/load_settings.h"
#include "common/host/own_process.h"
#include "common/host/real_host.h"
#include "minion/frames.h"
#include "minion/journal.h"
#include "minion/machine.h"
#include "minion/return_limit.h"
#include "minion/returners.h"

namespace halite::minion {
namespace {

constexpr int job_fd = 3;

Map error_map(const Error& error) {
  return {{"kind", std::string(to_string(error.kind()))}, {"message", error.message()}, {"frames", error.frames()}};
}

// One request of the job process, answered; an error travels too.
Map answer(const Map& request, MasterLink& master) {
  try {
    const std::string& command = request.at("command").as_string("command");
    const Map& load = request.at("load").as_map("load");
    if (command == "_pillar") return {{"value", master.fetch_pillar(load)}};
    return {{"value", master.request(command, load)}};
  } catch (const Error& error) {
    return {{"error", error_map(error)}};
  }
}

std::string wait_for_end(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return "its process can't be waited for";
  if (WIFSIGNALED(status)) return fmt::format("its process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return fmt::format("its process ended with code {}", WEXITSTATUS(status));
  return {};
}

// The master, seen from the job process.
class PipeLink : public MasterLink {
 public:
  explicit PipeLink(int fd) : fd_(fd) {}

  Value request(const std::string& command, Map load) override {
    const std::lock_guard lock(mutex_);
    send_frame(fd_, {{"command", command}, {"load", load}});
    const auto reply = receive_frame(fd_);
    if (!reply) throw Error(ErrorKind::unavailable, "the minion's daemon has ended");
    if (const Value* value = reply->find("value")) return *value;
    const Map& told = reply->at("error").as_map("error");
    Error error(error_kind_from(told.at("kind").as_string()), "{}", told.at("message").as_string());
    for (const auto& frame : told.at("frames").as_list()) error.add_frame(frame.as_string());
    throw error;
  }

  void tell(const std::string& command, Map load) override {
    const std::lock_guard lock(mutex_);
    send_frame(fd_, {{"command", command}, {"load", load}, {"told", true}});
  }

  Map fetch_pillar(Map load) override { return request("_pillar", std::move(load)).as_map("the pillar"); }

 private:
  int fd_;
  std::mutex mutex_;
};

volatile sig_atomic_t was_told_to_end = 0;

void run_in_process(const Map& request) {
  const auto host = make_real_host();
  const auto probe = make_real_probe();
  ConfigRequest config_request{.role = "minion", .directory = request.at("config_directory").as_string(), .overrides = {}};
  auto config = load_minion_settings(*host, config_request);
  config.settings.id = request.at("id").as_string();
  PipeLink master(job_fd);
  const bool is_local = config.settings.file_client == "local";
  Machine machine(*host, *probe, config, is_local ? nullptr : &master);
  machine.grains().seed(request.at("grains").as_map());
  const Job job = decode_job(request.at("job").as_map());
  Map load;
  {
    const auto mark = machine.jobs().mark(job.jid, job.shown());
    load = run_job(job, machine.tools(), [] { return was_told_to_end != 0; });
    fit_return(load);
    Returners(config.settings, *host).take(job, load);
    if (job.is_returned()) ReturnStore(config.settings.state_dir + "/returns").put(job.jid, load);
  }
}

}  // namespace

std::string supervise_job(const JobProcessRequest& request, MasterLink& master) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw system_error(errno, "making a socket pair");
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t pid = start_own_program({"halite-minion", "--job"}, "starting a job process", theirs.get(), job_fd);
  theirs.reset();
  try {
    send_frame(ours.get(), {{"job", encode_job(request.job)},
                            {"config_directory", request.config_directory},
                            {"id", request.id},
                            {"grains", request.grains}});
    while (const auto asked = receive_frame(ours.get())) {
      if (asked->contains("told")) master.tell(asked->at("command").as_string("command"), asked->at("load").as_map("load"));
      else send_frame(ours.get(), answer(*asked, master));
    }
  } catch (const Error& error) {
    log::warning("the process of job {}: {}", request.job.jid, error.what());
  }
  return wait_for_end(pid);
}

int job_main() {
  struct sigaction action{};
  action.sa_handler = [](int) { was_told_to_end = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::fcntl(job_fd, F_SETFD, FD_CLOEXEC);
  try {
    const auto request = receive_frame(job_fd);
    if (!request) return 1;
    run_in_process(*request);
    return 0;
  } catch (const std::exception& error) {
    log::error("a job process failed: {}", error.what());
    return 1;
  }
}

}  // namespace halite::minion
