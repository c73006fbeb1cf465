#include "master/commands/peer.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/output/arguments.h"
#include "common/wire/messages/peer.h"
#include "master/commands/minion_target.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

// One minion can't fill the table of running jobs.
constexpr std::ptrdiff_t jobs_of_one_minion = 16;
// Salt's minions wait a minute for a reply.
constexpr std::chrono::seconds longest_wait{50};

std::string name_of(const wire::Principal& who) { return "minion " + who.id; }
Actor actor_of(const wire::Principal& who) { return {name_of(who), -1}; }

// Texts are read as the command line reads its words.
List arguments_of(const Value& given) {
  if (given.is_null()) return {};
  std::vector<std::string> words;
  List arguments;
  const List list = given.is_list() ? given.as_list() : List{given};
  for (const auto& argument : list) {
    if (const auto* text = argument.if_string()) words.push_back(*text);
    else arguments.push_back(argument);
  }
  // Mixed ones stay in their order: only texts alone may be keyword arguments.
  return arguments.empty() ? parse_arguments(words) : list;
}

// No job that makes others give orders, which would never end; one function at a time.
void check_function(const std::string& fun) {
  if (fun.starts_with("publish.") || fun.find(',') != std::string::npos)
    throw Error(ErrorKind::denied, "a minion may not have others run '{}'", escape_control(fun));
}

Task<Value> publish(PeerParts parts, Grants grants, wire::Principal who, wire::PeerJob asked) {
  check_function(asked.fun);
  const auto running = parts.jobs.running();
  const auto is_own = [&](const auto& job) { return job->load.at("user") == Value(name_of(who)); };
  if (std::count_if(running.begin(), running.end(), is_own) >= jobs_of_one_minion)
    throw Error(ErrorKind::denied, "'{}' has {} jobs running already", name_of(who), jobs_of_one_minion);
  const wire::TargetQuery query = query_of_minion(asked.tgt, asked.tgt_type);
  wire::PublishJob job;
  job.fun = asked.fun;
  job.arg = arguments_of(asked.arg);
  job.tgt = query.tgt;
  job.tgt_type = query.tgt_type;
  job.ret = asked.ret;
  job.wait = false;
  job = co_await permitted(name_of(who), std::move(grants), parts.targets, std::move(job));
  const auto started = co_await parts.jobs.start(std::move(job), actor_of(who));
  log::info("{} runs {} on {} minions: job {}", name_of(who), escape_control(asked.fun), started->minions.size(), started->jid);
  co_return Value(Map{{"jid", started->jid}, {"minions", started->minions}});
}

Task<Value> returns(Store& store, wire::Principal who, wire::PeerReturns asked) {
  const auto job = co_await store.job(asked.jid);
  if (!job || job->user != name_of(who)) throw Error(ErrorKind::denied, "'{}' has no job {}", who.id, escape_control(asked.jid));
  Map returns;
  for (const auto& record : co_await store.returns(job->jid)) {
    if (!record.load) continue;
    const wire::JobReturn result = job_return(record);
    Map entry{{"ret", result.value}};
    if (!result.out.empty()) entry.set("out", result.out);
    returns.set(record.id, std::move(entry));
  }
  co_return Value(returns);
}

Task<Value> run(PeerParts parts, Grants grants, wire::Principal who, wire::PeerRunner asked) {
  wire::RunFunction call;
  call.fun = asked.fun;
  call.arg = arguments_of(asked.arg);
  check_runner(name_of(who), grants, call);
  log::info("{} runs {} on the master", name_of(who), escape_control(call.fun));
  wire::Caller caller;
  caller.uid = static_cast<uid_t>(-1);
  caller.gid = static_cast<gid_t>(-1);
  caller.user = name_of(who);
  const auto job = co_await parts.desk.start(parts.runners, "runner", std::move(call), std::move(caller));
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  while (!job->is_finished() && std::chrono::steady_clock::now() < deadline) {
    job->said.clear();
    co_await job->changed.wait(std::chrono::seconds(1));
  }
  job->is_watched = false;
  if (job->error) throw *job->error;
  if (!job->result) co_return Value(fmt::format("{} goes on as job {}", asked.fun, job->jid));
  co_return job->result->value;
}

// A refusal is on record; the minion hears of none.
template <class Request>
Task<Value> judged(PeerParts parts, std::string act, wire::Principal who, Request asked, std::function<Task<Value>(wire::Principal, Request)> handle) {
  std::optional<Error> refusal;
  Map told{{"fun", asked.fun}};
  if constexpr (requires { asked.tgt; }) told.set("tgt", asked.tgt);
  try {
    co_return co_await handle(who, std::move(asked));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
    refusal = error;
  }
  co_await parts.audit.note_refusal(actor_of(who), std::move(act), told, refusal->what());
  throw *refusal;
}

// The rules of peer_run are functions of the master.
Map as_runner_rules(const Map& peer_run) {
  Map rules;
  for (const auto& [minions, functions] : peer_run) rules.set(minions, List{Map{{"@runner", functions}}});
  return rules;
}

Rights rights_of(const Map& rules, const char* option, const Map& nodegroups) {
  return during([&] { return Rights({.publisher_acl = rules, .publisher_acl_blacklist = {}, .external_auth = {}, .nodegroups = nodegroups}); },
                "reading the option {}, as rules of", option);
}

}  // namespace

void add_peer_commands(MinionCommands& commands, const MasterSettings& settings, PeerParts parts) {
  if (!settings.peer.empty()) {
    const Rights rights = rights_of(settings.peer, "peer", settings.nodegroups);
    std::function<Task<Value>(wire::Principal, wire::PeerJob)> handle = [parts, rights](wire::Principal who, wire::PeerJob asked) {
      Grants grants = rights.grants({who.id, {}});
      return publish(parts, std::move(grants), std::move(who), std::move(asked));
    };
    commands.add(MinionCommand<wire::PeerJob, Value>{
        .name = "minion_pub",
        .doc = "Run a function on other minions, where the option peer allows it.",
        .access = Access::proven,
        .handle = [parts, handle](wire::Principal who, wire::PeerJob asked) {
          return judged<wire::PeerJob>(parts, "minion_pub", std::move(who), std::move(asked), handle);
        },
    });
    commands.add(MinionCommand<wire::PeerReturns, Value>{
        .name = "pub_ret",
        .doc = "What came of a job that the minion asked for.",
        .access = Access::proven,
        .handle = [parts](wire::Principal who, wire::PeerReturns asked) { return returns(parts.store, std::move(who), std::move(asked)); },
    });
  }
  if (settings.peer_run.empty()) return;
  const Rights rights = rights_of(as_runner_rules(settings.peer_run), "peer_run", settings.nodegroups);
  std::function<Task<Value>(wire::Principal, wire::PeerRunner)> handle = [parts, rights](wire::Principal who, wire::PeerRunner asked) {
    Grants grants = rights.grants({who.id, {}});
    return run(parts, std::move(grants), std::move(who), std::move(asked));
  };
  commands.add(MinionCommand<wire::PeerRunner, Value>{
      .name = "minion_runner",
      .doc = "Run a function of the master, where the option peer_run allows it.",
      .access = Access::proven,
      .handle = [parts, handle](wire::Principal who, wire::PeerRunner asked) {
        return judged<wire::PeerRunner>(parts, "minion_runner", std::move(who), std::move(asked), handle);
      },
  });
}

}  // namespace halite::master
