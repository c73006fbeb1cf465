// Commands for one-time enrolment tokens.
#include "common/wire/messages/enrolment.h"

#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

wire::TokenInfo info_of(const TokenRecord& record, std::int64_t now_s) {
  wire::TokenInfo info;
  info.name = crypto::enrolment_name(*from_hex(record.verifier));
  info.pattern = record.pattern;
  info.state = !record.used_by.empty() ? "used" : record.expires_at_s <= now_s ? "expired" : "open";
  info.used_by = record.used_by;
  info.made_by = record.made_by;
  info.made_at_s = record.made_at_s;
  info.expires_at_s = record.expires_at_s;
  info.used_at_s = record.used_at_s;
  return info;
}

Task<wire::TokenInfo> make(Enrolments& enrolments, Host& host, Operator who, wire::MakeToken asked) {
  const auto token = co_await enrolments.make(asked.pattern, asked.valid_for_s, who.actor());
  const std::string verifier = to_hex(token.verifier());
  wire::TokenInfo info;
  for (const auto& record : enrolments.list())
    if (record.verifier == verifier) info = info_of(record, unix_seconds(host.now()));
  info.token = token.text();
  log::info("{} made the enrolment token {} for '{}'", who.actor().user, info.name, asked.pattern);
  co_return info;
}

Task<wire::TokenList> list(const Enrolments& enrolments, Host& host) {
  wire::TokenList all;
  for (const auto& record : enrolments.list()) all.tokens.push_back(info_of(record, unix_seconds(host.now())));
  co_return all;
}

Task<wire::TokenInfo> revoke(Enrolments& enrolments, Host& host, Operator who, wire::TokenName asked) {
  const TokenRecord record = co_await enrolments.revoke(asked.name, who.actor());
  const wire::TokenInfo info = info_of(record, unix_seconds(host.now()));
  log::info("{} revoked the enrolment token {} for '{}'", who.actor().user, info.name, record.pattern);
  co_return info;
}

}  // namespace

// As good as accepting a key, so for root and the master's own user alone.
void add_enrolment_commands(OperatorCommands& commands, Enrolments& enrolments, Host& host) {
  commands.add(OperatorCommand<wire::MakeToken, wire::TokenInfo>{
      .name = "token.make",
      .doc = "Make a one-time token by which a minion's key is accepted at once.",
      .access = Access::operators,
      .handle = [&enrolments, &host](Operator who, wire::MakeToken asked) { return make(enrolments, host, std::move(who), std::move(asked)); },
  });
  commands.add(OperatorCommand<wire::NoArguments, wire::TokenList>{
      .name = "token.list",
      .doc = "Enrolment tokens, and what became of them. Not the tokens themselves: the master does not know them.",
      .access = Access::operators,
      .handle = [&enrolments, &host](Operator, wire::NoArguments) { return list(enrolments, host); },
  });
  commands.add(OperatorCommand<wire::TokenName, wire::TokenInfo>{
      .name = "token.revoke",
      .doc = "Forget an enrolment token. Who came in by it stays.",
      .access = Access::operators,
      .handle = [&enrolments, &host](Operator who, wire::TokenName asked) { return revoke(enrolments, host, std::move(who), std::move(asked)); },
  });
}

}  // namespace halite::master
