// publish.*: orders that this minion gives to others by way of the master, where the master's options peer and peer_run allow it.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/arguments.h"
#include "minion/functions/function_list.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Publish {
  Value tgt;
  std::string fun;
  Value arg;
  std::string tgt_type = "glob";
  std::string returner;
  double timeout = 5;
};
struct Runner {
  std::string fun;
  Value arg;
  double timeout = 5;  // the master's own limit counts
};

constexpr std::chrono::milliseconds look_interval{100};

MasterLink& master(Call& call) {
  if (!call.tools.master) throw Error(ErrorKind::unavailable, "orders go by way of the master, and this is a local call");
  return *call.tools.master;
}

Map own(Call& call) { return {{"id", call.tools.grains.settings().id}}; }

// "a=1" in a text is for the master to read, as with Salt's minions.
List list_of(const Value& arg) {
  if (arg.is_null() || arg == Value("")) return {};
  return arg.is_list() ? arg.as_list() : List{arg};
}

// minion -> {ret: value}, of those that answer in time.
Map returns_of(const Publish& args, Call& call) {
  if (args.fun.starts_with("publish.")) throw Error(ErrorKind::invalid, "'{}' would have others give orders; the master takes none of those", args.fun);
  Map load = own(call);
  load.set("fun", args.fun);
  load.set("arg", list_of(args.arg));
  load.set("tgt", args.tgt);
  load.set("tgt_type", args.tgt_type);
  load.set("ret", args.returner);
  load.set("tmo", args.timeout);
  load.set("form", "full");
  const Value job = master(call).request("minion_pub", load);
  const Value* jid = job.find("jid");
  const Value* minions = job.find("minions");
  if (!jid || !minions)
    throw Error(ErrorKind::denied, "the master refuses to run {} on '{}': its option peer does not allow it, or no minion is meant", args.fun,
                short_text(args.tgt));
  Map question = own(call);
  question.set("jid", *jid);
  const auto end = call.tools.host.steady_now() + std::chrono::milliseconds(static_cast<std::int64_t>(args.timeout * 1000));
  for (;;) {
    const Value reply = master(call).request("pub_ret", question);
    const Map returns = reply.is_map() ? reply.as_map() : Map{};
    if (returns.size() >= minions->as_list("the master's reply").size() || call.tools.host.steady_now() >= end) return returns;
    call.tools.host.sleep(look_interval);
  }
}

Value publish(const Publish& args, Call& call) {
  Map values;
  for (const auto& [id, entry] : returns_of(args, call))
    if (const Value* value = entry.find("ret")) values.set(id, *value);
  return values;
}

Value full_data(const Publish& args, Call& call) { return returns_of(args, call); }

Value runner(const Runner& args, Call& call) {
  Map load = own(call);
  load.set("fun", args.fun);
  load.set("arg", list_of(args.arg));
  load.set("tmo", args.timeout);
  return master(call).request("minion_runner", load);
}

Schema<Publish> publish_schema() {
  return Schema<Publish>()
      .required(&Publish::tgt, "tgt", "Which minions.")
      .required(&Publish::fun, "fun", "The function.")
      .optional(&Publish::arg, "arg", "Its argument, or a list of them; NAME=VALUE gives one by name.")
      .optional(&Publish::tgt_type, "tgt_type", "How tgt is meant.")
      .optional(&Publish::returner, "returner", "Returners.")
      .optional(&Publish::timeout, "timeout", "Seconds to wait for the answers.");
}

}  // namespace

std::vector<Function> publish_functions() {
  return {
      function<Publish>("publish.publish", "Runs a function on other minions and gives their answers, where the master's option peer allows it.",
                        publish_schema(), publish),
      function<Publish>("publish.full_data", "The same, each answer as a map with `ret`.", publish_schema(), full_data),
      function<Runner>("publish.runner", "Runs a function of the master, where its option peer_run allows it.",
                       Schema<Runner>()
                           .required(&Runner::fun, "fun", "The function.")
                           .optional(&Runner::arg, "arg", "Its argument, or a list of them.")
                           .optional(&Runner::timeout, "timeout", "Taken for Salt's callers; the master waits 50 seconds."),
                       runner),
  };
}

}  // namespace halite::minion
