// bsdtar over one archive in memory: it lists as an mtree, and unpacks into the directory that it is told.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "tests/support/fake_host.h"

namespace halite::states {

struct FakeArchive {
  struct Entry {
    std::string path;
    FileType type = FileType::regular;
    std::string content;  // or the target of a symlink
    unsigned mode = 0644;
  };
  std::vector<Entry> entries;
  std::string problem;  // what it says instead of working

  CommandResult list() const {
    std::string text = "#mtree\n";
    for (const Entry& entry : entries)
      text += fmt::format("./{} mode={:o} type={}{}\n", replace_all(entry.path, " ", "\\040"), entry.mode,
                          entry.type == FileType::directory ? "dir"
                          : entry.type == FileType::symlink ? "link"
                                                            : "file",
                          entry.type == FileType::symlink ? " link=" + entry.content : "");
    return FakeHost::result(0, text);
  }

  CommandResult unpack(FakeHost& host, const std::string& directory) const {
    for (const Entry& entry : entries)
      host.nodes[directory + "/" + entry.path] = {entry.type, entry.content, entry.mode, 0, 0, 0};
    for (const Entry& entry : entries)
      if (entry.type == FileType::regular) host.files[directory + "/" + entry.path] = entry.content;
    return {};
  }

  void install(FakeHost& host) {
    host.programs["sync"] = [](const Command&) { return CommandResult{}; };
    host.programs["bsdtar"] = [this, &host](const Command& command) {
      if (!problem.empty()) return FakeHost::result(1, "", problem);
      const Argv& argv = command.argv;
      if (argv.at(1) == "-cf") return list();
      for (std::size_t i = 0; i + 1 < argv.size(); ++i)
        if (argv[i] == "-C") return unpack(host, argv[i + 1]);
      return FakeHost::result(1, "", "bsdtar: what?\n");
    };
  }
};

}  // namespace halite::states
