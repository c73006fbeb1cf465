// What users may do who are neither root nor the master's own: the options publisher_acl, publisher_acl_blacklist and
// external_auth's pam, as Salt reads them, where that is sound. A pattern means the whole name; a denial wins; what no rule
// allows is refused; who is meant goes by minion ids alone, which minions can't choose.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"
#include "common/target/target.h"

namespace halite::master {

// One call of a function: "cmd.run" with its arguments; keyword arguments as a last map with __kwarg__.
struct RightsCall {
  std::string function;
  List arguments;
};

// A function that is allowed, perhaps only with certain arguments.
struct FunctionRule {
  std::string pattern;  // see is_named
  // By position: a regular expression over all of the argument's text; nothing: any. Further arguments are refused.
  std::optional<std::vector<std::optional<std::string>>> args;
  std::optional<std::map<std::string, std::optional<std::string>>> kwargs;  // others are refused

  bool allows(const RightsCall& call) const;
};

enum class GrantKind { minions, runner, wheel };

struct Grant {
  GrantKind kind = GrantKind::minions;
  std::optional<target::Matcher> target;  // nothing: every minion
  std::vector<FunctionRule> functions;    // none: every function

  bool allows(const RightsCall& call) const;
  bool names(std::string_view function) const;  // with some arguments
  bool means(std::string_view id) const;
};
using Grants = std::vector<Grant>;

struct User {
  std::string name;
  std::set<std::string> groups;
};
// With the groups that the system's databases know; reads them, so call it where that may take long.
User user_of(const std::string& name, gid_t gid);

struct RightsOptions {
  Map publisher_acl;
  Map publisher_acl_blacklist;
  Map external_auth;
  Map nodegroups;  // for targets in rules
};

class Rights {
 public:
  Rights() = default;  // nobody but root and the master's own user may do anything
  // Throws Error(invalid) that names the option and the user for what is no rule.
  explicit Rights(const RightsOptions& options);

  bool is_empty() const { return rules_.empty(); }
  Grants grants(const User& user) const;

  // By publisher_acl_blacklist, which is for root too, as in Salt. Throws Error(denied). `function` is a text or a list.
  void check_denials(std::string_view user, const Value& function) const;

 private:
  void add(const Map& users, const std::string& option, const Map& nodegroups);

  struct Rule {
    std::string user;  // a pattern, or a group's name
    bool is_group = false;
    Grants grants;
  };
  std::vector<Rule> rules_;
  std::vector<std::string> denied_users_;
  std::vector<std::string> denied_functions_;
};

// Salt tries a pattern as a glob, then as a regular expression, so that "test.*" also means "testing.all". Here a pattern
// is read in one way: as a regular expression over all of the name if it is ".*" or holds one of ^ $ ( ) { } | + \, else as
// a glob.
bool is_named(std::string_view pattern, std::string_view name);

}  // namespace halite::master
