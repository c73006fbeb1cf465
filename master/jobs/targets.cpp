#include "master/jobs/targets.h"

#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/target/target.h"

namespace halite::master {

using target::Kind;
using target::Matcher;

namespace {

// A nodegroup that there is not is a mistake in the target; "not found" would look like a target that means nobody.
Matcher compiled(Kind kind, const wire::TargetQuery& query, const Map& nodegroups, const target::RangeLookup& ranges) {
  try {
    return Matcher::compile(kind, query.tgt, query.delimiter, nodegroups, ranges);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw Error(ErrorKind::invalid, "{}", error.message());
  }
}

}  // namespace

Task<Resolved> Targets::resolve(wire::TargetQuery query) {
  const Kind kind = target::kind_from(query.tgt_type);
  if (kind == Kind::list) {
    auto listed = resolve_list(listed_ids(query.tgt));
    co_return Resolved{std::move(listed), std::move(query)};
  }
  // The server is asked between two readings: the first one finds out for what.
  std::vector<std::string> asked;
  const auto note = [&asked](const std::string& expression) {
    asked.push_back(expression);
    return std::vector<std::string>();
  };
  auto matcher = compiled(kind, query, nodegroups_, note);
  Ranges ranges;
  if (!asked.empty()) ranges = co_await ranges_.ask(asked);
  const auto look_up = [&ranges](const std::string& expression) { return ranges.at(expression); };
  const auto plain = target::plain_target(kind, query.tgt, nodegroups_, look_up);
  query.tgt_type = target::to_string(plain.kind);
  query.tgt = plain.expression;
  if (plain.kind == Kind::list) {
    auto listed = resolve_list(listed_ids(query.tgt));
    co_return Resolved{std::move(listed), std::move(query)};
  }
  if (!asked.empty()) matcher = Matcher::compile(plain.kind, plain.expression, query.delimiter);
  auto matched = co_await match_all(std::move(matcher));
  co_return Resolved{std::move(matched), std::move(query)};
}

wire::MatchedMinions Targets::resolve_list(const std::vector<std::string>& names) const {
  wire::MatchedMinions matched;
  for (const auto& name : names) (keyring_.is_accepted(name) ? matched.minions : matched.missing).push_back(name);
  return matched;
}

Task<wire::MatchedMinions> Targets::match_all(Matcher matcher) {
  wire::MatchedMinions matched;
  std::set<std::string> undecided;  // by the id alone
  for (auto& id : keyring_.accepted_ids()) {
    const auto verdict = matcher.judge({.id = id});
    if (verdict == target::Verdict::yes) matched.minions.push_back(id);
    if (verdict == target::Verdict::unknown) undecided.insert(std::move(id));
  }
  if (undecided.empty()) co_return matched;
  auto is_meant = [matcher, undecided](const FactsRecord& facts) {
    return undecided.count(facts.id) != 0 &&
           matcher.matches({.id = facts.id, .grains = &facts.grains, .pillar = &facts.pillar});
  };
  const auto found = co_await store_.select_minions(std::move(is_meant));
  matched.minions.insert(matched.minions.end(), found.begin(), found.end());
  std::sort(matched.minions.begin(), matched.minions.end());
  co_return matched;
}

std::vector<std::string> listed_ids(const Value& target) {
  std::vector<std::string> ids;
  if (const auto* text = target.if_string()) {
    ids = split_words(replace_all(*text, ",", " "));
  } else {
    for (const auto& item : target.as_list("a list target")) ids.push_back(item.as_string("an id of a list target"));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace halite::master
