// match.*: does a target mean this minion?
#include <algorithm>

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

struct Search {
  Map lookup;
  std::string tgt_type = "compound";
  std::string minion_id;
};

// The keys of which a target matches; each has a target or a list of them.
Value search_by(const Search& args, Call& call) {
  const target::Kind kind = target::kind_from(args.tgt_type);
  List found;
  for (const auto& [key, targets] : args.lookup) {
    const List all = targets.is_list() ? targets.as_list() : List{targets};
    const bool is_meant = std::any_of(all.begin(), all.end(), [&](const Value& one) {
      return matches(kind, {.tgt = one, .minion_id = args.minion_id}, call);
    });
    if (is_meant) found.push_back(key);
  }
  return found.empty() ? Value() : Value(found);
}

// Pairs of target and value, and last what stands for no match.
Value ifelse(const Arguments& given, Call& call) {
  Target target;
  target::Kind kind = target::Kind::compound;
  for (const auto& [key, value] : given.named) {
    if (key == Value("tgt_type")) kind = target::kind_from(value.as_string("tgt_type"));
    else if (key == Value("minion_id")) target.minion_id = value.as_string("minion_id");
    else if (!key.as_string().starts_with("__")) throw Error(ErrorKind::invalid, "match.ifelse knows tgt_type and minion_id, not '{}'", key.as_string());
  }
  const List& words = given.positional;
  if (words.size() % 2 == 0) throw Error(ErrorKind::invalid, "match.ifelse needs an odd number of arguments: pairs of target and value, and what else");
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    target.tgt = words[i];
    if (words[i].is_bool() ? words[i].as_bool() : matches(kind, target, call)) return words[i + 1];
  }
  return words.back();
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
      function<Search>("match.search_by", "The keys whose targets match: match.search_by '{web: [\"web*\"], db: [\"G@role:db\"]}'.",
                       Schema<Search>()
                           .required(&Search::lookup, "lookup", "Keys, each with a list of targets.")
                           .optional(&Search::tgt_type, "tgt_type", "Kind of the targets.")
                           .optional(&Search::minion_id, "minion_id", "Another minion's id."),
                       search_by).light(),
      free_function("match.ifelse", "The value beside the first target that matches, or the last: match.ifelse 'web*' 80 'db*' 5432 22.", ifelse).light(),
      function<Lookup>("match.filter_by", "The value of the first compound target that matches.",
                       Schema<Lookup>()
                           .required(&Lookup::lookup, "lookup", "Targets and values.")
                           .optional(&Lookup::standard, "default", "The key that stands for no match.")
                           .optional(&Lookup::minion_id, "minion_id", "Another minion's id."),
                       filter_by).light(),
  };
}

}  // namespace halite::minion
