#include "master/orchestrate/functions.h"

#include "common/base/error.h"
#include "common/wire/messages/event.h"
#include "master/orchestrate/ask_minions.h"

namespace halite::master {
namespace {

// The positional ones under their names; what is given by name wins nothing and may not be given twice.
Map bound(const std::string& function, const std::vector<std::string>& names, const std::vector<Value>& positional, const Map& named) {
  if (positional.size() > names.size())
    throw Error(ErrorKind::invalid, "{} takes {} arguments by position, not {}", function, names.size(), positional.size());
  Map arguments = named;
  for (std::size_t i = 0; i < positional.size(); ++i) {
    if (arguments.contains(names[i])) throw Error(ErrorKind::invalid, "{}: '{}' is given twice", function, names[i]);
    arguments.set(names[i], positional[i]);
  }
  return arguments;
}

Value taken(Map& arguments, const char* name, Value standard = {}) { return arguments.erase(name).value_or(std::move(standard)); }

List list_of(const Value& value) {
  if (value.is_null()) return {};
  return value.is_list() ? value.as_list() : List{value};
}

void add_all(Map& to, const Value& more) {
  if (more.is_null()) return;
  for (const auto& [key, value] : more.as_map("kwarg")) to.set(key, value);
}

}  // namespace

OrchestrationFunctions::OrchestrationFunctions(Host& host, MasterLine& line) : more_(host), line_(line) {
  functions_["saltutil.runner"] = [this](const auto& positional, const Map& named) { return run_on_master("runner.run", positional, named); };
  functions_["saltutil.wheel"] = [this](const auto& positional, const Map& named) { return run_on_master("wheel.run", positional, named); };
  functions_["saltutil.cmd"] = [this](const auto& positional, const Map& named) { return run_on_minions(positional, named); };
  functions_["mine.get"] = [this](const auto& positional, const Map& named) { return mine(positional, named); };
  functions_["event.send"] = [this](const auto& positional, const Map& named) { return send_event(positional, named); };
}

const render::Function* OrchestrationFunctions::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? more_.find(name) : &found->second;
}

std::vector<std::string> OrchestrationFunctions::names() const {
  auto names = more_.names();
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
}

std::string OrchestrationFunctions::why_missing(std::string_view) const {
  return "; an orchestration runs on the master, which has no functions of minions: ask one with saltutil.cmd or salt.function";
}

// saltutil.runner('manage.up', arg=[...], kwarg={...}, ...)
Value OrchestrationFunctions::run_on_master(const std::string& command, const std::vector<Value>& positional, const Map& named) const {
  Map arguments = bound("saltutil", {"name", "arg", "kwarg"}, positional, named);
  wire::RunFunction call;
  call.fun = taken(arguments, "name").as_string("the function's name");
  call.arg = list_of(taken(arguments, "arg"));
  add_all(arguments, taken(arguments, "kwarg"));
  for (const char* callers : {"full_return", "saltenv", "jid", "asynchronous"}) arguments.erase(callers);
  call.kwarg = std::move(arguments);
  const Value reply = line_.call(command, wire::encode_message(call));
  return runner_return(wire::decode_message<wire::RunnerResult>(reply, "the master's reply"));
}

// saltutil.cmd(tgt, fun, arg=[...], tgt_type='glob', kwarg={...}): minion -> {ret, retcode, jid}
Value OrchestrationFunctions::run_on_minions(const std::vector<Value>& positional, const Map& named) const {
  Map arguments = bound("saltutil.cmd", {"tgt", "fun", "arg", "timeout", "tgt_type", "ret", "kwarg"}, positional, named);
  MinionsWanted wanted;
  wanted.tgt = taken(arguments, "tgt");
  wanted.name = taken(arguments, "fun").as_string("fun");
  wanted.timeout = taken(arguments, "timeout");
  wanted.tgt_type = taken(arguments, "tgt_type", "glob").as_string("tgt_type");
  wanted.ret = taken(arguments, "ret");
  wanted.batch = taken(arguments, "batch");
  wanted.subset = taken(arguments, "subset");
  List list = list_of(taken(arguments, "arg"));
  add_all(arguments, taken(arguments, "kwarg"));
  const SaltStatesParts parts{.line = line_, .jid = {}};
  const Answers answers = ask_minions(parts, wanted, wanted.name, std::move(list), std::move(arguments));
  Map all;
  for (const auto& [id, answer] : answers.minions)
    all.set(id, Map{{"ret", answer.value()}, {"retcode", answer.result ? answer.result->retcode : 1}, {"jid", answers.jid}});
  return all;
}

Value OrchestrationFunctions::mine(const std::vector<Value>& positional, const Map& named) const {
  wire::RunFunction call;
  call.fun = "mine.get";
  call.kwarg = bound("mine.get", {"tgt", "fun", "tgt_type"}, positional, named);
  const Value reply = line_.call("runner.run", wire::encode_message(call));
  return wire::decode_message<wire::RunnerResult>(reply, "the master's reply").value;
}

Value OrchestrationFunctions::send_event(const std::vector<Value>& positional, const Map& named) const {
  Map arguments = bound("event.send", {"tag", "data"}, positional, named);
  wire::Event event;
  event.tag = taken(arguments, "tag").as_string("tag");
  const Value data = taken(arguments, "data", Map{});
  event.data = data.as_map("data");
  line_.call("event.send", wire::encode_message(event));
  return true;
}

}  // namespace halite::master
