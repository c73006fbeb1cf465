// Which revisions each minion was given last: they are recorded with its returns. Lives on the loop thread.
#pragma once

#include <map>
#include <string>

namespace halite::master {

struct ServedRevisions {
  std::string pillar;  // as pillar compiler and file trees name them: "git:URL@COMMIT"
  std::string states;
};

using Served = std::map<std::string, ServedRevisions>;

}  // namespace halite::master
