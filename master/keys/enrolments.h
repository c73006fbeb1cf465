// One-time enrolment tokens: made, listed and revoked by operators, judged when a minion comes with one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/crypto/enrolment.h"
#include "common/host/host.h"
#include "common/wire/key_authority.h"
#include "master/store/store.h"

namespace halite::master {

// Lives on the loop thread. Spending a token is Keyring's, in one step with the key.
class Enrolments {
 public:
  Enrolments(Store& store, Host& host) : store_(store), host_(host) {}
  Task<void> load();

  // Throws Error(invalid) for a pattern that no id fits, or a time that is no time; Error(unavailable) when too many are open.
  Task<crypto::EnrolmentToken> make(std::string pattern, std::int64_t valid_for_s, Actor who);
  std::vector<TokenRecord> list() const;  // oldest first
  // By its name (crypto::enrolment_name), or the beginning of it. Throws Error(not_found), or Error(invalid) when two begin so.
  Task<TokenRecord> revoke(std::string name, Actor who);

  // Why the minion is not let in by its token; empty when it is. An address that guesses is not listened to for a while.
  std::string problem_with(const wire::AdmissionRequest& request);
  // The record of that, once an hour for a minion, address and reason: a minion asks again every ten seconds. Nothing after
  // 1,000 within the hour: strangers are not to fill the record.
  std::optional<AuditRecord> refusal(const wire::AdmissionRequest& request, const std::string& problem);
  void note_use(const std::string& verifier, const std::string& id);

 private:
  struct Attempts {
    std::int64_t since_s = 0;
    int failed = 0;
  };
  bool guesses(const std::string& address) const;
  void note_failure(const std::string& address);
  std::int64_t now_s() const { return unix_seconds(host_.now()); }

  Store& store_;
  Host& host_;
  std::map<std::string, TokenRecord> tokens_;  // by verifier
  std::map<std::string, Attempts> attempts_;   // by address
  std::set<std::string> told_;
  std::int64_t told_since_s_ = 0;
};

}  // namespace halite::master
