#include "minion/execute.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "minion/functions/function_list.h"
#include "minion/running_jobs.h"

namespace halite::minion {
namespace {

constexpr std::size_t function_limit = 256;

struct Returned {
  Value value;
  int retcode = 0;
  std::string out;
};

// Salt's rule: the function's own code; else 1 for a map that says result or success false.
int retcode_of(const Call& call, const Value& value) {
  if (call.retcode != 0) return call.retcode;
  for (const char* key : {"result", "success"})
    if (const Value* said = value.find(key); said && *said == Value(false)) return 1;
  return 0;
}

Returned run_one(const Job& job, const std::string& name, const List& arg, const Tools& tools,
                 const std::function<bool()>& is_cancelled) {
  const Function* function = tools.functions.find(name);
  if (!function) return {tools.functions.unknown(name), 1, "nested"};
  Call call{.tools = tools, .name = name, .jid = job.jid, .is_cancelled = is_cancelled};
  try {
    Value value = function->run(split_arguments(arg), call);
    const int retcode = retcode_of(call, value);
    return {std::move(value), retcode, call.out};
  } catch (const Error& error) {
    // A wrong call is told as it is; a failure says whose it was.
    if (error.message().rfind("Passed invalid arguments", 0) == 0)
      return {"ERROR executing '" + name + "': " + error.what(), call.retcode ? call.retcode : 1, "nested"};
    return {"ERROR: " + std::string(error.what()), call.retcode ? call.retcode : 1, "nested"};
  } catch (const std::exception& error) {
    return {std::string("The minion function caused an exception: ") + error.what(), 1, "nested"};
  }
}

// fun_args as Salt has them: without the marker.
List shown_arguments(const List& arg) {
  List shown = arg;
  for (auto& item : shown)
    if (item.if_map() && item.if_map()->contains("__kwarg__")) item.edit_map().erase("__kwarg__");
  return shown;
}

const List& list_field(const Map& load, const char* name) {
  static const List none;
  const Value* value = load.find(name);
  return value && !value->is_null() ? value->as_list(fmt::format("the job's '{}'", name)) : none;
}

std::string text_field(const Map& load, const char* name, const char* standard) {
  const Value* value = load.find(name);
  return value && !value->is_null() ? value->as_string(fmt::format("the job's '{}'", name)) : standard;
}

void check_functions(const Job& job) {
  if (!job.is_multiple()) {
    if (job.fun.as_string("the job's 'fun'").empty()) throw Error(ErrorKind::invalid, "the job names no function");
    return;
  }
  const List& names = job.fun.as_list();
  if (names.empty() || names.size() > function_limit)
    throw Error(ErrorKind::invalid, "the job names {} functions; 1 to {} are allowed", names.size(), function_limit);
  for (const auto& name : names) name.as_string("a function of the job");
  if (job.arg.size() > names.size()) throw Error(ErrorKind::invalid, "the job has more arguments than functions");
  for (const auto& arg : job.arg) arg.as_list("the arguments of one of the job's functions");
}

Map run_functions(const Job& job, const Tools& tools, const std::function<bool()>& is_cancelled) {
  Map load{{"id", tools.grains.settings().id}, {"jid", job.jid}, {"fun", job.fun}};
  if (!job.metadata.is_null()) load.set("metadata", job.metadata);
  if (!job.is_multiple()) {
    Returned returned = run_one(job, job.fun.as_string(), job.arg, tools, is_cancelled);
    load.set("fun_args", shown_arguments(job.arg));
    load.set("return", std::move(returned.value));
    load.set("retcode", returned.retcode);
    load.set("success", returned.retcode == 0);
    if (!returned.out.empty()) load.set("out", returned.out);
    return load;
  }
  Map values, codes, successes;
  List all_arguments;
  const List& names = job.fun.as_list();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const List arg = i < job.arg.size() ? job.arg[i].as_list() : List{};
    Returned returned = run_one(job, names[i].as_string(), arg, tools, is_cancelled);
    all_arguments.push_back(shown_arguments(arg));
    codes.set(names[i], returned.retcode);
    successes.set(names[i], returned.retcode == 0);
    values.set(names[i], std::move(returned.value));
  }
  load.set("fun_args", all_arguments);
  load.set("return", values);
  load.set("retcode", codes);
  load.set("success", successes);
  return load;
}

// A run that nobody published gets its job id from the master.
Map as_returned(const Job& job, Map load) {
  if (job.schedule.empty()) return load;
  load.set("schedule", job.schedule);
  load.set("jid", job.return_job == Value("nocache") ? "nocache" : "req");
  return load;
}

}  // namespace

Map Job::shown() const {
  Map map{{"jid", jid}, {"fun", fun}, {"arg", arg}, {"tgt", tgt}, {"tgt_type", tgt_type}, {"ret", ret}, {"user", user}};
  if (!schedule.empty()) {
    map.set("schedule", schedule);
    map.set("return_job", return_job);
  }
  return map;
}

Job decode_job(const Map& load) {
  Job job;
  job.jid = text_field(load, "jid", "");
  if (!is_valid_jid(job.jid)) throw Error(ErrorKind::invalid, "'{}' is no job id", escape_control(job.jid.substr(0, 80)));
  const Value* fun = load.find("fun");
  if (!fun) throw Error(ErrorKind::invalid, "the job names no function");
  job.fun = *fun;
  job.arg = list_field(load, "arg");
  const Value* tgt = load.find("tgt");
  if (!tgt || !(tgt->is_string() || tgt->is_list())) throw Error(ErrorKind::invalid, "the job's 'tgt' must be text or a list");
  job.tgt = *tgt;
  job.tgt_type = text_field(load, "tgt_type", "glob");
  job.ret = text_field(load, "ret", "");
  job.user = text_field(load, "user", "");
  if (const Value* metadata = load.find("metadata")) job.metadata = *metadata;
  job.schedule = text_field(load, "schedule", "");
  if (const Value* returned = load.find("return_job")) job.return_job = *returned;
  check_functions(job);
  return job;
}

Map encode_job(const Job& job) {
  Map map = job.shown();
  if (!job.metadata.is_null()) map.set("metadata", job.metadata);
  return map;
}

Arguments split_arguments(const List& arg) {
  Arguments arguments;
  for (const auto& item : arg) {
    const Map* map = item.if_map();
    const Value* marker = map ? map->find("__kwarg__") : nullptr;
    if (!marker || *marker != Value(true)) {
      arguments.positional.push_back(item);
      continue;
    }
    for (const auto& [key, value] : *map)
      if (key != Value("__kwarg__")) arguments.named.set(key, value);
  }
  return arguments;
}

bool is_light(const Job& job, const Tools& tools) {
  const List names = job.is_multiple() ? job.fun.as_list() : List{job.fun};
  return std::all_of(names.begin(), names.end(), [&](const Value& name) { return tools.functions.is_light(name.as_string()); });
}

Map refusal(const Job& job, const std::string& id, const std::string& why) {
  return as_returned(job, {{"id", id},      {"jid", job.jid}, {"fun", job.fun},   {"fun_args", job.arg},
                           {"return", why}, {"retcode", 1},   {"success", false}, {"out", "nested"}});
}

Map run_job(const Job& job, const Tools& tools, const std::function<bool()>& is_cancelled) {
  return as_returned(job, run_functions(job, tools, is_cancelled));
}

}  // namespace halite::minion
