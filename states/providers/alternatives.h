// Debian's alternatives: which there are for a name, and which one is chosen. Read without a child process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct Alternatives {
  bool is_automatic = true;
  std::string link;  // "/usr/bin/editor"
  struct Choice {
    std::string path;
    std::int64_t priority = 0;
  };
  std::vector<Choice> choices;

  const Choice* find(const std::string& path) const;
};

// Nothing when there are none for the name. Throws Error(invalid) for what is no name.
std::optional<Alternatives> alternatives(const std::string& name, Host& host);
// Where the name leads now; empty when nowhere.
std::string chosen_alternative(const std::string& name, Host& host);
// update-alternatives with these words; throws Error(unavailable) in its words.
std::string update_alternatives(const Argv& words, Host& host);

}  // namespace halite::states
