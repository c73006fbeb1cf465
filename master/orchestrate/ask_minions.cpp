#include "master/orchestrate/ask_minions.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/wire/messages/event.h"

namespace halite::master {
namespace {

namespace outcome = wire::outcome;

List list_target(const Value& target) {
  if (const List* list = target.if_list()) return *list;
  List ids;
  for (const auto& id : split(target.as_string("tgt"), ','))
    if (const auto name = trim(id); !name.empty()) ids.emplace_back(std::string(name));
  return ids;
}

std::chrono::milliseconds seconds(const Value& value) {
  const double given = value.is_string() ? static_cast<double>(Convert<states::Number>::decode(value).value) : Convert<double>::decode(value);
  if (!(given > 0 && given < 1e9)) throw Error(ErrorKind::invalid, "timeout: must be a number of seconds above 0, not {}", short_text(value));
  return std::chrono::milliseconds(static_cast<std::int64_t>(given * 1000));
}

wire::PublishJob job_of(const MinionsWanted& wanted, const std::string& fun, List arguments, Map named, bool failhard) {
  if (wanted.ssh) throw Error(ErrorKind::invalid, "ssh: minions are reached by their own connection; there is no salt-ssh here");
  if (wanted.tgt.is_null()) throw Error(ErrorKind::invalid, "tgt is missing: which minions are meant?");
  wire::PublishJob job;
  job.fun = fun;
  job.arg = std::move(arguments);
  if (!named.empty()) {
    named.set("__kwarg__", true);
    job.arg.emplace_back(std::move(named));
  }
  job.tgt_type = wanted.tgt_type;
  job.tgt = wanted.tgt_type == "list" ? Value(list_target(wanted.tgt)) : wanted.tgt;
  if (!wanted.timeout.is_null()) job.timeout = seconds(wanted.timeout);
  if (!wanted.ret.is_null()) job.ret = join(Convert<states::TextList>::decode(wanted.ret).items, ",");
  if (!wanted.batch.is_null()) job.batch = states::python_text(wanted.batch);
  if (!wanted.subset.is_null()) job.subset = Convert<states::Number>::decode(wanted.subset).value;
  job.failhard = wanted.failhard.value_or(failhard);
  return job;
}

// Salt's event about what a step of an orchestration is going to do.
void announce(const SaltStatesParts& parts, const MinionsWanted& wanted, const wire::PublishJob& job) {
  if (parts.jid.empty()) return;
  const bool is_state = wanted.name != job.fun.as_string();
  Map data{{"type", is_state ? "state" : "function"}, {"tgt", job.tgt}, {"name", wanted.name}};
  data.set("args", Map{{"arg", job.arg}, {"tgt_type", job.tgt_type}, {"ret", job.ret}});
  const wire::Event event{fmt::format("salt/run/{}/args", parts.jid), std::move(data)};
  parts.line.call("event.send", wire::encode_message(event));
}

// Tells how far the job is as answers come.
class Teller {
 public:
  Teller(MasterLine& line, const std::string& name, const std::string& fun) : line_(line), name_(name), fun_(fun) {}

  void started(const wire::JobEvent& event) {
    total_ = event.minions.size();
    line_.say(fmt::format("{}: {} on {} minions, job {}", name_, fun_, total_, event.jid));
  }
  void ended(const std::string& id, const std::string& outcome) {
    ++ended_;
    line_.say(fmt::format("{}: {} {} ({}/{})", name_, id, outcome, ended_, total_));
  }

 private:
  MasterLine& line_;
  const std::string& name_;
  const std::string& fun_;
  std::size_t total_ = 0, ended_ = 0;
};

}  // namespace

Value MinionAnswer::value() const {
  if (result) return result->value;
  if (outcome == outcome::not_delivered) return "Minion did not return. [Not delivered]";
  if (outcome == outcome::not_connected) return "Minion did not return. [Not connected]";
  if (outcome == outcome::interrupted) return "Minion did not return. [Interrupted]";
  return "Minion did not return. [No response]";
}

Answers ask_minions(const SaltStatesParts& parts, const MinionsWanted& wanted, const std::string& fun, List arguments, Map named) {
  const wire::PublishJob job = job_of(wanted, fun, std::move(arguments), std::move(named), parts.failhard);
  announce(parts, wanted, job);
  Answers answers;
  Teller teller(parts.line, wanted.name, fun);
  const auto on_event = [&](const Value& value) {
    auto event = wire::decode_message<wire::JobEvent>(value, "the master's event");
    if (event.kind == "started") {
      answers.jid = event.jid;
      teller.started(event);
    } else if (event.kind == "return" && event.result) {
      const std::string id = event.result->id;
      teller.ended(id, event.result->outcome);
      answers.minions[id] = {std::move(event.result), {}};
    } else if (event.kind == "ended") {
      teller.ended(event.id, event.outcome);
      answers.minions[event.id] = {std::nullopt, event.outcome};
    }
  };
  try {
    const Value reply = parts.line.call("job.publish", wire::encode_message(job), on_event);
    const auto summary = wire::decode_message<wire::JobSummary>(reply, "the master's reply");
    answers.jid = summary.jid;
    for (const auto& id : summary.missing) answers.minions.emplace(id, MinionAnswer{std::nullopt, outcome::not_connected});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    parts.line.say(fmt::format("{}: {}", wanted.name, error.message()));  // nobody is meant: the state says so in Salt's words
  }
  return answers;
}

std::vector<std::string> failures_allowed(const Value& fail_minions, std::vector<std::string>& warnings) {
  if (fail_minions.is_null()) return {};
  std::vector<std::string> names;
  if (const auto* text = fail_minions.if_string()) {
    for (const auto& name : split(*text, ',')) names.emplace_back(trim(name));
    return names;
  }
  const List* list = fail_minions.if_list();
  const bool is_texts = list && std::all_of(list->begin(), list->end(), [](const Value& name) { return name.is_string(); });
  if (!is_texts) {
    warnings.push_back("'fail_minions' needs to be a list or a comma separated string. Ignored.");
    return {};
  }
  for (const auto& name : *list) names.push_back(name.as_string());
  return names;
}

bool all_succeeded(const Value& states) {
  const Map* map = states.if_map();
  if (!map || map->empty()) return false;
  return std::all_of(map->begin(), map->end(), [](const auto& entry) {
    if (!entry.value.is_map()) return true;
    const Value* result = entry.value.find("result");
    return result ? *result != Value(false) : all_succeeded(entry.value);
  });
}

}  // namespace halite::master
