// Targets that need nothing but the minion's id.
#include <unordered_set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex.h"
#include "common/target/condition.h"

namespace halite::target {
namespace {

Verdict verdict(bool matches) { return matches ? Verdict::yes : Verdict::no; }

class Glob : public Condition {
 public:
  explicit Glob(std::string_view pattern) : pattern_(pattern) {}
  Verdict judge(const Subject& subject) const override { return verdict(glob_match(pattern_, subject.id)); }

 private:
  std::string pattern_;
};

class Ids : public Condition {
 public:
  explicit Ids(std::unordered_set<std::string> ids) : ids_(std::move(ids)) {}
  Verdict judge(const Subject& subject) const override { return verdict(ids_.contains(std::string(subject.id))); }

 private:
  std::unordered_set<std::string> ids_;
};

class Pcre : public Condition {
 public:
  explicit Pcre(std::string_view pattern) : regex_(Regex::compile(pattern)) {}
  Verdict judge(const Subject& subject) const override { return verdict(regex_.match(subject.id).has_value()); }

 private:
  Regex regex_;
};

}  // namespace

ConditionPtr glob_condition(std::string_view pattern) { return std::make_shared<Glob>(pattern); }

ConditionPtr list_condition(const Value& ids) {
  std::unordered_set<std::string> set;
  if (const auto* text = ids.if_string()) {
    for (std::string& id : split(*text, ',')) set.insert(std::move(id));
  } else {
    for (const Value& id : ids.as_list("a list target")) set.insert(id.as_string("an id in a list target"));
  }
  set.erase("");
  return std::make_shared<Ids>(std::move(set));
}

ConditionPtr range_condition(std::string_view expression, const RangeLookup& ranges) {
  if (!ranges)
    throw Error(ErrorKind::invalid, "the range target '{}' is for commands on a master with a range_server; here use a list or a nodegroup",
                expression);
  const auto hosts = ranges(std::string(expression));
  return std::make_shared<Ids>(std::unordered_set<std::string>(hosts.begin(), hosts.end()));
}

ConditionPtr pcre_condition(std::string_view pattern) { return std::make_shared<Pcre>(pattern); }

}  // namespace halite::target
