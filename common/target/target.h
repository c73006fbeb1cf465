// Who is meant: a target expression, compiled once and asked about many minions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"

namespace halite::target {

// The kinds of target that a publication's `tgt_type` and a top file's `match` name.
enum class Kind {
  glob,          // of the minion's id
  list,          // of ids: a list, or text with commas
  pcre,          // of the id, anchored at its start only
  grain,         // "key:sub:VALUE", a glob
  grain_pcre,    // the same with a regular expression
  pillar,
  pillar_pcre,
  pillar_exact,  // no glob
  ipcidr,        // an address or a subnet, of the grains ipv4 and ipv6
  compound,      // words with and, or, not, ( ), and a letter for the kind: "G@os:Debian and not E@db\d+"
  nodegroup,     // a name from the configuration
  range,         // an expression that a range server knows: "%web and not %old"
};

std::string_view to_string(Kind kind);
// Throws Error(invalid) with the nearest name.
Kind kind_from(std::string_view name);

// What is known of a minion. Null facts are unknown, which is not the same as empty.
struct Subject {
  std::string_view id;
  const Map* grains = nullptr;
  const Map* pillar = nullptr;
};

enum class Verdict { no, yes, unknown };

// The configuration's groups: name -> compound expression, as text or as a list of words.
using Nodegroups = Map;

// The hosts of a range expression: the range server's answer, from whoever can ask it.
using RangeLookup = std::function<std::vector<std::string>(const std::string& expression)>;

class Condition;

class Matcher {
 public:
  // Throws Error(invalid) naming the place of what is wrong, and Error(not_found) for an unknown nodegroup. Nothing is
  // looked up later, so a change of `nodegroups` needs a new matcher.
  // `delimiter` parts the keys of grain and pillar targets; in a compound target it stands between letter and @.
  // Without `ranges` a range target is an error.
  static Matcher compile(Kind kind, const Value& expression, std::string_view delimiter = ":",
                         const Nodegroups& nodegroups = {}, const RangeLookup& ranges = {});

  // True only when it is certain.
  bool matches(const Subject& subject) const { return judge(subject) == Verdict::yes; }
  // `unknown` where facts are missing that decide.
  Verdict judge(const Subject& subject) const;

 private:
  explicit Matcher(std::shared_ptr<const Condition> condition) : condition_(std::move(condition)) {}
  std::shared_ptr<const Condition> condition_;
};

// A target as minions can judge it, who know neither the master's nodegroups nor its range server: a nodegroup becomes the
// words of its expression, a range the list of its hosts. For targets that compile() takes.
struct PlainTarget {
  Kind kind = Kind::glob;
  Value expression;
};
PlainTarget plain_target(Kind kind, const Value& expression, const Nodegroups& nodegroups, const RangeLookup& ranges);

}  // namespace halite::target
