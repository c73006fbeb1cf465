#include "common/target/target.h"

#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/target/condition.h"

namespace halite::target {
namespace {

constexpr std::array<std::string_view, 12> names{"glob",        "list",         "pcre",   "grain",    "grain_pcre", "pillar",
                                                 "pillar_pcre", "pillar_exact", "ipcidr", "compound", "nodegroup",  "range"};

ConditionPtr condition_of(Kind kind, const Value& expression, std::string_view delimiter, const Nodegroups& nodegroups,
                          const RangeLookup& ranges) {
  const auto text = [&]() -> std::string_view {
    return expression.as_string(fmt::format("a {} target", to_string(kind)));
  };
  switch (kind) {
    case Kind::glob: return glob_condition(text());
    case Kind::list: return list_condition(expression);
    case Kind::pcre: return pcre_condition(text());
    case Kind::grain: return fact_condition(Facts::grains, FactMatch::glob, text(), delimiter);
    case Kind::grain_pcre: return fact_condition(Facts::grains, FactMatch::pcre, text(), delimiter);
    case Kind::pillar: return fact_condition(Facts::pillar, FactMatch::glob, text(), delimiter);
    case Kind::pillar_pcre: return fact_condition(Facts::pillar, FactMatch::pcre, text(), delimiter);
    case Kind::pillar_exact: return fact_condition(Facts::pillar, FactMatch::exact, text(), delimiter);
    case Kind::ipcidr: return subnet_condition(text());
    case Kind::compound: return compound_condition(expression, nodegroups, ranges);
    case Kind::nodegroup: return nodegroup_condition(text(), nodegroups, ranges);
    case Kind::range: return range_condition(text(), ranges);
  }
  throw Error(ErrorKind::internal, "a kind of target without a condition");
}

}  // namespace

std::string_view to_string(Kind kind) { return names.at(static_cast<std::size_t>(kind)); }

Kind kind_from(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Kind>(i);
  throw Error(ErrorKind::invalid, "there is no kind of target '{}'{}", name,
              did_you_mean(name, {names.begin(), names.end()}));
}

Matcher Matcher::compile(Kind kind, const Value& expression, std::string_view delimiter,
                         const Nodegroups& nodegroups, const RangeLookup& ranges) {
  return Matcher(condition_of(kind, expression, delimiter, nodegroups, ranges));
}

Verdict Matcher::judge(const Subject& subject) const { return condition_->judge(subject); }

}  // namespace halite::target
