// The configuration files of one role (master or minion), merged as Salt merges them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/host.h"

namespace halite {

struct ConfigRequest {
  std::string role;                              // "master" or "minion": the name of the main file
  std::optional<std::string> directory;          // from a flag or the environment; else the first that exists
  Map overrides;                                 // from flags: option name -> value; they win
};

// The request of a program: `directory` from -c, else HALITE_CONFIG_DIR, else SALT_CONFIG_DIR.
ConfigRequest config_request(std::string role, const std::optional<std::string>& directory_flag);

struct ConfigFiles {
  std::string directory;       // "/etc/halite"
  std::string main_file;       // "/etc/halite/master"; it need not exist
  bool is_salts = false;       // the directory is called "salt": unknown options are warnings, paths are Salt's
  Map values;                  // merged, without `include` and `default_include`
  std::map<std::string, std::string> places;  // option -> "FILE:LINE" of the last file that sets it
  std::vector<std::string> files;             // that were read, in order
  std::vector<std::string> problems;          // "FILE:LINE: ...", for files that can't be read or parsed
  std::vector<std::string> warnings;

  // "FILE:LINE" where the option was set, or "command line".
  std::string place_of(const std::string& option) const;
};

// "/etc/halite/master": where the main file of the request is, or would be.
std::string find_main_file(Host& host, const ConfigRequest& request);

// Reads ROLE, then ROLE.d/*.conf in order of name, then what `include` names. The drop-in files are merged into each
// other (maps key by key, lists appended) and then replace whole options of the main file. Never throws for a bad
// file: its problem is in `problems`.
ConfigFiles read_config_files(Host& host, const ConfigRequest& request);

}  // namespace halite
