// One-time enrolment tokens: the commands behind halite-key --new-token and its kind.
#pragma once

#include <string>
#include <vector>

#include "common/wire/messages/message.h"

namespace halite::wire {

// token.make: MakeToken -> TokenInfo, with the token, which is never shown again.
// token.list: NoArguments -> TokenList.
// token.revoke: TokenName -> TokenInfo.
struct MakeToken {
  std::string pattern;
  std::int64_t valid_for_s = 86'400;

  static const Schema<MakeToken>& schema() {
    static const auto schema = Schema<MakeToken>()
                                   .required(&MakeToken::pattern, "pattern", "Id of the minion it lets in, or a glob.")
                                   .optional(&MakeToken::valid_for_s, "valid_for", "Seconds for which it is good.");
    return schema;
  }
};

struct TokenName {
  std::string name;

  static const Schema<TokenName>& schema() {
    static const auto schema = Schema<TokenName>().required(&TokenName::name, "name", "Its name, or the beginning of it.");
    return schema;
  }
};

struct TokenInfo {
  std::string name;     // 16 hex digits, no secret
  std::string token;    // of token.make alone
  std::string pattern;
  std::string state;    // open, used or expired
  std::string used_by;
  std::string made_by;
  std::int64_t made_at_s = 0, expires_at_s = 0, used_at_s = 0;

  static const Schema<TokenInfo>& schema() {
    static const auto schema = Schema<TokenInfo>()
                                   .required(&TokenInfo::name, "name", "By which it is listed and revoked; no secret.")
                                   .optional(&TokenInfo::token, "token", "The token itself, a secret; when it is made alone.")
                                   .secret()
                                   .required(&TokenInfo::pattern, "pattern", "Whom it lets in.")
                                   .required(&TokenInfo::state, "state", "open, used or expired.")
                                   .optional(&TokenInfo::used_by, "used_by", "The minion that came with it.")
                                   .optional(&TokenInfo::made_by, "made_by", "Who made it.")
                                   .optional(&TokenInfo::made_at_s, "made_at", "Seconds since 1970.")
                                   .optional(&TokenInfo::expires_at_s, "expires_at", "Seconds since 1970.")
                                   .optional(&TokenInfo::used_at_s, "used_at", "Seconds since 1970.");
    return schema;
  }
};

struct TokenList {
  std::vector<TokenInfo> tokens;  // oldest first

  static const Schema<TokenList>& schema() {
    static const auto schema = Schema<TokenList>().required(&TokenList::tokens, "tokens", "Tokens, the oldest first.");
    return schema;
  }
};

}  // namespace halite::wire
