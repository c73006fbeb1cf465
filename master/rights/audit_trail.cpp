#include "master/rights/audit_trail.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/convert.h"

namespace halite::master {
namespace {

std::string short_field(const Map& arguments, const char* name) {
  const Value* value = arguments.find(name);
  return value && !value->is_null() ? escape_control(short_text(*value)) : "";
}

}  // namespace

AuditRecord AuditTrail::record(Actor who, std::string act) const {
  AuditRecord record;
  record.at_s = unix_seconds(host_.now());
  record.who = std::move(who);
  record.act = std::move(act);
  return record;
}

Task<void> AuditTrail::note(Actor who, std::string act, std::string what) {
  AuditRecord audit = record(std::move(who), std::move(act));
  audit.what = escape_control(short_text(what));
  co_await store_.put_audit(std::move(audit));
}

Task<void> AuditTrail::note_refusal(Actor who, std::string act, const Map& arguments, std::string why) {
  Count& count = counts_[who.uid];
  const auto now = host_.steady_now();
  if (now - count.since >= std::chrono::minutes(1)) count = {now, 0};
  if (++count.refusals > refusals_a_minute + 1) co_return;
  AuditRecord audit = record(std::move(who), escape_control(short_text(act)));
  audit.is_allowed = false;
  audit.detail = count.refusals > refusals_a_minute ? "further refusals of this minute are not recorded" : std::move(why);
  audit.what = short_field(arguments, "fun");
  audit.on_whom = short_field(arguments, arguments.contains("tgt") ? "tgt" : "match");
  co_await store_.put_audit(std::move(audit));
}

}  // namespace halite::master
