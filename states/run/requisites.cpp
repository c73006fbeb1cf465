#include "states/run/requisites.h"

namespace halite::states {
namespace {

// What was seen among the states of one kind of requisite.
struct Seen {
  bool met = false, failed = false, changed = false;
  bool onchanges_no = false, onchanges_yes = false;
  bool onfail_no = false;
  bool prereq_no = false, prereq_yes = false;

  void add(const Seen& other) {
    met |= other.met;
    failed |= other.failed;
    changed |= other.changed;
    onchanges_no |= other.onchanges_no;
    onchanges_yes |= other.onchanges_yes;
    onfail_no |= other.onfail_no;
    prereq_no |= other.prereq_no;
    prereq_yes |= other.prereq_yes;
  }
};

void look(const std::string& kind, const Report& report, Seen& seen) {
  const bool is_failed = report.result == Result::failed;
  if (kind.starts_with("onfail")) {
    (is_failed ? seen.met : seen.onfail_no) = true;
    return;
  }
  if (is_failed) {
    seen.failed = true;
  } else if (kind.starts_with("onchanges")) {
    (report.has_changes ? seen.onchanges_yes : seen.onchanges_no) = true;
  } else if (kind.starts_with("watch") && report.has_changes) {
    seen.changed = true;
  } else if (kind == "prereq") {
    (report.result == Result::would_change ? seen.prereq_yes : seen.prereq_no) = true;
  } else if (report.ran) {
    seen.met = true;
  }
}

// One good state is enough for the `_any` forms; onfail is met by any failed one, onfail_all by all.
void settle(const std::string& kind, Seen& seen) {
  if (kind.ends_with("_any") || kind == "onfail") {
    if (seen.met || seen.changed || seen.onchanges_yes) seen.failed = false;
    if (seen.onchanges_yes) seen.onchanges_no = false;
    if (seen.met) seen.onfail_no = false;
  }
  if (kind.ends_with("_all") && seen.onfail_no) seen.met = false;
}

}  // namespace

Verdict judge(const Chunk& chunk, const std::function<const Report*(std::size_t)>& report,
              const std::function<const Report*(std::size_t)>& preview) {
  std::vector<std::pair<std::string, Seen>> kinds;
  for (const Requisite& requisite : chunk.requisites) {
    auto kind = kinds.begin();
    while (kind != kinds.end() && kind->first != requisite.kind) ++kind;
    if (kind == kinds.end()) kind = kinds.insert(kinds.end(), {requisite.kind, Seen{}});
    for (const std::size_t i : requisite.chunks)
      if (const Report* found = requisite.kind == "prereq" ? preview(i) : report(i))
        look(requisite.kind, *found, kind->second);
  }
  Seen all;
  for (auto& [kind, seen] : kinds) {
    settle(kind, seen);
    all.add(seen);
  }
  if (all.failed) return Verdict::failed;
  if (all.prereq_no && !all.prereq_yes) return Verdict::nothing_planned;
  if (all.onfail_no && !all.onchanges_yes) return Verdict::no_failure;
  if (all.onchanges_no && !all.onchanges_yes) return Verdict::no_change;
  if (all.changed) return Verdict::changed;
  if (all.onfail_no) return Verdict::no_failure;
  return Verdict::met;
}

}  // namespace halite::states
