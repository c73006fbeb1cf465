// A minion in memory whose functions can be called by name.
#pragma once

#include <memory>
#include <string>

#include "minion/execute.h"
#include "minion/machine.h"
#include "tests/minion/fake_probe.h"
#include "tests/support/fake_host.h"
#include "tests/support/temp_directory.h"

namespace halite::minion {

struct Caller {
  TempDirectory directory;
  FakeHost host;
  FakeProbe probe;
  LoadedSettings<MinionSettings> config;
  std::unique_ptr<Machine> machine;

  Caller() {
    config.directory = "/etc/halite";
    config.settings.id = "web1";
    config.settings.file_client = "local";
    config.settings.cachedir = directory.path() + "/cache";
    config.settings.state_dir = directory.path() + "/state";
    config.settings.file_roots = {};
    config.settings.pillar_roots = {};
    host.add_directory("/etc/halite");
    host.add_directory("/srv");
    host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n";
    host.files["/etc/group"] = "root:x:0:\nalice:x:1000:\n";
    machine = std::make_unique<Machine>(host, probe, config, nullptr);
  }

  // The whole return of the job.
  Map job(const std::string& fun, List positional = {}) {
    return run_job(decode_job({{"jid", "20260102030405000678"}, {"fun", fun}, {"arg", positional}, {"tgt", "*"}}),
                   machine->tools(), {});
  }
  Value call(const std::string& fun, List positional = {}, Map named = {}) {
    if (!named.empty()) {
      named.set("__kwarg__", true);
      positional.push_back(named);
    }
    return *job(fun, std::move(positional)).find("return");
  }
};

}  // namespace halite::minion
