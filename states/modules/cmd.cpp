// Commands: cmd.run, cmd.wait and cmd.script. Actions, as nobody can compare what a command does.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/private_file.h"
#include "states/providers/shell.h"
#include "states/providers/sources.h"
#include "states/providers/stateful.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Cmd {
  std::string name;
  std::string cwd, root, runas, group, shell, prepend_path, stdin_text;
  Value env;
  Value stateful = false;
  std::optional<double> timeout;
  bool ignore_timeout = false, hide_output = false, use_vt = false, bg = false, clean_env = false, rstrip = true, reset_system_locale = true;
  std::string output_loglevel = "debug";
  Value success_retcodes;
  TextList success_stdout, success_stderr;
  // cmd.script
  std::string source, template_engine;
  Map context, defaults;
  Text args;
  bool is_script = false;
};

Schema<Cmd> run_schema() {
  return Schema<Cmd>()
      .key(&Cmd::name, "name", "The command, for the shell; lines and pipes are allowed.")
      .parameter(&Cmd::cwd, "cwd", "Working directory; it must exist. Unset: the home of the user it runs as.")
      .parameter(&Cmd::root, "root", "Directory to change the root to first (chroot).")
      .parameter(&Cmd::runas, "runas", "User to run as, with that user's login environment.")
      .parameter(&Cmd::group, "group", "Group to run as, instead of the user's own.")
      .parameter(&Cmd::shell, "shell", "Shell to use. Unset: the grain `shell`, or /bin/sh.")
      .parameter(&Cmd::env, "env", "Environment: a map or a list of maps of names to texts; false removes a name.")
      .parameter(&Cmd::prepend_path, "prepend_path", "Directories to put in front of PATH.")
      .parameter(&Cmd::stdin_text, "stdin", "Text for the command's standard input.")
      .parameter(&Cmd::stateful, "stateful", "The command reports on its standard output whether it changed something.")
      .parameter(&Cmd::timeout, "timeout", "Seconds after which the command and all its children are killed.")
      .parameter(&Cmd::ignore_timeout, "ignore_timeout", "Running out of time is no failure.")
      .parameter(&Cmd::hide_output, "hide_output", "Leave the output out of the result.")
      .parameter(&Cmd::output_loglevel, "output_loglevel",
                 "Level at which the output is logged; kept for Salt's trees.")
      .parameter(&Cmd::use_vt, "use_vt", "Kept for Salt's trees; output is collected either way.")
      .parameter(&Cmd::bg, "bg", "Start it in the background and neither wait nor report.")
      .parameter(&Cmd::reset_system_locale, "reset_system_locale",
                 "Speak English and sort by bytes (LC_* and LANGUAGE are C), unless `env` says otherwise.")
      .parameter(&Cmd::clean_env, "clean_env", "With runas: without the user's login environment.")
      .parameter(&Cmd::rstrip, "rstrip", "Drop white space at the end of the output.")
      .parameter(&Cmd::template_engine, "template", "Render the command, or the script, with this engine first: jinja.")
      .parameter(&Cmd::success_retcodes, "success_retcodes", "Exit codes beside 0 that mean success.")
      .parameter(&Cmd::success_stdout, "success_stdout", "Texts that, found in the standard output, mean success.")
      .parameter(&Cmd::success_stderr, "success_stderr", "Texts that, found in the standard error, mean success.");
}

Schema<Cmd> script_schema() {
  return run_schema()
      .parameter(&Cmd::source, "source", "Where the script is (salt:// or a local path). Unset: `name` is it.")
      .parameter(&Cmd::args, "args", "Arguments of the script, as the shell reads them.")
      .parameter(&Cmd::context, "context", "Names for the template.")
      .parameter(&Cmd::defaults, "defaults", "Names for the template that `context` may replace.");
}

const std::vector<std::pair<std::string, std::string>> swallowed{
    {"user", "use 'runas' to run as another user"},
    {"python_shell", "a command always runs in the shell"},
    {"ignore_retcode", "use 'success_retcodes'"},
    {"password", "it means something on Windows alone"},
    {"log_callback", "output is not logged"},
    {"output_encoding", "output is UTF-8 or bytes"},
};

bool is_stateful(const Cmd& args) {
  return args.stateful == Value(true) || args.stateful.is_list();
}

// `stateful: [{test_name: COMMAND}]`: the command that a dry run asks.
std::optional<std::string> test_name(const Cmd& args) {
  const List* list = args.stateful.if_list();
  if (!list || list->empty()) return std::nullopt;
  const Value* name = list->front().find("test_name");
  return name ? std::optional(python_text(*name)) : std::nullopt;
}

ShellOptions options_of(const Cmd& args) {
  ShellOptions options;
  options.shell = args.shell;
  options.directory = args.cwd;
  options.run_as = args.runas;
  options.run_as_group = args.group;
  options.environment = args.env;
  options.prepend_path = args.prepend_path;
  options.root = args.root;
  options.input = args.stdin_text;
  options.clean_environment = args.clean_env;
  options.background = args.bg;
  options.keeps_locale = !args.reset_system_locale;
  if (args.timeout) options.timeout = Convert<std::chrono::milliseconds>::decode(Value(*args.timeout));
  return options;
}

bool holds(const Value& codes, int exit_code) {
  if (codes.is_null()) return false;
  for (const auto& item : Convert<TextList>::decode(codes).items)
    for (const auto& code : split(item, ',')) {
      const auto number = parse_int(trim(code));
      if (!number) throw Error(ErrorKind::invalid, "success_retcodes must be a list of integers");
      if (*number == exit_code) return true;
    }
  return false;
}

bool is_success(const Cmd& args, const CommandResult& result) {
  const auto among = [](const TextList& texts, const std::string& output) {
    for (const auto& item : texts.items)
      for (const auto& text : split(item, ','))
        if (output.find(trim(text)) != std::string::npos) return true;
    return false;
  };
  // A part of the output is enough.
  return result.exit_code == 0 || holds(args.success_retcodes, result.exit_code) ||
         among(args.success_stdout, result.output) || among(args.success_stderr, result.error);
}

Map changes_of_run(const Cmd& args, const CommandResult& result, bool succeeded) {
  const auto shown = [&](const std::string& text) -> Value {
    if (args.hide_output) return "";
    return args.rstrip ? std::string(trim_right(text)) : text;
  };
  return {{"pid", static_cast<std::int64_t>(result.pid)},
          {"retcode", succeeded ? 0 : result.exit_code},
          {"stdout", shown(result.output)},
          {"stderr", shown(result.error)}};
}

Outcome reinterpret(Outcome outcome) {
  const Map ran = std::move(outcome.changes);
  outcome.changes = {};
  outcome.comment.clear();
  const std::string output = ran.at("stdout").as_string();
  if (output.empty()) {
    outcome.comment = ran.at("stderr").as_string();
  } else {
    try {
      StatefulReport report = read_stateful(output);
      if (report.comment) outcome.comment = *report.comment;
      if (report.changed) {
        outcome.changes = std::move(report.data);
        for (const auto& [key, value] : ran)
          if (!outcome.changes.find(key)) outcome.changes.set(key, value);
        outcome.changes.set("stdout", report.output);
      }
    } catch (const Error& error) {
      return failed(error.message(), ran);
    }
  }
  if (outcome.result == Result::changed && outcome.changes.empty()) outcome.result = Result::unchanged;
  return outcome;
}

// Salt quotes the name of a script in another way than a command.
std::string quoted_name(const Cmd& args) {
  return args.is_script ? "'" + args.name + "'" : "\"" + args.name + "\"";
}

Outcome run_text(const Cmd& args, const std::string& text, World& world) {
  if (!args.cwd.empty() && !has_directory(world, args.cwd))
    return failed(fmt::format("Desired working directory \"{}\" is not available", args.cwd));
  if (!args.env.is_null() && !args.env.is_map() && !args.env.is_list())
    return failed("Invalidly-formatted 'env' parameter. See documentation.");
  CommandResult result = world.host.execute(shell_command(text, options_of(args), world));
  if (result.timed_out) {
    result.output = fmt::format("{} : Timed out after {} seconds", text, *args.timeout);
    result.error.clear();
    result.exit_code = 1;
  }
  const bool succeeded = is_success(args, result) || (result.timed_out && args.ignore_timeout);
  Outcome outcome{.result = succeeded ? Result::changed : Result::failed,
                  .comment = fmt::format("Command {} run", quoted_name(args)),
                  .changes = changes_of_run(args, result, succeeded)};
  if (result.cancelled) return failed(fmt::format("Command {} was cancelled", quoted_name(args)), outcome.changes);
  return is_stateful(args) ? reinterpret(std::move(outcome)) : outcome;
}

Outcome run(const Cmd& args, World& world) {
  if (args.template_engine.empty()) return run_text(args, args.name, world);
  const std::string text =
      render_text({.engine = args.template_engine, .text = args.name, .source_name = "the command"}, world);
  return run_text(args, text, world);
}

Outcome plan(const Cmd& args, World& world) {
  if (const auto name = test_name(args)) {
    Outcome outcome = run_text(args, *name, world);
    if (outcome.result == Result::changed) outcome.result = Result::would_change;
    return outcome;
  }
  return {.result = Result::would_change, .comment = fmt::format("Command {} would have been executed", quoted_name(args))};
}

Outcome wait(const Cmd&, World&) {
  return unchanged("");
}

Outcome refresh(const Cmd& args, World& world) {
  return world.dry_run ? plan(args, world) : run(args, world);
}

// The script goes into a file of its own, which only the user it runs as may read.
Outcome run_script(const Cmd& given, World& world) {
  Cmd args = given;
  args.is_script = true;
  const auto words = split_words(args.name);
  if (words.empty()) throw Error(ErrorKind::invalid, "the script has no name");
  const std::string source = args.source.empty() ? words[0] : args.source;
  std::string content;
  try {
    content = read_source({.sources = {source}}, world).content;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return failed(fmt::format("Unable to cache script {} from saltenv '{}'", source, world.environment));
  }
  if (!args.template_engine.empty())
    content = render_text({.engine = args.template_engine,
                           .text = content,
                           .source_name = source,
                           .context = args.context,
                           .defaults = args.defaults},
                          world);
  const PrivateFile file("script", content, 0700, args.runas, world);
  std::string text = file.path();
  if (!args.args.text.empty())
    text += " " + args.args.text;
  else if (words.size() > 1)
    text += std::string(args.name.substr(args.name.find(words[0]) + words[0].size()));
  return run_text(args, text, world);
}

Outcome plan_script(const Cmd& given, World& world) {
  Cmd args = given;
  args.is_script = true;
  return plan(args, world);
}

Outcome refresh_script(const Cmd& args, World& world) {
  return world.dry_run ? plan_script(args, world) : run_script(args, world);
}

Action<Cmd> command(Schema<Cmd> schema, std::function<Outcome(const Cmd&, World&)> plan_it,
                    std::function<Outcome(const Cmd&, World&)> run_it,
                    std::function<Outcome(const Cmd&, World&)> refresh_it) {
  return {.name = "cmd",
          .schema = std::move(schema),
          .plan = std::move(plan_it),
          .run = std::move(run_it),
          .refresh = std::move(refresh_it),
          .ignored = swallowed};
}

}  // namespace

Module cmd() {
  const Map example{{"name", "newaliases"}, {"cwd", "/etc"}};
  const Map script_example{{"name", "salt://scripts/setup.sh"}, {"args", "--all"}};
  return {"cmd",
          "Commands run by the shell.",
          {command(run_schema(), plan, run, refresh)
               .function("run", "Runs a command; use unless, onlyif, creates or onchanges to say when.", example),
           command(run_schema(), wait, wait, refresh)
               .function("wait", "Runs a command only when something it watches changed.", example),
           command(run_schema(), wait, wait, refresh).function("watch", "Another name of cmd.wait.", example),
           command(script_schema(), plan_script, run_script, refresh_script)
               .function("script", "Fetches a script and runs it.", script_example),
           command(script_schema(), wait, wait, refresh_script)
               .function("wait_script", "Fetches a script and runs it only when something it watches changed.",
                         script_example)}};
}

}  // namespace halite::states
