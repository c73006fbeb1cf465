#include "master/orchestrate/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/control/client.h"
#include "common/data/msgpack.h"
#include "common/host/own_process.h"
#include "common/host/real_host.h"
#include "common/wire/messages/event.h"
#include "master/files/file_sources.h"
#include "master/orchestrate/run.h"

namespace halite::master {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_around{200};  // how soon a run that is told to end stops waiting

volatile sig_atomic_t was_told_to_end = 0;

[[noreturn]] void end_now() { throw Error(ErrorKind::unavailable, "the run was told to end"); }

// Each call has a connection of its own, as states may run side by side.
class SocketLine : public MasterLine {
 public:
  explicit SocketLine(std::string path) : path_(std::move(path)) {}

  Value call(const std::string& command, Map arguments, const std::function<void(const Value&)>& on_event) override {
    control::Client client(path_);
    client.send(command, std::move(arguments));
    for (;;) {
      const auto reply = client.next(look_around);
      if (!reply) {
        if (was_told_to_end) end_now();
        continue;
      }
      if (const auto* event = std::get_if<control::Event>(&*reply)) {
        if (on_event) on_event(event->value);
      } else if (const auto* failure = std::get_if<control::Failure>(&*reply)) {
        throw failure->error;
      } else {
        return std::get<control::Result>(*reply).value;
      }
    }
  }

  bool listen(const std::string& tag, milliseconds limit, const std::function<bool(const std::string&, const Map&)>& on_event) override {
    control::Client client(path_);
    wire::EventFilter filter;
    client.send("event.stream", wire::encode_message(filter));
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < deadline) {
      if (was_told_to_end) end_now();
      const auto reply = client.next(std::min<milliseconds>(look_around, std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now())));
      if (!reply) continue;
      if (const auto* failure = std::get_if<control::Failure>(&*reply)) throw failure->error;
      const auto* told = std::get_if<control::Event>(&*reply);
      if (!told) return false;
      const auto event = wire::decode_message<wire::Event>(told->value, "the master's event");
      if (glob_match(tag, event.tag) && on_event(event.tag, event.data)) return true;
    }
    return false;
  }

  void say(const std::string& text) override {
    try {
      const wire::RunnerProgress progress{text, ""};
      call("orchestration.say", wire::encode_message(progress), {});
    } catch (const Error& error) {
      if (was_told_to_end) return;
      log::warning("can't tell how far the run is: {}", error.what());
    }
  }

 private:
  std::string path_;
};

void give_back(SocketLine& line, const wire::RunnerResult& result) {
  const std::string packed = to_msgpack(wire::encode_message(result), MsgpackText::modern);
  for (std::size_t at = 0; at < packed.size(); at += result_part_bytes)
    line.call("orchestration.result", {{"data", Bytes{packed.substr(at, result_part_bytes)}}}, {});
  line.call("orchestration.result", {}, {});
}

void run_order(SocketLine& line) {
  const auto order = wire::decode_message<OrchestrationOrder>(line.call("orchestration.take", {}, {}), "the order");
  const auto settings = master_settings_schema().decode(order.settings, Unknown::refuse, "the master's settings");
  const auto host = make_real_host();
  const FileSources sources(settings, *host);
  const auto files = sources.tree();
  wire::RunnerResult result;
  try {
    result = run_orchestration(order, {.settings = settings, .host = *host, .files = *files, .line = line, .is_cancelled = [] { return was_told_to_end != 0; }});
  } catch (const Error& error) {
    result.value = Map{{order.id, List{error.what()}}};
    result.out = "highstate";
    result.retcode = 1;
  }
  result.jid = order.jid;
  was_told_to_end = 0;  // or the result of a run that was told to end would not be told
  give_back(line, result);
}

}  // namespace

pid_t start_orchestration_process(const std::string& socket_path) {
  return start_own_program({"halite-master", orchestration_mode, socket_path}, "starting the process of an orchestration");
}

int orchestration_main(const std::string& socket_path) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sigaction action{};
  action.sa_handler = [](int) { was_told_to_end = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::umask(0077);
  try {
    SocketLine line(socket_path);
    run_order(line);
    return 0;
  } catch (const std::exception& error) {
    log::error("an orchestration failed: {}", error.what());
    return 1;
  }
}

}  // namespace halite::master
