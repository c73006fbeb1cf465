#include "master/cli/tool.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/config/load_settings.h"
#include "common/control/protocol.h"
#include "common/host/real_host.h"

namespace halite::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

MasterSettings tool_settings(const ParsedOptions& options) {
  ConfigRequest request = config_request("master", options.text("config-dir"));
  const auto host = make_real_host();
  const auto files = find_main_file(*host, request);
  if (::access(files.c_str(), R_OK) != 0 && errno == EACCES) {
    MasterSettings settings;
    const std::string directory = files.substr(0, files.rfind('/'));
    complete_paths(settings, default_paths("master", directory.ends_with("/salt"), directory));
    return settings;
  }
  return load_master_settings(*host, request).settings;
}

std::string control_socket(const MasterSettings& settings) {
  return settings.sock_dir + "/" + std::string(control::socket_name);
}

void catch_interrupts() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
}

bool was_interrupted() { return interrupted != 0; }

}  // namespace halite::cli
