// saltutil.*: running jobs, and what the minion keeps of its master.
#include <signal.h>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Jid {
  std::string jid;
};
struct Signal {
  std::string jid;
  std::int64_t sig = SIGTERM;
};
struct Pattern {
  std::string fun;
};
struct Refresh {
  Value wait, timeout, clean_cache, clean_pillar_cache;
};

Value find_job(const Jid& args, Call& call) { return call.tools.jobs.find(args.jid); }

Value running(const None&, Call& call) {
  List jobs;
  for (auto& job : call.tools.jobs.list()) {
    const Value* jid = job.find("jid");
    if (jid && *jid == Value(call.jid)) continue;  // this very call
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Value is_running(const Pattern& args, Call& call) {
  List jobs;
  for (auto& job : call.tools.jobs.list()) {
    const Value* fun = job.find("fun");
    if (fun && fun->if_string() && glob_match(args.fun, *fun->if_string())) jobs.push_back(std::move(job));
  }
  return jobs;
}

Value send_signal(const std::string& jid, int number, Call& call) {
  const Map job = call.tools.jobs.find(jid);
  if (job.empty()) return "";
  if (!call.tools.jobs.signal(jid, number)) return "";
  const Value* pid = job.find("pid");
  return fmt::format("Signal {} sent to job {} at pid {}", number, jid, pid && pid->if_int() ? *pid->if_int() : 0);
}

Value signal_job(const Signal& args, Call& call) { return send_signal(args.jid, static_cast<int>(args.sig), call); }
Value term_job(const Jid& args, Call& call) { return send_signal(args.jid, SIGTERM, call); }

// A job ends its own commands when it is told to (SIGTERM); the daemon kills what does not end.
Value kill_job(const Jid& args, Call& call) {
  const Value said = send_signal(args.jid, SIGTERM, call);
  if (said == Value("")) return said;
  const auto deadline = call.tools.host.steady_now() + std::chrono::seconds(3);
  while (!call.tools.jobs.find(args.jid).empty() && call.tools.host.steady_now() < deadline)
    call.tools.host.sleep(std::chrono::milliseconds(20));
  if (call.tools.jobs.find(args.jid).empty()) return replace_all(said.as_string(), "Signal 15", "Signal 9");
  return send_signal(args.jid, SIGKILL, call);
}

// Not this very call, which could not tell of it.
Value signal_all(Call& call, Value (*end)(const Jid&, Call&)) {
  List said;
  const Value jobs = running({}, call);
  for (const auto& job : jobs.as_list())
    if (const Value* jid = job.find("jid"); jid && jid->if_string()) said.push_back(end({jid->as_string()}, call));
  return said;
}
Value term_all_jobs(const None&, Call& call) { return signal_all(call, term_job); }
Value kill_all_jobs(const None&, Call& call) { return signal_all(call, kill_job); }

// What can be fetched or computed again. Not the marks of running jobs, and not the values of data.*.
Value clear_cache(const None&, Call& call) {
  Host& host = call.tools.host;
  const std::string& directory = call.tools.config.settings.cachedir;
  if (!host.status(directory)) return true;
  for (const auto& name : host.list_directory(directory)) {
    if (name == "proc" || name.starts_with("datastore")) continue;
    host.remove_tree(directory + "/" + name);
  }
  return true;
}

// The key in use is in memory, so this answer still reaches the master. The master's key stays: who could make a minion forget
// it could stand in for the master.
Value regen_keys(const None&, Call& call) {
  for (const char* name : {"/minion.pem", "/minion.pub"})
    if (const std::string path = call.tools.config.settings.pki_dir + name; call.tools.host.status(path)) call.tools.host.remove_file(path);
  return "The keys are removed. The minion makes new ones when it starts again; the master must delete the old key and accept the new one.";
}

struct Revoke {
  bool preserve_minion_cache = false;
};

Value revoke_auth(const Revoke&, Call& call) {
  if (!call.tools.master) throw Error(ErrorKind::unavailable, "this is a local call, without a master");
  return call.tools.master->request("revoke_auth", {{"id", call.tools.grains.settings().id}});
}

struct Hours {
  std::int64_t hours = 24;
};

Value clear_job_cache(const Hours&, Call&) { return true; }
Value find_cached_job(const Jid&, Call&) { return "Local jobs cache directory not found; you may need to enable cache_jobs on this minion"; }
Value list_extmods(const None&, Call&) { return Map{}; }

Value refresh_pillar(const Refresh&, Call& call) {
  call.tools.pillar.refresh();
  return true;
}

Value refresh_grains(const Refresh&, Call& call) {
  call.tools.grains.refresh();
  return true;
}

// Modules are part of the program: there is nothing to fetch, and nothing was.
Value sync_nothing(const Arguments&, Call&) { return List{}; }

Value sync_all(const Arguments&, Call& call) {
  call.tools.grains.refresh();
  call.tools.pillar.refresh();
  Map result;
  for (const char* kind : {"beacons", "clouds", "engines", "executors", "grains", "log_handlers", "matchers", "modules",
                           "output", "proxymodules", "renderers", "returners", "sdb", "serializers", "states", "thorium",
                           "utils", "wrapper"})
    result.set(kind, List{});
  return result;
}

Value refresh_modules(const Arguments&, Call&) { return true; }

}  // namespace

std::vector<Function> saltutil_functions() {
  const auto jid = Schema<Jid>().required(&Jid::jid, "jid", "Job id.");
  const auto refresh = Schema<Refresh>()
                           .optional(&Refresh::wait, "wait", "Kept for Salt's callers; it always waits.")
                           .optional(&Refresh::timeout, "timeout", "Kept for Salt's callers.")
                           .optional(&Refresh::clean_cache, "clean_cache", "Kept for Salt's callers.")
                           .optional(&Refresh::clean_pillar_cache, "clean_pillar_cache", "Kept for Salt's callers.");
  std::vector<Function> all{
      function<Jid>("saltutil.find_job", "The running job with this id, or an empty map.", jid, find_job).light(),
      function("saltutil.running", "Every running job of this machine.", running).light(),
      function<Pattern>("saltutil.is_running", "The running jobs of a function; globs are allowed.",
                        Schema<Pattern>().required(&Pattern::fun, "fun", "Function, or a glob."), is_running).light(),
      function<Signal>("saltutil.signal_job", "Sends a signal to a running job.",
                       Schema<Signal>().required(&Signal::jid, "jid", "Job id.").required(&Signal::sig, "sig", "Signal number."),
                       signal_job).light(),
      function<Jid>("saltutil.term_job", "Asks a running job to end (SIGTERM).", jid, term_job).light(),
      function<Jid>("saltutil.kill_job", "Ends a running job and its commands; by force after three seconds.", jid, kill_job).light(),
      function<Refresh>("saltutil.refresh_pillar", "Makes the pillar in use anew.", refresh, refresh_pillar).light(),
      function<Refresh>("saltutil.pillar_refresh", "Makes the pillar in use anew.", refresh, refresh_pillar).light(),
      function<Refresh>("saltutil.refresh_grains", "Reads the grains anew.", refresh, refresh_grains).light(),
      free_function("saltutil.refresh_modules", "Nothing to reload: every function is part of the program.", refresh_modules).light(),
      free_function("saltutil.sync_all", "Makes grains and pillar anew. No modules are fetched: all are part of the program.", sync_all).light(),
  };
  const std::vector<Function> more{
      function("saltutil.term_all_jobs", "Asks every running job but this one to end (SIGTERM).", term_all_jobs).light(),
      function("saltutil.kill_all_jobs", "Ends every running job but this one; by force after three seconds each.", kill_all_jobs),
      function("saltutil.clear_cache", "Empties the cache: files, pillar's repositories, remembered grains. Running jobs and data.* keep theirs.",
               clear_cache),
      function<Hours>("saltutil.clear_job_cache", "Nothing to clear: this minion keeps no copies of jobs. See --return for a file of results.",
                      Schema<Hours>().optional(&Hours::hours, "hours", "Kept for Salt's callers."), clear_job_cache).light(),
      function<Jid>("saltutil.find_cached_job", "No job is found: this minion keeps no copies of jobs. See --return for a file of results.",
                    jid, find_cached_job).light(),
      function("saltutil.list_extmods", "An empty map: modules are part of the program.", list_extmods).light(),
      function("saltutil.regen_keys", "Removes this minion's keys, so that it makes new ones when it starts again. The master's key stays.",
               regen_keys),
      function<Revoke>("saltutil.revoke_auth", "Asks the master to forget this minion's key (allow_minion_key_revoke).",
                       Schema<Revoke>().optional(&Revoke::preserve_minion_cache, "preserve_minion_cache", "Kept for Salt's callers; what is known of the minion goes."),
                       revoke_auth),
      free_function("saltutil.refresh_matchers", "Nothing to reload: every matcher is part of the program.", refresh_modules).light(),
  };
  all.insert(all.end(), more.begin(), more.end());
  for (const char* kind : {"beacons", "clouds", "engines", "executors", "grains", "log_handlers", "matchers", "modules",
                           "output", "outputters", "pillar", "proxymodules", "renderers", "returners", "sdb", "serializers", "states",
                           "thorium", "utils", "wrapper"})
    all.push_back(free_function(std::string("saltutil.sync_") + kind,
                                "Gives an empty list: modules are part of the program and none is fetched.", sync_nothing).light());
  return all;
}

}  // namespace halite::minion
