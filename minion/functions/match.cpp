// match.*: does a target mean this minion?
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/target/target.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Target {
  Value tgt;
  std::string minion_id;
  std::string delimiter = ":";
};
struct Lookup {
  Map lookup;
  Value standard = "default";
  std::string minion_id;
};

// Grains and pillar are fetched only for targets that may ask for them.
bool needs_facts(target::Kind kind) {
  return kind != target::Kind::glob && kind != target::Kind::list && kind != target::Kind::pcre;
}

bool matches(target::Kind kind, const Target& args, Call& call) {
  const auto matcher = target::Matcher::compile(kind, args.tgt, args.delimiter, call.tools.config.settings.nodegroups);
  const std::string id = args.minion_id.empty() ? call.tools.grains.settings().id : args.minion_id;
  target::Subject subject{.id = id};
  const bool is_own = args.minion_id.empty() || id == call.tools.grains.settings().id;
  if (needs_facts(kind) && matcher.judge(subject) == target::Verdict::unknown && is_own) {
    subject.grains = &call.tools.grains.all();
    const auto verdict = matcher.judge(subject);
    if (verdict != target::Verdict::unknown) return verdict == target::Verdict::yes;
    const Map pillar = call.tools.pillar.current();
    subject.pillar = &pillar;
    return matcher.matches(subject);
  }
  return matcher.matches(subject);
}

// As Salt's: a target that is wrong matches nobody, and the log says why.
template <target::Kind kind>
Value match(const Target& args, Call& call) {
  try {
    return matches(kind, args, call);
  } catch (const Error& error) {
    log::error("{}", error.what());
    return false;
  }
}

Value filter_by(const Lookup& args, Call& call) {
  for (const auto& [expression, value] : args.lookup) {
    Target target{.tgt = expression, .minion_id = args.minion_id};
    if (match<target::Kind::compound>(target, call) == Value(true)) return value;
  }
  const Value* standard = args.standard.is_null() ? nullptr : args.lookup.find(args.standard);
  return standard ? *standard : Value();
}

}  // namespace

std::vector<Function> match_functions() {
  const auto by_id = Schema<Target>()
                         .required(&Target::tgt, "tgt", "The target.")
                         .optional(&Target::minion_id, "minion_id", "Another minion's id; its grains and pillar are not known.");
  const auto by_fact = Schema<Target>()
                           .required(&Target::tgt, "tgt", "The target.")
                           .optional(&Target::delimiter, "delimiter", "Between the levels of a key.")
                           .optional(&Target::minion_id, "minion_id", "Another minion's id.");
  using target::Kind;
  return {
      function<Target>("match.glob", "Does this glob match the minion's id?", by_id, match<Kind::glob>).light(),
      function<Target>("match.pcre", "Does this regular expression match the minion's id?", by_id, match<Kind::pcre>).light(),
      function<Target>("match.list", "Is the minion's id in this list?", by_id, match<Kind::list>).light(),
      function<Target>("match.grain", "Does this grain target match?", by_fact, match<Kind::grain>).light(),
      function<Target>("match.grain_pcre", "Does this grain target with a regular expression match?", by_fact, match<Kind::grain_pcre>).light(),
      function<Target>("match.pillar", "Does this pillar target match?", by_fact, match<Kind::pillar>).light(),
      function<Target>("match.pillar_pcre", "Does this pillar target with a regular expression match?", by_fact, match<Kind::pillar_pcre>).light(),
      function<Target>("match.ipcidr", "Has the minion this address, or one in this subnet?", by_fact, match<Kind::ipcidr>).light(),
      function<Target>("match.compound", "Does this compound target match?", by_id, match<Kind::compound>).light(),
      function<Lookup>("match.filter_by", "The value of the first compound target that matches.",
                       Schema<Lookup>()
                           .required(&Lookup::lookup, "lookup", "Targets and values.")
                           .optional(&Lookup::standard, "default", "The key that stands for no match.")
                           .optional(&Lookup::minion_id, "minion_id", "Another minion's id."),
                       filter_by).light(),
  };
}

}  // namespace halite::minion
