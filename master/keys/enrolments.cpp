#include "master/keys/enrolments.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/minion_id.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

constexpr std::size_t open_limit = 10'000;
constexpr std::size_t pattern_limit_bytes = 255;
constexpr std::int64_t longest_s = 366 * 86'400;
constexpr std::int64_t kept_s = 30 * 86'400;  // after it expired: who looks for a token wants to know what became of it
constexpr int guesses_allowed = 30;           // a minute and address
constexpr std::int64_t guessing_window_s = 60;
constexpr std::size_t addresses_limit = 10'000;
constexpr std::size_t told_limit = 1'000;
constexpr std::int64_t telling_window_s = 3600;

void check_pattern(const std::string& pattern) {
  if (pattern.empty() || pattern.size() > pattern_limit_bytes)
    throw Error(ErrorKind::invalid, "a token is for a minion id or a glob of 1 to {} bytes", pattern_limit_bytes);
  const bool is_glob = pattern.find_first_of("*?[") != std::string::npos;
  if (!is_glob) return check_minion_id(pattern);
  if (std::any_of(pattern.begin(), pattern.end(), [](unsigned char c) { return c <= ' ' || c == 127 || c == '/'; }))
    throw Error(ErrorKind::invalid, "'{}' fits no minion id: an id has neither blanks nor slashes", escape_control(pattern));
}

}  // namespace

Task<void> Enrolments::load() {
  for (auto& token : co_await store_.tokens()) {
    const std::string verifier = token.verifier;
    tokens_[verifier] = std::move(token);
  }
}

Task<crypto::EnrolmentToken> Enrolments::make(std::string pattern, std::int64_t valid_for_s, Actor who) {
  check_pattern(pattern);
  if (valid_for_s < 1 || valid_for_s > longest_s)
    throw Error(ErrorKind::invalid, "a token is good for 1 to {} seconds, not {}", longest_s, valid_for_s);
  const std::int64_t now = now_s();
  std::erase_if(tokens_, [&](const auto& token) { return token.second.expires_at_s < now - kept_s; });
  const auto is_open = [&](const auto& token) { return token.second.used_by.empty() && token.second.expires_at_s > now; };
  if (static_cast<std::size_t>(std::count_if(tokens_.begin(), tokens_.end(), is_open)) >= open_limit)
    throw Error(ErrorKind::unavailable, "{} tokens are open already; revoke some", open_limit);
  const auto token = crypto::EnrolmentToken::generate();
  const TokenRecord record{to_hex(token.verifier()), pattern, now, now + valid_for_s, who.user, "", 0};
  AuditRecord audit{now, std::move(who), "token.make", crypto::enrolment_name(token.verifier()), pattern, true, fmt::format("for {} s", valid_for_s)};
  co_await store_.put_token(record, now - kept_s, std::move(audit));
  tokens_[record.verifier] = record;
  co_return token;
}

std::vector<TokenRecord> Enrolments::list() const {
  std::vector<TokenRecord> records;
  for (const auto& [verifier, record] : tokens_) records.push_back(record);
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.made_at_s < b.made_at_s; });
  return records;
}

Task<TokenRecord> Enrolments::revoke(std::string name, Actor who) {
  std::vector<TokenRecord> found;
  for (const auto& [verifier, record] : tokens_)
    if (!name.empty() && crypto::enrolment_name(*from_hex(verifier)).starts_with(to_lower(name))) found.push_back(record);
  if (found.empty()) throw Error(ErrorKind::not_found, "there is no token '{}'; halite-key --list-tokens shows those there are", escape_control(name));
  if (found.size() > 1) throw Error(ErrorKind::invalid, "{} tokens begin with '{}'; write more of the name", found.size(), escape_control(name));
  const TokenRecord record = found.front();
  AuditRecord audit{now_s(), std::move(who), "token.revoke", crypto::enrolment_name(*from_hex(record.verifier)), record.pattern, true, ""};
  co_await store_.remove_token(record.verifier, std::move(audit));
  tokens_.erase(record.verifier);
  co_return record;
}

bool Enrolments::guesses(const std::string& address) const {
  const auto found = attempts_.find(address);
  return found != attempts_.end() && found->second.failed >= guesses_allowed && now_s() - found->second.since_s < guessing_window_s;
}

void Enrolments::note_failure(const std::string& address) {
  if (attempts_.size() >= addresses_limit) attempts_.clear();
  Attempts& attempts = attempts_[address];
  if (now_s() - attempts.since_s >= guessing_window_s) attempts = {now_s(), 0};
  ++attempts.failed;
}

std::string Enrolments::problem_with(const wire::AdmissionRequest& request) {
  if (guesses(request.peer_address)) return fmt::format("there were {} false tokens from its address within a minute", guesses_allowed);
  const auto found = tokens_.find(to_hex(request.enrolment->verifier));
  if (found == tokens_.end()) {
    note_failure(request.peer_address);
    return "this master does not know the token, or it was revoked";
  }
  if (!crypto::is_proven(*request.enrolment, request.id, request.key.fingerprint())) {
    note_failure(request.peer_address);
    return "the proof was not made with the token, for this id and key";
  }
  const TokenRecord& token = found->second;
  if (!token.used_by.empty()) return fmt::format("'{}' has used it", token.used_by);
  if (token.expires_at_s <= now_s()) return "it has expired";
  if (!glob_match(token.pattern, request.id)) return fmt::format("it is for '{}'", token.pattern);
  return {};
}

std::optional<AuditRecord> Enrolments::refusal(const wire::AdmissionRequest& request, const std::string& problem) {
  if (now_s() - told_since_s_ >= telling_window_s) {
    told_.clear();
    told_since_s_ = now_s();
  }
  if (told_.size() >= told_limit) return std::nullopt;
  const std::string name = crypto::enrolment_name(request.enrolment->verifier);
  if (!told_.insert(join(std::vector<std::string>{request.id, request.peer_address, name, problem}, "\n")).second) return std::nullopt;
  return AuditRecord{now_s(), Actor{"minion at " + request.peer_address, -1}, "key.accept", "enrolment token " + name, request.id, false, problem};
}

void Enrolments::note_use(const std::string& verifier, const std::string& id) {
  const auto found = tokens_.find(verifier);
  if (found == tokens_.end()) return;
  found->second.used_by = id;
  found->second.used_at_s = now_s();
}

}  // namespace halite::master
