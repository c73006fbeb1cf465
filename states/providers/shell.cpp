#include "states/providers/shell.h"

#include "common/base/strings.h"
#include "states/arguments.h"

namespace halite::states {
namespace {

using Environment = std::map<std::string, std::string>;

void set_variable(Environment& environment, const Value& key, const Value& value) {
  const std::string name = python_text(key);
  if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name for an environment variable", escape_control(name));
  const bool removes = value == Value(false);
  if (removes) {
    environment.erase(name);
    return;
  }
  environment[name] = value.is_null() ? "" : python_text(value);
}

void add_variables(Environment& environment, const Value& asked) {
  if (asked.is_null()) return;
  if (const Map* map = asked.if_map()) {
    for (const auto& [key, value] : *map) set_variable(environment, key, value);
    return;
  }
  const List* list = asked.if_list();
  if (!list) throw Error(ErrorKind::invalid, "Invalidly-formatted 'env' parameter. See documentation.");
  for (const Value& item : *list) {
    if (!item.is_map()) throw Error(ErrorKind::invalid, "Invalidly-formatted 'env' parameter. See documentation.");
    add_variables(environment, item);
  }
}

constexpr std::string_view marker = "halite-login-environment";

// What the user's login shell exports, as `su -` makes it. Profiles may print; what counts comes behind the marker.
Environment ask_login_shell(const std::string& user, World& world) {
  Command command;
  command.argv = {"su", "-", user, "-s", "/bin/sh", "-c", fmt::format("printf '%s\\0' {}; env -0", marker)};
  command.timeout = std::chrono::seconds(30);
  Environment environment;
  if (!world.host.find_program("su")) return environment;
  const CommandResult result = world.host.execute(command);
  const std::size_t at = result.output.find(std::string(marker) + '\0');
  if (result.exit_code != 0 || at == std::string::npos) return environment;
  for (const auto& line : split(result.output.substr(at + marker.size() + 1), '\0'))
    if (const std::size_t equals = line.find('='); equals != std::string::npos && equals > 0)
      environment[line.substr(0, equals)] = line.substr(equals + 1);
  return environment;
}

Environment login_environment(const std::string& user, World& world) {
  const auto known = world.login_environments.find(user);
  if (known != world.login_environments.end()) return known->second;
  const auto account = world.host.user(user);
  if (!account) throw Error(ErrorKind::not_found, "User '{}' is not available", user);
  Environment environment = ask_login_shell(user, world);
  environment["HOME"] = account->home;
  environment["USER"] = environment["LOGNAME"] = user;
  environment.try_emplace("SHELL", account->shell);
  environment.erase("_");
  environment.erase("PWD");
  world.login_environments[user] = environment;
  return environment;
}

std::string default_shell(World& world) {
  const Value* shell = world.grains.find("shell");
  return shell && shell->is_string() && !shell->if_string()->empty() ? *shell->if_string() : "/bin/sh";
}

std::string default_directory(const ShellOptions& options, World& world) {
  if (!options.run_as.empty())
    if (const auto account = world.host.user(options.run_as); account && world.host.status_of_target(account->home))
      return account->home;
  return world.host.status_of_target("/root") ? "/root" : "/";
}

void prepend_path(Environment& environment, const std::string& path) {
  constexpr const char* standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const auto now = environment.find("PATH");
  environment["PATH"] = path + ":" + (now == environment.end() ? standard : now->second);
}

// Messages in English and bytes in order, whatever the machine speaks: trees compare what commands print. A locale that
// was asked for stays.
void add_locale(Environment& environment) {
  for (const char* category : {"CTYPE", "NUMERIC", "TIME", "COLLATE", "MONETARY", "MESSAGES", "PAPER", "NAME", "ADDRESS",
                               "TELEPHONE", "MEASUREMENT", "IDENTIFICATION"})
    environment.try_emplace(std::string("LC_") + category, "C");
  environment.try_emplace("LANGUAGE", "C");
}

Argv argv_of(const Argv& program, const ShellOptions& options) {
  Argv argv;
  if (!options.root.empty()) argv.insert(argv.end(), {"chroot", options.root});
  // In the background nothing may hold our pipes open.
  if (options.background) {
    const std::string tell = options.tells_pid ? "echo $$; " : "";  // exec keeps the id
    argv.insert(argv.end(), {"setsid", "--fork", "/bin/sh", "-c", tell + "exec \"$@\" </dev/null >/dev/null 2>&1", "sh"});
  }
  argv.insert(argv.end(), program.begin(), program.end());
  return argv;
}

}  // namespace

Command shell_command(const std::string& text, const ShellOptions& options, World& world) {
  if (!options.shell.empty() && !world.host.find_program(options.shell) && !world.host.status_of_target(options.shell))
    throw Error(ErrorKind::not_found, "The shell {} is not available", options.shell);
  return program_command({options.shell.empty() ? default_shell(world) : options.shell, "-c", text}, options, world);
}

Command program_command(const Argv& argv, const ShellOptions& options, World& world) {
  Command command;
  command.argv = argv_of(argv, options);
  if (!options.run_as.empty() && !options.clean_environment)
    command.environment = login_environment(options.run_as, world);
  add_variables(command.environment, options.environment);
  if (!options.keeps_locale) add_locale(command.environment);
  if (!options.prepend_path.empty()) prepend_path(command.environment, options.prepend_path);
  command.directory = options.directory.empty() ? default_directory(options, world) : options.directory;
  command.run_as = options.run_as;
  command.run_as_group = options.run_as_group;
  command.umask = options.umask ? options.umask : world.umask;
  command.input = options.input;
  command.timeout = options.timeout;
  command.is_cancelled = world.is_cancelled;
  return command;
}

std::optional<unsigned> parse_umask(const Value& value) {
  if (value.is_null()) return std::nullopt;
  return Convert<FileMode>::decode(value).bits & 0777;
}

}  // namespace halite::states
