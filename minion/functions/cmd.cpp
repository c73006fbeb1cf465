// cmd.*: commands run by a shell, or a program with its arguments when `python_shell: false`.
#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/shell.h"

namespace halite::minion {
namespace {

struct Cmd {
  Value cmd;
  std::string cwd;
  Value stdin_text;
  std::string runas, group, shell;
  bool python_shell = true;
  Value env;
  bool clean_env = false, rstrip = true, raise_err = false, ignore_retcode = false, hide_output = false, bg = false;
  Value umask;
  std::optional<double> timeout;
  std::string output_loglevel = "debug";
  std::string prepend_path, root;
  std::vector<Value> success_retcodes;
  bool redirect_stderr = false, use_vt = false;
  Value encoding, template_engine, saltenv;
};

Schema<Cmd> schema() {
  return Schema<Cmd>()
      .required(&Cmd::cmd, "cmd", "The command: text for the shell, or a list of a program and its arguments.")
      .optional(&Cmd::cwd, "cwd", "Directory to run in; it must exist. Unset: the home of the user it runs as.")
      .optional(&Cmd::stdin_text, "stdin", "Text for its standard input.")
      .optional(&Cmd::runas, "runas", "User to run as, with that user's login environment.")
      .optional(&Cmd::group, "group", "Group to run as.")
      .optional(&Cmd::shell, "shell", "Shell. Unset: the grain `shell`.")
      .optional(&Cmd::python_shell, "python_shell", "False: no shell; the text is split into words.")
      .optional(&Cmd::env, "env", "Environment variables: a map, or a list of maps.")
      .optional(&Cmd::clean_env, "clean_env", "Without the login environment of `runas`.")
      .optional(&Cmd::rstrip, "rstrip", "Drop white space at the end of the output.")
      .optional(&Cmd::raise_err, "raise_err", "A failing command is an error.")
      .optional(&Cmd::ignore_retcode, "ignore_retcode", "A failing command counts as success.")
      .optional(&Cmd::hide_output, "hide_output", "Leave the output out.")
      .optional(&Cmd::bg, "bg", "Start it in the background and neither wait nor report.")
      .optional(&Cmd::umask, "umask", "File mode mask, octal.")
      .optional(&Cmd::timeout, "timeout", "Seconds after which the command and its children are killed.")
      .optional(&Cmd::output_loglevel, "output_loglevel", "Kept for Salt's callers; output is not logged.")
      .optional(&Cmd::prepend_path, "prepend_path", "Directories to put in front of PATH.")
      .optional(&Cmd::root, "root", "Directory to change the root to first (chroot).")
      .optional(&Cmd::success_retcodes, "success_retcodes", "Exit codes beside 0 that mean success.")
      .optional(&Cmd::redirect_stderr, "redirect_stderr", "Put standard error into standard output.")
      .optional(&Cmd::use_vt, "use_vt", "Kept for Salt's callers; output is collected either way.")
      .optional(&Cmd::encoding, "encoding", "Kept for Salt's callers; output is UTF-8 or bytes.")
      .optional(&Cmd::template_engine, "template", "Render the command with this engine first: jinja.")
      .optional(&Cmd::saltenv, "saltenv", "Environment of the template's includes.");
}

std::string text_of_number(const Value& value) {
  if (const auto* text = value.if_string()) return *text;
  if (const auto* number = value.if_int()) return std::to_string(*number);
  throw Error(ErrorKind::invalid, "cmd: an argument must be text, not {}", value.type_name());
}

Argv words_of(const Cmd& args) {
  if (const List* list = args.cmd.if_list()) {
    Argv argv;
    for (const auto& item : *list) argv.push_back(text_of_number(item));
    return argv;
  }
  return split_shell_words(text_of_number(args.cmd));
}

Command command_of(const Cmd& args, states::World& world) {
  states::ShellOptions options;
  options.shell = args.shell;
  options.directory = args.cwd;
  options.run_as = args.runas;
  options.run_as_group = args.group;
  options.environment = args.env;
  options.prepend_path = args.prepend_path;
  options.root = args.root;
  options.input = args.stdin_text.is_null() ? "" : text_of_number(args.stdin_text);
  options.umask = states::parse_umask(args.umask);
  if (args.timeout) options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(*args.timeout * 1000));
  options.clean_environment = args.clean_env;
  options.background = args.bg;
  const bool has_shell = args.python_shell && !args.cmd.is_list();
  std::string text = args.cmd.is_list() ? "" : text_of_number(args.cmd);
  if (args.template_engine == Value("jinja"))
    text = world.render({.engine = "jinja", .text = text, .source_name = "the command", .context = {},
                         .environment = "base", .sls = ""});
  Command command =
      has_shell ? states::shell_command(text, options, world) : states::program_command(words_of(args), options, world);
  command.merge_stderr = args.redirect_stderr;
  return command;
}

struct Done {
  CommandResult result;
  int retcode = 0;  // as the caller should see it
};

Done execute(const Cmd& args, Call& call, bool merge = false) {
  states::World world = make_world(call);
  Command command = command_of(args, world);
  if (merge) command.merge_stderr = true;
  Done done{call.tools.host.execute(command), 0};
  CommandResult& result = done.result;
  if (args.rstrip) {
    result.output = trim_right(result.output);
    result.error = trim_right(result.error);
  }
  if (args.hide_output) result.output = result.error = "";
  if (result.timed_out) result.output += fmt::format("{}Timed out after {} seconds", result.output.empty() ? "" : "\n", *args.timeout);
  done.retcode = result.exit_code;
  for (const auto& code : args.success_retcodes)
    if (code == Value(result.exit_code)) done.retcode = 0;
  if (!args.ignore_retcode) call.retcode = done.retcode;
  if (args.raise_err && done.retcode != 0)
    throw Error(ErrorKind::internal, "the command failed with exit code {}: {}", done.retcode,
                result.error.empty() ? result.output : result.error);
  return done;
}

// Standard output and error together, as a terminal would show them.
Value run(const Cmd& args, Call& call) {
  return text_or_bytes(execute(args, call, true).result.output);
}
Value run_stdout(const Cmd& args, Call& call) { return text_or_bytes(execute(args, call).result.output); }
Value run_stderr(const Cmd& args, Call& call) { return text_or_bytes(execute(args, call).result.error); }
Value retcode(const Cmd& args, Call& call) { return execute(args, call).retcode; }

Value run_all(const Cmd& args, Call& call) {
  const Done done = execute(args, call);
  return Map{{"pid", std::int64_t{done.result.pid}},
             {"retcode", done.retcode},
             {"stdout", text_or_bytes(done.result.output)},
             {"stderr", text_or_bytes(done.result.error)}};
}

struct Which {
  std::string cmd;
};

Value which(const Which& args, Call& call) {
  const auto path = call.tools.host.find_program(args.cmd);
  return path ? Value(*path) : Value();
}
Value has_exec(const Which& args, Call& call) { return call.tools.host.find_program(args.cmd).has_value(); }

struct Bins {
  std::vector<std::string> cmds;
};
Value which_bin(const Bins& args, Call& call) {
  for (const auto& name : args.cmds)
    if (call.tools.host.find_program(name)) return name;
  return {};
}

}  // namespace

std::vector<Function> cmd_functions() {
  const auto program = Schema<Which>().required(&Which::cmd, "cmd", "Name of a program.");
  return {
      function<Cmd>("cmd.run", "Runs a command; gives its standard output and error together.", schema(), run),
      function<Cmd>("cmd.shell", "Runs a command in the shell; gives its standard output and error together.", schema(), run),
      function<Cmd>("cmd.run_stdout", "Runs a command; gives its standard output.", schema(), run_stdout),
      function<Cmd>("cmd.run_stderr", "Runs a command; gives its standard error.", schema(), run_stderr),
      function<Cmd>("cmd.run_all", "Runs a command; gives pid, retcode, stdout and stderr.", schema(), run_all),
      function<Cmd>("cmd.retcode", "Runs a command; gives its exit code.", schema(), retcode),
      function<Which>("cmd.which", "The path of a program on PATH, or none.", program, which).light(),
      function<Which>("cmd.has_exec", "Is there such a program on PATH?", program, has_exec).light(),
      function<Bins>("cmd.which_bin", "The first of these programs that is there.",
                     Schema<Bins>().required(&Bins::cmds, "cmds", "Names of programs."), which_bin).light(),
  };
}

}  // namespace halite::minion
