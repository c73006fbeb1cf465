// What is to be done about one event.
#pragma once

#include <string>
#include <vector>

#include "common/config/master_settings.h"
#include "common/host/file_tree.h"
#include "common/host/host.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/job.h"
#include "common/wire/messages/runner.h"

namespace halite::master {

struct Reaction {
  enum class Kind { local, runner, wheel };
  std::string id;  // in the SLS file
  Kind kind = Kind::local;
  wire::PublishJob job;       // of local
  wire::RunFunction call;     // of runner and wheel
};

struct ReactorFiles {
  const MasterSettings& settings;
  Host& host;
  FileTree& files;  // of salt://
};

// Paths of SLS files: salt://... of the base environment, or on this machine; "*" and "?" mean several files there.
std::vector<std::string> reactor_files(const std::string& pattern, Host& host);

// One SLS file rendered with `tag` and `data`, and read. Throws Error with file and line for what is wrong with it, and for
// a text of the event that would be taken for YAML.
std::vector<Reaction> reactions_of(const std::string& path, const wire::Event& event, const ReactorFiles& files);

}  // namespace halite::master
