// What a minion's return means.
#include "master/jobs/job_board.h"

#include <algorithm>

namespace halite::master {
namespace {

bool is_success(const Value& success) {
  if (const auto* flag = success.if_bool()) return *flag;
  const auto* several = success.if_map();
  return several && std::all_of(several->begin(), several->end(), [](const auto& entry) { return is_success(entry.value); });
}

template <class T>
T field(const Map& map, std::string_view name, T standard) {
  const Value* value = map.find(name);
  try {
    return value ? Convert<T>::decode(*value) : standard;
  } catch (const Error&) {
    return standard;  // the minion wrote it; the rest of its return is still worth showing
  }
}

}  // namespace

std::string outcome_of(const wire::ReturnLoad& load) {
  if (!load.outcome.empty()) return load.outcome;
  return is_success(load.success) && retcode_of(load.retcode) == 0 ? wire::outcome::ok : wire::outcome::failed;
}

std::int64_t retcode_of(const Value& retcode) {
  if (const auto* code = retcode.if_int()) return *code;
  std::int64_t largest = 0;
  if (const auto* several = retcode.if_map())
    for (const auto& [fun, code] : *several) largest = std::max(largest, retcode_of(code));
  if (const auto* several = retcode.if_list())
    for (const auto& code : *several) largest = std::max(largest, retcode_of(code));
  return largest;
}

std::string progress_text(const Map& data) {
  const auto total = field<std::int64_t>(data, "len", 0);
  if (total <= 0) return "";
  if (const std::string running = field<std::string>(data, "running", ""); !running.empty())
    return fmt::format("{}/{} {}", field<std::int64_t>(data, "done", 0), total, running);
  const Value* ended = data.find("ret");  // a stock minion's, of a state that has ended
  if (!ended || !ended->is_map()) return "";
  return fmt::format("{}/{} {}", field<std::int64_t>(*ended->if_map(), "__run_num__", 0) + 1, total,
                     field<std::string>(*ended->if_map(), "name", ""));
}

Map return_map(const std::string& id, const std::string& jid, const wire::ReturnLoad& load) {
  Map map = wire::encode_message(load);
  map.set("jid", jid);
  map.set("id", id);
  map.set("cmd", "_return");
  for (const char* unset : {"out", "outcome", "metadata", "schedule"}) {
    const Value* value = map.find(unset);
    if (value && (value->is_null() || *value == Value(""))) map.erase(unset);
  }
  return map;
}

wire::JobReturn job_return(const ReturnRecord& record) {
  wire::JobReturn result;
  result.id = record.id;
  result.jid = record.jid;
  result.outcome = record.outcome;
  result.pillar_commit = record.pillar_commit;
  result.state_commit = record.state_commit;
  if (!record.load) return result;
  const Map& load = *record.load;
  if (const Value* fun = load.find("fun")) result.fun = *fun;
  if (const Value* value = load.find("return")) result.value = *value;
  if (const Value* retcode = load.find("retcode")) result.retcode = retcode_of(*retcode);
  result.fun_args = field<List>(load, "fun_args", {});
  result.out = field<std::string>(load, "out", "");
  result.success = record.outcome == wire::outcome::ok;
  return result;
}

}  // namespace halite::master
