// A master on a control socket that answers from a script, and a screen that remembers.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/unique_fd.h"
#include "common/config/master_settings.h"
#include "common/control/protocol.h"
#include "master/cli/commands.h"
#include "tests/support/temp_directory.h"

namespace halite {

class FakeMaster {
 public:
  using Script = std::function<std::vector<control::Reply>(const control::Request&)>;

  explicit FakeMaster(Script script);
  ~FakeMaster();

  MasterSettings settings() const;
  // What was asked, in order. Read it when the tool has ended.
  std::vector<control::Request> requests;

 private:
  void serve();
  bool answer(int connection, std::string& buffer);

  TempDirectory directory_;
  Script script_;
  UniqueFd listener_;
  UniqueFd stop_read_, stop_write_;
  std::thread thread_;
};

// A tool run against a fake master: what a person would see.
struct ToolRun {
  int code = 0;
  std::string out, err;
};

using ToolCommand = int (*)(const cli::Screen&, const MasterSettings&, const ParsedOptions&);
ToolRun run_tool(ToolCommand command, const CommandLine& table, const FakeMaster& master, const std::vector<std::string>& words,
                 std::optional<std::string> answer = std::nullopt, const std::function<void(MasterSettings&)>& change = {});

}  // namespace halite
