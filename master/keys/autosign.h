// Which minions are let in without an operator: autosign_file, minions_autosign, autosign_grains_dir. All off by default.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::master {

struct AutosignOptions {
  std::optional<std::string> autosign_file;
  std::optional<std::string> autoreject_file;
  std::optional<std::string> autosign_grains_dir;
  std::string autosign_dir;                          // <pki_dir>/minions_autosign; a file named like the id lets it in once
  std::chrono::minutes autosign_timeout{120};        // age at which such a file counts no more
  bool permissive_pki_access = false;                // group-writable files are taken too
  uid_t owner = 0;                                   // besides root, who may own the files

  bool is_off() const { return !autosign_file && !autoreject_file && !autosign_grains_dir && autosign_dir.empty(); }
};

enum class Verdict { ask_operator, sign, reject };

// Reads the files anew at each call, so it is for a worker. A file that others can write is not believed, with a warning.
// No path is made from the id or the grains: they are compared with the names of the files that are there.
Verdict autosign_verdict(Host& host, const AutosignOptions& options, const std::string& id, const Map& grains);

}  // namespace halite::master
