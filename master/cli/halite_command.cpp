// halite: publish a job and show what comes back.
#include "common/base/strings.h"
#include "common/config/program.h"
#include "common/control/client.h"
#include "master/cli/commands.h"
#include "master/cli/job_request.h"
#include "master/cli/job_screen.h"
#include "master/cli/tool.h"

namespace halite::cli {
namespace {

constexpr std::chrono::milliseconds tick_time{150};
constexpr int interrupted_code = 130;  // 128 + SIGINT, as shells have it

int no_match(const Screen& screen) {
  screen.out("No minions matched the target. No command was sent, no jid was assigned.\n");
  screen.err("ERROR: No return received\n");
  return exit_code::client;
}

std::vector<std::string> matching(control::Client& client, const wire::TargetQuery& target) {
  const Value reply = client.call("target.match", wire::encode_message(target));
  return wire::decode_message<wire::MatchedMinions>(reply, "the master's reply").minions;
}

int run_job(const Screen& screen, control::Client& client, const wire::PublishJob& job, JobScreen& shown) {
  catch_interrupts();
  client.send("job.publish", wire::encode_message(job));
  for (;;) {
    const auto reply = client.next(tick_time);
    if (!reply) {
      shown.tick();
    } else if (const auto* event = std::get_if<control::Event>(&*reply)) {
      shown.on_event(wire::decode_message<wire::JobEvent>(event->value, "the master's event"));
      shown.tick();
    } else if (const auto* failure = std::get_if<control::Failure>(&*reply)) {
      if (failure->error.kind() == ErrorKind::not_found) return no_match(screen);
      throw failure->error;
    } else {
      const Value& result = std::get<control::Result>(*reply).value;
      return shown.finish(wire::decode_message<wire::JobSummary>(result, "the master's reply"));
    }
    if (was_interrupted()) {  // only now, as the first reply tells the job's id
      shown.interrupted();
      return interrupted_code;
    }
  }
}

int send_without_waiting(const Screen& screen, control::Client& client, const wire::PublishJob& job) {
  try {
    const Value reply = client.call("job.publish", wire::encode_message(job));
    screen.out("Executed command with job ID: " + wire::decode_message<wire::JobSummary>(reply, "the master's reply").jid + "\n");
    return exit_code::ok;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return no_match(screen);
    throw;
  }
}

JobScreenOptions screen_options(const MasterSettings& settings, const ParsedOptions& options) {
  JobScreenOptions shown;
  shown.verbose = options.has("verbose");
  shown.show_jid = settings.show_jid || options.has("show-jid");
  shown.show_timeout = (settings.show_timeout || options.has("show-timeout")) && !options.has("hide-timeout");
  shown.as_one = options.has("static") && !options.has("doc");
  shown.as_documentation = options.has("doc");
  shown.in_batches = options.has("batch");
  shown.progress = options.has("progress");
  shown.summary = settings.cli_summary || options.has("summary");
  return shown;
}

Map shown_settings(const MasterSettings& settings) {
  Map shown = master_settings_schema().encode(settings);
  for (const auto& field : master_settings_schema().fields())
    if (field.is_secret && shown.contains(field.name)) shown.set(field.name, "**********");
  return shown;
}

// state_output filter takes its lists from the function's own arguments too: exclude=True, terse=False,
void filter_from_arguments(const wire::PublishJob& job, OutputOptions& output) {
  if (job.arg.empty() || !job.arg.back().is_map() || !job.arg.back().find("__kwarg__")) return;
  const auto words = [&](const char* name, std::vector<std::string>& into) {
    const Value* given = job.arg.back().find(name);
    if (!given) return;
    if (const auto* text = given->if_string()) into = split(*text, ',');
    if (const auto* flag = given->if_bool()) into = {*flag ? "True" : "False"};
  };
  words("exclude", output.state_output_exclude);
  words("terse", output.state_output_terse);
}

}  // namespace

int halite_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  Printer printer(screen, settings, options);
  if (options.has("config-dump")) {
    printer.show(shown_settings(settings), "yaml");
    return exit_code::ok;
  }
  if (options.arguments().empty() && !options.has("doc")) {
    screen.err("\nCannot execute command without defining a target.\n\nSee 'halite --help'.\n");
    return exit_code::no_target;
  }
  const wire::TargetQuery target = target_from(options);
  if (options.has("preview-target")) {
    control::Client client(control_socket(settings));
    const auto minions = matching(client, target);
    if (minions.empty()) return no_match(screen);
    printer.show(Value(minions));
    return exit_code::ok;
  }
  wire::PublishJob job = job_from(options, settings, options.has("args-stdin") ? screen.read_all() : "");
  const auto subset = options.integer("subset");
  if (subset && *subset < 1) throw UsageError("option --subset: must be 1 or more");
  job.subset = subset.value_or(0);
  control::Client client(control_socket(settings));
  filter_from_arguments(job, printer.options());
  if (!job.wait) return send_without_waiting(screen, client, job);
  JobScreen shown(screen, printer, screen_options(settings, options));
  return run_job(screen, client, job, shown);
}

}  // namespace halite::cli
