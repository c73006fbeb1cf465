// curl over answers in memory: it writes where its settings say, as the program does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace halite::states {

struct FakeCurl {
  std::map<std::string, std::string> answers;  // by address
  std::vector<std::string> asked;              // settings of each run
  bool is_unchanged = false;                   // answers 304 when asked with a tag

  static std::string setting(const std::string& settings, const std::string& name) {
    const auto at = settings.find(name + " = \"");
    if (at == std::string::npos) return "";
    const auto start = at + name.size() + 4;
    return settings.substr(start, settings.find('"', start) - start);
  }

  void install(FakeHost& host) {
    host.programs["curl"] = [this, &host](const Command& command) {
      asked.push_back(command.input);
      const std::string url = setting(command.input, "url");
      const auto answer = answers.find(url);
      if (answer == answers.end())
        return FakeHost::result(22, "404", "curl: (22) The requested URL returned error: 404\n");
      const bool has_tag = !setting(command.input, "etag-compare").empty();
      if (is_unchanged && has_tag) return FakeHost::result(0, "304");
      host.files[setting(command.input, "output")] = answer->second;
      if (has_tag) host.files[setting(command.input, "etag-save")] = "\"tag\"";
      return FakeHost::result(0, "200");
    };
  }
};

}  // namespace halite::states
