// pip and what makes virtual environments, in memory, for tests of states.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace halite::states {

class FakePip {
 public:
  void install(FakeHost& host);
  // An environment with a Python at `path`.
  void make(const std::string& path);

  std::map<std::string, std::vector<std::string>> index;                   // versions by package, the newest last
  std::map<std::string, std::map<std::string, std::string>> environments;  // version by package, by environment
  std::string version = "23.0.1";

 private:
  CommandResult run(const std::string& environment, const Argv& words);
  std::map<std::string, std::string> wanted(const std::string& environment, const Argv& words) const;

  FakeHost* host_ = nullptr;
};

}  // namespace halite::states
