// Options that the master's and the minion's file have in common: paths, log, and how results are shown.
#pragma once

#include <optional>
#include <string>

#include "common/config/setting_types.h"
#include "common/data/schema.h"

namespace halite {

struct CommonSettings {
  std::string user = "root";
  std::string root_dir = "/";
  std::string pki_dir;    // the empty paths are filled when settings are loaded: see default_paths()
  std::string cachedir;
  std::string state_dir;
  std::string sock_dir;
  std::string pidfile;
  std::string log_file;
  std::string log_level = "warning";
  std::optional<std::string> log_level_logfile;

  std::optional<std::string> output;  // name of the outputter; unset: the function's own
  Value output_indent = 4;
  std::optional<bool> color;
  bool strip_colors = true;
  std::string state_output = "full";
  bool state_verbose = true;
  bool state_output_diff = false;
  bool state_output_profile = true;
  bool state_output_pct = false;
  bool state_compress_ids = false;
  Value state_tabular = false;
  TextList state_output_exclude;
  TextList state_output_terse;
};

// Where a program keeps things when its file does not say. `is_salts`: the places of Salt, so that keys are taken over.
struct DefaultPaths {
  std::string pki_dir, cachedir, state_dir, sock_dir, pidfile, log_file;
};
DefaultPaths default_paths(std::string_view role, bool is_salts, const std::string& config_directory);

// Fills empty paths and puts `root_dir` in front of those that are not below it.
void complete_paths(CommonSettings& settings, const DefaultPaths& paths);
std::string below_root(const std::string& root_dir, const std::string& path);

namespace config_detail {
template <class T, class M, class Base>
M T::*in(M Base::*member) {
  return member;
}
}  // namespace config_detail

template <class T>
void add_process_options(Schema<T>& schema) {
  using config_detail::in;
  using S = CommonSettings;
  schema.optional(in<T>(&S::user), "user", "User to run as when started as root.")
      .optional(in<T>(&S::root_dir), "root_dir", "Directory put in front of the paths below.")
      .optional(in<T>(&S::pki_dir), "pki_dir", "Directory of keys; only the program's user may read it.")
      .optional(in<T>(&S::cachedir), "cachedir", "Directory of what can be fetched or computed again.")
      .optional(in<T>(&S::state_dir), "state_dir", "Directory of what must survive: databases and journals. Not an option of Salt.")
      .optional(in<T>(&S::sock_dir), "sock_dir", "Directory of the local control socket.")
      .optional(in<T>(&S::pidfile), "pidfile", "File that holds the process id.")
      .optional(in<T>(&S::log_file), "log_file", "Log file; empty: none. Messages go to standard error or the journal in any case.")
      .optional(in<T>(&S::log_level), "log_level", "Least severe message shown: quiet, error, warning, info, debug or trace.")
      .optional(in<T>(&S::log_level_logfile), "log_level_logfile", "The same for the log file; unset: as log_level.");
}

template <class T>
void add_output_options(Schema<T>& schema) {
  using config_detail::in;
  using S = CommonSettings;
  schema.optional(in<T>(&S::output), "output", "How results are shown: nested, json, yaml, txt, ...; unset: as the function asks.")
      .optional(in<T>(&S::output_indent), "output_indent", "Indentation of json and yaml; negative: one line; pretty: json with sorted keys.")
      .optional(in<T>(&S::color), "color", "Colours; unset: on a terminal only.")
      .optional(in<T>(&S::strip_colors), "strip_colors", "Make escape sequences from minions harmless. Cannot be turned off.")
      .optional(in<T>(&S::state_output), "state_output", "How much of each state: full, terse, mixed, changes or filter, each also with _id.")
      .one_of({"full", "terse", "mixed", "changes", "filter", "full_id", "terse_id", "mixed_id", "changes_id", "filter_id"})
      .optional(in<T>(&S::state_verbose), "state_verbose", "Show states that succeeded and changed nothing.")
      .optional(in<T>(&S::state_output_diff), "state_output_diff", "Show only states that changed something or failed.")
      .optional(in<T>(&S::state_output_profile), "state_output_profile", "Show when each state started and how long it took.")
      .optional(in<T>(&S::state_output_pct), "state_output_pct", "Show the percentages of success and failure.")
      .optional(in<T>(&S::state_compress_ids), "state_compress_ids", "Show the names of one state id as one state.")
      .optional(in<T>(&S::state_tabular), "state_tabular", "Show terse states as a table.")
      .optional(in<T>(&S::state_output_exclude), "state_output_exclude", "With state_output filter: the results not shown (True, False, None).")
      .optional(in<T>(&S::state_output_terse), "state_output_terse", "With state_output filter: the results shown on one line.");
}

}  // namespace halite
