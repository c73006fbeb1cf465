// Private to common/target: the parts that a compiled target is made of.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"
#include "common/target/target.h"

namespace halite::target {

class Condition {
 public:
  virtual ~Condition() = default;
  virtual Verdict judge(const Subject& subject) const = 0;
};
using ConditionPtr = std::shared_ptr<const Condition>;

// Of the id alone (id_condition.cpp).
ConditionPtr glob_condition(std::string_view pattern);
ConditionPtr list_condition(const Value& ids);
ConditionPtr pcre_condition(std::string_view pattern);
// Of grains and pillar (fact_condition.cpp). Throws when the expression holds no delimiter.
enum class FactMatch { glob, pcre, exact };
enum class Facts { grains, pillar };
ConditionPtr fact_condition(Facts facts, FactMatch match, std::string_view expression, std::string_view delimiter);
// Of the addresses in the grains (subnet_condition.cpp).
ConditionPtr subnet_condition(std::string_view target);
// Words joined by operators (compound.cpp).
ConditionPtr compound_condition(const Value& expression, const Nodegroups& nodegroups, const RangeLookup& ranges);
ConditionPtr nodegroup_condition(std::string_view name, const Nodegroups& nodegroups, const RangeLookup& ranges);
// Of the hosts that the range server gives. Throws Error(invalid) where there is none to ask.
ConditionPtr range_condition(std::string_view expression, const RangeLookup& ranges);

}  // namespace halite::target
