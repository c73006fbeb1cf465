// From configuration files to a settings struct.
#pragma once

#include "common/config/config_files.h"
#include "common/config/master_settings.h"
#include "common/config/minion_settings.h"

namespace halite {

template <class T>
struct LoadedSettings {
  T settings;
  Map values;                         // as written, for config.get
  std::string directory;              // of the configuration
  std::string main_file;
  bool is_salts = false;
  std::vector<std::string> files;     // that were read
  std::vector<std::string> warnings;  // "FILE:LINE: ..."; the program logs them

  // For check_ownership: the files and the directory they are in.
  std::vector<std::string> own_paths() const {
    std::vector<std::string> paths = files;
    paths.push_back(directory);
    return paths;
  }
};

// Reads, merges and decodes. Throws Error(invalid) that lists every problem, a line each: "FILE:LINE: ...".
// Paths are complete; `keep_jobs` is folded into `keep_jobs_seconds`. The minion's id may still be empty.
LoadedSettings<MasterSettings> load_master_settings(Host& host, const ConfigRequest& request);
LoadedSettings<MinionSettings> load_minion_settings(Host& host, const ConfigRequest& request);

// A configuration file that shows every option with its sentence and default, all commented out.
template <class T>
std::string example_config(const Schema<T>& schema, std::string_view role);
extern template std::string example_config(const Schema<MasterSettings>&, std::string_view);
extern template std::string example_config(const Schema<MinionSettings>&, std::string_view);

}  // namespace halite
