// Shell commands as cmd.run and the guards know them: shell, directory, user, environment.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "states/world.h"

namespace halite::states {

struct ShellOptions {
  std::string shell;      // empty: the grain `shell`, else /bin/sh
  std::string directory;  // empty: "/root", or "/" where there is none
  std::string run_as;     // with that user's login environment
  std::string run_as_group;
  Value environment;  // a map, or a list of one-key maps; false as value removes the name
  std::string prepend_path;
  std::string root;  // chroot
  std::string input;
  std::optional<unsigned> umask;
  std::chrono::milliseconds timeout{0};
  bool clean_environment = false;  // with run_as: without the login environment
  bool background = false;
  bool tells_pid = false;  // with `background`: its process id is the output
  bool keeps_locale = false;  // else messages are in English, and texts in the order of their bytes
};

// Throws Error(invalid) for an environment of another form, Error(not_found) for a user that is not there.
Command shell_command(const std::string& text, const ShellOptions& options, World& world);
// The same without a shell: a program and its arguments.
Command program_command(const Argv& argv, const ShellOptions& options, World& world);

// "022" and 22 are octal, as in YAML that Salt loads.
std::optional<unsigned> parse_umask(const Value& value);

}  // namespace halite::states
