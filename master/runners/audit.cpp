// audit.list: who did what, allowed or refused.
#include <fmt/chrono.h>

#include <algorithm>

#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct AuditSearch {
  std::string user;
  std::string act;
  bool refused = false;
  std::int64_t limit = 100;
  bool details = false;

  static const Schema<AuditSearch>& schema() {
    static const auto schema = Schema<AuditSearch>()
                                   .optional(&AuditSearch::user, "user", "Only of these users (a glob).")
                                   .optional(&AuditSearch::act, "act", "Only these acts (a glob): key.*, job.publish, runner.run.")
                                   .optional(&AuditSearch::refused, "refused", "Only what was refused.")
                                   .optional(&AuditSearch::limit, "limit", "The newest so many.")
                                   .optional(&AuditSearch::details, "details", "Each as a map, for programs, instead of a line.");
    return schema;
  }
};

std::string time_of(const AuditRecord& record) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(record.at_s)));
}

std::string line_of(const AuditRecord& record) {
  std::string line = fmt::format("{} {} {}{}", time_of(record), record.who.user, record.is_allowed ? "" : "REFUSED ", record.act);
  if (!record.what.empty()) line += " " + record.what;
  if (!record.on_whom.empty()) line += " on " + record.on_whom;
  if (!record.detail.empty()) line += ": " + record.detail;
  return line;
}

Map describe(const AuditRecord& record) {
  Map map{{"time", time_of(record)}, {"user", record.who.user}, {"act", record.act}};
  if (record.who.uid >= 0) map.set("uid", record.who.uid);
  if (!record.what.empty()) map.set("what", record.what);
  if (!record.on_whom.empty()) map.set("on", record.on_whom);
  map.set("allowed", record.is_allowed);
  if (!record.detail.empty()) map.set("detail", record.detail);
  return map;
}

Task<wire::RunnerResult> list(Store& store, AuditSearch search) {
  AuditFilter filter;
  filter.user = search.user;
  filter.act = search.act;
  filter.only_refused = search.refused;
  filter.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(search.limit, 1, 1'000'000));
  List records;
  for (const auto& record : co_await store.audit(std::move(filter)))
    records.push_back(search.details ? Value(describe(record)) : Value(line_of(record)));
  co_return plain_result(std::move(records));
}

}  // namespace

void add_audit_runners(RunnerTable& runners, Store& store) {
  runners.add(Runner<AuditSearch>{"audit.list", "Who did what and when, oldest first: keys, jobs, functions of the master, refusals.",
                                  [&store](AuditSearch search, RunnerCaller) { return list(store, std::move(search)); }});
}

}  // namespace halite::master
