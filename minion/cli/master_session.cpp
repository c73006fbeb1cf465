#include "minion/cli/master_session.h"

#include <thread>

#include "common/base/error.h"
#include "minion/identity.h"
#include "minion/loop_link.h"

namespace halite::minion {

struct MasterSession::Parts {
  Parts(Host& host, const LoadedSettings<MinionSettings>& config)
      : workers(loop, {.name = "worker", .threads = 2}),
        pin(config.settings.pki_dir),
        master(loop, sockets, workers, master_options(config.settings, config.settings.grains),
               load_key(host, config.settings.pki_dir, static_cast<int>(config.settings.keysize)), pin),
        link(loop, master),
        thread([this] { loop.run(); }) {}

  wire::Loop loop;
  wire::SocketContext sockets;
  wire::Workers workers;
  FilePinStore pin;
  wire::MasterConnection master;
  LoopLink link;
  std::thread thread;
};

MasterSession::MasterSession(Host& host, const LoadedSettings<MinionSettings>& config, std::chrono::milliseconds timeout)
    : parts_(std::make_unique<Parts>(host, config)) {
  try {
    authenticate(config.settings.id, timeout);
  } catch (...) {
    stop();
    throw;
  }
}

void MasterSession::authenticate(const std::string& id, std::chrono::milliseconds timeout) {
  auto& parts = *parts_;
  const auto outcome = parts.loop.wait_for<std::optional<wire::AuthOutcome>>([&] {
    return wire::within<wire::AuthOutcome>(parts.loop, timeout, parts.master.authenticate());
  });
  if (!outcome) throw Error(ErrorKind::timeout, "the master '{}' did not answer within {} ms", parts.master.options().host, timeout.count());
  if (*outcome == wire::AuthOutcome::pending)
    throw Error(ErrorKind::denied, "the master has not accepted this minion's key yet; on the master: halite-key -a '{}'", id);
  if (*outcome == wire::AuthOutcome::rejected)
    throw Error(ErrorKind::denied, "the master has rejected the key of '{}'", id);
  if (*outcome == wire::AuthOutcome::full) throw Error(ErrorKind::unavailable, "the master takes no more minions");
}

// The parts stay until the process ends, right after this: suspended coroutines still hold sockets, for which libzmq
// would wait for ever.
void MasterSession::stop() {
  if (!parts_) return;
  parts_->loop.stop();
  parts_->thread.join();
  [[maybe_unused]] const auto* kept = parts_.release();
}
MasterSession::~MasterSession() { stop(); }

MasterLink& MasterSession::link() { return parts_->link; }

}  // namespace halite::minion
