// cmd.*: commands run by a shell, or a program with its arguments when `python_shell: false`.
#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/private_file.h"
#include "states/providers/shell.h"
#include "states/providers/sources.h"

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
  Value success_retcodes, success_stdout, success_stderr;
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
      .optional(&Cmd::success_stdout, "success_stdout", "Texts that, found in the standard output, mean success.")
      .optional(&Cmd::success_stderr, "success_stderr", "Texts that, found in the standard error, mean success.")
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

// The command for a shell.
std::string text_of(const Cmd& args, states::World& world) {
  const std::string text = text_of_number(args.cmd);
  if (args.template_engine != Value("jinja")) return text;
  return world.render({.engine = "jinja", .text = text, .source_name = "the command", .context = {}, .environment = "base", .sls = ""});
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
  options.tells_pid = args.bg;
  const bool has_shell = args.python_shell && !args.cmd.is_list();
  Command command = has_shell ? states::shell_command(text_of(args, world), options, world)
                              : states::program_command(words_of(args), options, world);
  command.merge_stderr = args.redirect_stderr;
  return command;
}

// Codes and parts of the output that count as success: a list, or text with commas.
std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  if (value.is_null()) return texts;
  for (const auto& item : Convert<states::TextList>::decode(value).items)
    for (const auto& part : split(item, ',')) texts.emplace_back(trim(part));
  return texts;
}

bool means_success(const Cmd& args, const CommandResult& result) {
  for (const auto& code : texts_of(args.success_retcodes))
    if (parse_int(code) == result.exit_code) return true;
  for (const auto& text : texts_of(args.success_stdout))
    if (result.output.find(text) != std::string::npos) return true;
  for (const auto& text : texts_of(args.success_stderr))
    if (result.error.find(text) != std::string::npos) return true;
  return false;
}

struct Done {
  CommandResult result;
  int retcode = 0;  // as the caller should see it
};

Done execute(const Cmd& args, Command command, Call& call) {
  Done done{call.tools.host.execute(command), 0};
  CommandResult& result = done.result;
  if (args.bg) {
    result.pid = static_cast<pid_t>(parse_int(trim(result.output)).value_or(result.pid));
    result.output.clear();
  }
  if (args.rstrip) {
    result.output = trim_right(result.output);
    result.error = trim_right(result.error);
  }
  if (args.hide_output) result.output = result.error = "";
  if (result.timed_out) result.output += fmt::format("{}Timed out after {} seconds", result.output.empty() ? "" : "\n", *args.timeout);
  done.retcode = result.exit_code;
  if (means_success(args, result)) done.retcode = 0;
  if (!args.ignore_retcode) call.retcode = done.retcode;
  if (args.raise_err && done.retcode != 0)
    throw Error(ErrorKind::internal, "the command failed with exit code {}: {}", done.retcode,
                result.error.empty() ? result.output : result.error);
  return done;
}

Done execute(const Cmd& args, Call& call, bool merge = false) {
  states::World world = make_world(call);
  Command command = command_of(args, world);
  if (merge) command.merge_stderr = true;
  return execute(args, std::move(command), call);
}

// Standard output and error together, as a terminal would show them.
Value run(const Cmd& args, Call& call) {
  return text_or_bytes(execute(args, call, true).result.output);
}
Value run_stdout(const Cmd& args, Call& call) { return text_or_bytes(execute(args, call).result.output); }
Value run_stderr(const Cmd& args, Call& call) { return text_or_bytes(execute(args, call).result.error); }
Value retcode(const Cmd& args, Call& call) { return execute(args, call).retcode; }

Map told(const Done& done) {
  return {{"pid", std::int64_t{done.result.pid}},
          {"retcode", done.retcode},
          {"stdout", text_or_bytes(done.result.output)},
          {"stderr", text_or_bytes(done.result.error)}};
}

Value run_all(const Cmd& args, Call& call) { return told(execute(args, call)); }

Value run_in_background(const Cmd& args, Call& call) {
  Cmd apart = args;
  apart.bg = true;
  return Map{{"pid", std::int64_t{execute(apart, call).result.pid}}};
}

std::vector<std::string> quoted_words(const Cmd& args) {
  std::vector<std::string> words;
  for (const auto& word : words_of(args)) words.push_back(shell_quote(word));
  return words;
}

struct Chroot : Cmd {
  std::vector<std::string> binds;
};

// In a mount namespace of its own: whatever becomes of the command, no mount is left.
Argv with_mounts(const Chroot& args, const Argv& program) {
  std::string script = "set -e; root=$1; shift; ";
  for (const auto& [type, place] : {std::pair{"devtmpfs", "dev"}, std::pair{"proc", "proc"}, std::pair{"sysfs", "sys"}})
    script += fmt::format("mountpoint -q \"$root/{1}\" || mount -t {0} {0} \"$root/{1}\"; ", type, place);
  for (const auto& bind : args.binds) {
    if (!bind.starts_with('/')) throw Error(ErrorKind::invalid, "'binds' lists full paths, not '{}'", bind);
    script += fmt::format("mount --bind -- {0} \"$root\"{0}; ", shell_quote(bind));
  }
  Argv argv{"unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", script + "exec \"$@\"", "sh", args.root};
  argv.insert(argv.end(), program.begin(), program.end());
  return argv;
}

// User and group are those of the other root, which only chroot itself can look up.
Value run_chroot(const Chroot& args, Call& call) {
  Host& host = call.tools.host;
  const auto status = host.status_of_target(args.root);
  if (!args.root.starts_with('/') || !status || status->type != FileType::directory)
    throw Error(ErrorKind::not_found, "'{}' is no directory to change the root to; give its full path", escape_control(args.root));
  states::World world = make_world(call);
  const std::string text = args.cmd.is_list() ? join(quoted_words(args), " ") : text_of(args, world);
  const std::string usual = host.status_of_target(args.root + "/bin/bash") ? "/bin/bash" : "/bin/sh";
  const std::string shell = args.shell.empty() ? usual : args.shell;
  Chroot inside = args;
  inside.cmd = List{shell, "-c", args.cwd.empty() ? text : "cd " + shell_quote(args.cwd) + " && " + text};
  inside.cwd = "/";
  inside.runas = inside.group = inside.shell = "";
  Command command = command_of(inside, world);
  if (!args.runas.empty() || !args.group.empty()) command.argv.insert(command.argv.begin() + 1, "--userspec=" + args.runas + ":" + args.group);
  command.argv = with_mounts(args, command.argv);
  return told(execute(inside, std::move(command), call));
}

struct Script : Cmd {
  std::string source, lang, code;
  Value args;
};

// The words of `args`: text for the shell, or a list.
std::string argument_text(const Value& args) {
  if (args.is_null()) return "";
  if (args.is_string()) return " " + args.as_string();
  std::string text;
  for (const auto& item : args.as_list("args")) text += " " + shell_quote(text_of_number(item));
  return text;
}

Map run_file(const Script& args, const std::string& content, const std::string& program, Call& call) {
  states::World world = make_world(call);
  const states::PrivateFile file("script", content, 0700, args.runas, world);
  Script run = args;
  run.cmd = program + file.path() + argument_text(args.args);
  return told(execute(run, call));
}

Value script(const Script& args, Call& call) {
  states::World world = make_world(call);
  if (!args.saltenv.is_null()) world.environment = states::python_text(args.saltenv);
  std::string content = states::read_source({.sources = {args.source}}, world).content;
  Script run = args;
  if (!args.template_engine.is_null())
    content = states::render_text({.engine = states::python_text(args.template_engine), .text = content, .source_name = args.source}, world);
  run.template_engine = {};
  return run_file(run, content, "", call);
}

Value script_retcode(const Script& args, Call& call) { return script(args, call).as_map().at("retcode"); }

Map execute_code(const Script& args, Call& call) {
  if (args.lang.empty() || args.lang[0] == '-') throw Error(ErrorKind::invalid, "'{}' is no program that runs code", args.lang);
  return run_file(args, args.code, shell_quote(args.lang) + " ", call);
}
Value exec_code_all(const Script& args, Call& call) { return execute_code(args, call); }
Value exec_code(const Script& args, Call& call) { return execute_code(args, call).at("stdout"); }

Value shells(const None&, Call& call) {
  List names;
  for (const auto& line : split_lines(call.tools.host.read_file_if_exists("/etc/shells").value_or("")))
    if (const auto name = trim(line); !name.empty() && name[0] != '#') names.push_back(std::string(name));
  return names;
}

struct Terminal {
  std::string device, echo;
};

Value tty(const Terminal& args, Call& call) {
  const bool is_terminal = (args.device.starts_with("tty") || args.device.starts_with("pts")) && args.device.find("..") == std::string::npos;
  if (!is_terminal) return Map{{"Error", "The specified device is not a valid TTY"}};
  const std::string path = "/dev/" + (args.device.starts_with("pts") && !args.device.starts_with("pts/") ? "pts/" + args.device.substr(3) : args.device);
  const auto status = call.tools.host.status(path);
  if (!status || status->type != FileType::character_device) return Map{{"Error", "Echoing to " + path + " returned error"}};
  try {
    call.tools.host.append_file(path, args.echo);
  } catch (const Error&) {
    return Map{{"Error", "Echoing to " + path + " returned error"}};
  }
  return Map{{"Success", "Message was successfully echoed to " + path}};
}

Schema<Script> script_fields(Schema<Script> schema) {
  return schema.optional(&Script::args, "args", "Its arguments: text, or a list.")
      .optional(static_cast<std::string Script::*>(&Cmd::cwd), "cwd", "Directory to run in.")
      .optional(static_cast<Value Script::*>(&Cmd::stdin_text), "stdin", "Text for its standard input.")
      .optional(static_cast<std::string Script::*>(&Cmd::runas), "runas", "User to run as.")
      .optional(static_cast<std::string Script::*>(&Cmd::group), "group", "Group to run as.")
      .optional(static_cast<std::string Script::*>(&Cmd::shell), "shell", "Shell that starts it.")
      .optional(static_cast<Value Script::*>(&Cmd::env), "env", "Environment variables: a map, or a list of maps.")
      .optional(static_cast<Value Script::*>(&Cmd::template_engine), "template", "Render it with this engine first: jinja.")
      .optional(static_cast<Value Script::*>(&Cmd::umask), "umask", "File mode mask, octal.")
      .optional(static_cast<std::optional<double> Script::*>(&Cmd::timeout), "timeout", "Seconds after which it is killed.")
      .optional(static_cast<bool Script::*>(&Cmd::hide_output), "hide_output", "Leave the output out.")
      .optional(static_cast<Value Script::*>(&Cmd::success_retcodes), "success_retcodes", "Exit codes beside 0 that mean success.")
      .optional(static_cast<Value Script::*>(&Cmd::success_stdout), "success_stdout", "Texts in the output that mean success.")
      .optional(static_cast<Value Script::*>(&Cmd::success_stderr), "success_stderr", "Texts in the errors that mean success.")
      .optional(static_cast<Value Script::*>(&Cmd::saltenv), "saltenv", "Environment of a salt:// script.");
}

Schema<Chroot> chroot_schema() {
  return Schema<Chroot>()
      .required(static_cast<std::string Chroot::*>(&Cmd::root), "root", "The directory.")
      .required(static_cast<Value Chroot::*>(&Cmd::cmd), "cmd", "The command: text for the shell, or a list of words.")
      .optional(static_cast<std::string Chroot::*>(&Cmd::cwd), "cwd", "Directory to run in, inside.")
      .optional(static_cast<Value Chroot::*>(&Cmd::stdin_text), "stdin", "Text for its standard input.")
      .optional(static_cast<std::string Chroot::*>(&Cmd::runas), "runas", "User to run as, of those inside.")
      .optional(static_cast<std::string Chroot::*>(&Cmd::group), "group", "Group to run as, of those inside.")
      .optional(static_cast<std::string Chroot::*>(&Cmd::shell), "shell", "Shell of those inside. Unset: /bin/bash or /bin/sh.")
      .optional(&Chroot::binds, "binds", "Directories of this machine that are seen inside too.")
      .optional(static_cast<Value Chroot::*>(&Cmd::env), "env", "Environment variables: a map, or a list of maps.")
      .optional(static_cast<Value Chroot::*>(&Cmd::template_engine), "template", "Render the command with this engine first: jinja.")
      .optional(static_cast<bool Chroot::*>(&Cmd::rstrip), "rstrip", "Drop white space at the end of the output.")
      .optional(static_cast<Value Chroot::*>(&Cmd::umask), "umask", "File mode mask, octal.")
      .optional(static_cast<bool Chroot::*>(&Cmd::hide_output), "hide_output", "Leave the output out.")
      .optional(static_cast<std::optional<double> Chroot::*>(&Cmd::timeout), "timeout", "Seconds after which it is killed.")
      .optional(static_cast<bool Chroot::*>(&Cmd::ignore_retcode), "ignore_retcode", "A failing command counts as success.")
      .optional(static_cast<Value Chroot::*>(&Cmd::saltenv), "saltenv", "Environment of the template's includes.")
      .optional(static_cast<Value Chroot::*>(&Cmd::success_retcodes), "success_retcodes", "Exit codes beside 0 that mean success.")
      .optional(static_cast<Value Chroot::*>(&Cmd::success_stdout), "success_stdout", "Texts in the output that mean success.")
      .optional(static_cast<Value Chroot::*>(&Cmd::success_stderr), "success_stderr", "Texts in the errors that mean success.");
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
      function<Cmd>("cmd.run_bg", "Starts a command and does not wait for it; gives its pid: cmd.run_bg 'fstrim -a'.", schema(), run_in_background),
      function<Chroot>("cmd.run_chroot",
                       "Runs a command with another root directory, with /dev, /proc and /sys there while it runs; gives pid, retcode, "
                       "stdout and stderr: cmd.run_chroot /srv/root 'apt-get update'.",
                       chroot_schema(), run_chroot),
      function<Script>("cmd.script", "Fetches a script and runs it; gives pid, retcode, stdout and stderr.",
                       script_fields(Schema<Script>().required(&Script::source, "source", "Where it is: salt:// or a path.")), script),
      function<Script>("cmd.script_retcode", "Fetches a script and runs it; gives its exit code.",
                       script_fields(Schema<Script>().required(&Script::source, "source", "Where it is: salt:// or a path.")), script_retcode),
      function<Script>("cmd.exec_code", "Runs code with the program that understands it; gives its standard output.",
                       script_fields(Schema<Script>()
                                         .required(&Script::lang, "lang", "The program, such as python3.")
                                         .required(&Script::code, "code", "The code.")),
                       exec_code),
      function<Script>("cmd.exec_code_all", "Runs code with the program that understands it; gives pid, retcode, stdout and stderr.",
                       script_fields(Schema<Script>()
                                         .required(&Script::lang, "lang", "The program, such as python3.")
                                         .required(&Script::code, "code", "The code.")),
                       exec_code_all),
      function("cmd.shells", "The log-in shells of this host.", shells).light(),
      function<Terminal>("cmd.tty", "Writes a text to a terminal.",
                         Schema<Terminal>()
                             .required(&Terminal::device, "device", "Such as tty1 or pts3.")
                             .optional(&Terminal::echo, "echo", "The text."),
                         tty),
      function<Which>("cmd.which", "The path of a program on PATH, or none.", program, which).light(),
      function<Which>("cmd.has_exec", "Is there such a program on PATH?", program, has_exec).light(),
      function<Bins>("cmd.which_bin", "The first of these programs that is there.",
                     Schema<Bins>().required(&Bins::cmds, "cmds", "Names of programs."), which_bin).light(),
  };
}

}  // namespace halite::minion
