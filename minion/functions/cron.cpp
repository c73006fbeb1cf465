// cron.*: crontabs of users.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/providers/crontab.h"

namespace halite::minion {
namespace {

struct User {
  std::string user, identifier, cmd, path;
};

Map shown(const states::CronJob& job) {
  Map map;
  if (job.is_special()) {
    map.set("spec", job.times[0]);
  } else {
    const char* names[] = {"minute", "hour", "daymonth", "month", "dayweek"};
    for (std::size_t i = 0; i < 5; ++i) map.set(names[i], job.times[i]);
  }
  map.set("cmd", job.command);
  map.set("identifier", job.identifier);
  map.set("comment", job.comment);
  map.set("commented", job.is_commented);
  return map;
}

Value list_tab(const User& args, Call& call) {
  const states::Crontab tab = states::parse_crontab(states::read_crontab(args.user, call.tools.host));
  List jobs, specials, variables;
  for (const auto& job : tab.jobs) jobs.push_back(shown(job));
  for (const auto& job : tab.specials) specials.push_back(shown(job));
  for (const auto& [name, value] : tab.environment) variables.push_back(Map{{"name", name}, {"value", value}});
  return Map{{"pre", tab.above}, {"crons", jobs}, {"special", specials}, {"env", variables}};
}

Value raw_cron(const User& args, Call& call) { return states::read_crontab(args.user, call.tools.host); }

Value get_entry(const User& args, Call& call) {
  const states::Crontab tab = states::parse_crontab(states::read_crontab(args.user, call.tools.host));
  for (const auto* jobs : {&tab.jobs, &tab.specials})
    for (const auto& job : *jobs)
      if (args.identifier.empty() ? job.command == args.cmd : job.identifier == args.identifier) return shown(job);
  return false;
}

CommandResult load(const User& args, Call& call) {
  if (args.user.empty() || args.user[0] == '-' || !args.path.starts_with('/'))
    throw Error(ErrorKind::invalid, "a user and the full path of a file are needed, not '{}' and '{}'", escape_control(args.user), escape_control(args.path));
  return call.tools.host.execute({.argv = {"crontab", "-u", args.user, args.path}});
}

Value write_file(const User& args, Call& call) {
  call.retcode = load(args, call).exit_code;
  return call.retcode == 0;
}

Value write_file_verbose(const User& args, Call& call) {
  const CommandResult result = load(args, call);
  call.retcode = result.exit_code;
  return Map{{"pid", std::int64_t{result.pid}},
             {"retcode", result.exit_code},
             {"stdout", std::string(trim_right(result.output))},
             {"stderr", std::string(trim_right(result.error))}};
}

}  // namespace

std::vector<Function> cron_functions() {
  const auto user = Schema<User>().required(&User::user, "user", "Whose crontab.");
  const auto entry = Schema<User>(user)
                         .optional(&User::identifier, "identifier", "Name beside the job.")
                         .optional(&User::cmd, "cmd", "Its command.");
  const std::vector<std::pair<std::string, std::string>> names{{"cmd", "name"}};
  const std::vector<std::string> times{"user", "minute", "hour", "daymonth", "month", "dayweek", "cmd"};
  return {
      function<User>("cron.list_tab", "The jobs and variables that are managed in a crontab, and the lines above.", user,
                     list_tab),
      function<User>("cron.ls", "The jobs and variables that are managed in a crontab, and the lines above.", user,
                     list_tab),
      function<User>("cron.write_cron_file", "Makes the content of a file a user's whole crontab; false when crontab refuses it.",
                     Schema<User>(user).required(&User::path, "path", "Full path of the file."), write_file),
      function<User>("cron.write_cron_file_verbose", "As cron.write_cron_file; gives pid, retcode, stdout and stderr.",
                     Schema<User>(user).required(&User::path, "path", "Full path of the file."), write_file_verbose),
      function<User>("cron.raw_cron", "The text of a crontab.", user, raw_cron),
      function<User>("cron.get_entry", "One job, by its identifier or command; false when there is none.", entry, get_entry),
      state_backed({"cron.set_job", "Adds or changes a job: new, updated or present.", "cron.present", Gives::word, times,
                    names}),
      state_backed({"cron.set_special", "Adds or changes a job with @daily or the like: new, updated or present.",
                    "cron.present", Gives::word, {"user", "special", "cmd"}, names}),
      state_backed({"cron.rm_job", "Removes a job: removed or absent.", "cron.absent", Gives::word, {"user", "cmd"}, names}),
      state_backed({"cron.rm", "Removes a job: removed or absent.", "cron.absent", Gives::word, {"user", "cmd"}, names}),
      state_backed({"cron.rm_special", "Removes a job with @daily or the like: removed or absent.", "cron.absent",
                    Gives::word, {"user", "cmd", "special"}, names}),
      state_backed({"cron.set_env", "Sets a variable: new, updated or present.", "cron.env_present", Gives::word,
                    {"user", "name", "value"}}),
      state_backed({"cron.rm_env", "Removes a variable: removed or absent.", "cron.env_absent", Gives::word,
                    {"user", "name"}}),
  };
}

}  // namespace halite::minion
