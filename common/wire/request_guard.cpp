#include "common/wire/request_guard.h"

#include <algorithm>
#include <cstdlib>

#include "common/base/error.h"
#include "common/base/minion_id.h"
#include "common/base/strings.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

constexpr std::size_t nonce_limit_bytes = 64, replay_limit = 2'000'000, tokens_limit = 100'000;

std::string text_or_empty(const Map& load, std::string_view name) {
  const Value* value = load.find(name);
  return value && value->is_string() ? value->as_string() : std::string();
}

// What both levels take out of the load before a handler sees it.
void take_common(OpenedRequest& request) {
  request.command = need_text(request.load, "cmd");
  request.nonce = need_text(request.load, "nonce");
  if (request.nonce.empty() || request.nonce.size() > nonce_limit_bytes)
    throw Error(ErrorKind::invalid, "the nonce has {} bytes", request.nonce.size());
  for (const char* name : {"cmd", "nonce", "tok", "ts", "serial"}) request.load.erase(name);
}

Map map_of(const Value& opened) {
  if (!opened.is_map()) throw Error(ErrorKind::invalid, "the load is no map, but {}", opened.type_name());
  return opened.as_map();
}

}  // namespace

bool ReplayFilter::is_new(const std::string& id, const std::string& nonce, Clock::time_point now, Clock::duration ttl) {
  if (now - turned_at_ > ttl || recent_.size() >= replay_limit) {
    older_ = std::move(recent_);
    recent_.clear();
    turned_at_ = now;
  }
  const std::uint64_t mark = std::hash<std::string>()(id + '\0' + nonce);
  return !older_.contains(mark) && recent_.insert(mark).second;
}

OpenedRequest RequestGuard::open(const RequestEnvelope& envelope, std::int64_t now_s) {
  return judge(envelope, unseal(keys_for(envelope), envelope.sealed_load), now_s);
}

std::vector<crypto::SessionKey> RequestGuard::keys_for(const RequestEnvelope& envelope) {
  if (envelope.version < level_session_key) return shared_key_.valid_keys();
  const std::string& id = envelope.id;
  if (!is_valid_minion_id(id)) throw Refused{Refusal::bad_id, "the envelope names no possible minion"};
  const auto key = keys_.accepted_key(id) ? keys_.session_key(id) : std::nullopt;
  if (!key) throw Refused{Refusal::unknown_minion, fmt::format("'{}' has no session", id)};
  return {*key};
}

std::optional<RequestGuard::Unsealed> RequestGuard::unseal(const std::vector<crypto::SessionKey>& keys, std::string_view sealed_load) {
  for (const auto& key : keys)
    if (auto load = open_value(key, sealed_load)) return Unsealed{key, std::move(*load)};
  return std::nullopt;
}

OpenedRequest RequestGuard::judge(const RequestEnvelope& envelope, std::optional<Unsealed> unsealed, std::int64_t now_s) {
  return envelope.version >= level_session_key ? judge_session(envelope, std::move(unsealed), now_s) : judge_shared(std::move(unsealed));
}

OpenedRequest RequestGuard::judge_session(const RequestEnvelope& envelope, std::optional<Unsealed> unsealed, std::int64_t now_s) {
  const std::string& id = envelope.id;
  if (!unsealed) throw Refused{Refusal::not_authentic, fmt::format("the session key of '{}' does not open it", id)};
  // The minion may have been deleted while a worker unsealed it.
  if (keys_for(envelope).front() != unsealed->key) throw Refused{Refusal::not_authentic, fmt::format("'{}' has a new session meanwhile", id)};
  OpenedRequest request{.key = unsealed->key, .level = level_session_key, .id = id, .is_proven = true, .load = map_of(unsealed->load)};
  if (text_or_empty(request.load, "id") != id) throw Refused{Refusal::identity, fmt::format("'{}' claims to be someone else", id)};
  if (!is_token_of(id, raw_field(request.load, "tok"))) throw Refused{Refusal::token, fmt::format("the token of '{}' is wrong", id)};
  check_age(request.load, now_s);
  take_common(request);
  if (ttl_ > Duration::zero() && !replays_.is_new(id, request.nonce, std::chrono::steady_clock::now(), ttl_))
    throw Refused{Refusal::replayed, fmt::format("a request of '{}' came a second time", id)};
  note_level(id, level_session_key);
  return request;
}

OpenedRequest RequestGuard::judge_shared(std::optional<Unsealed> unsealed) {
  const auto valid = shared_key_.valid_keys();
  if (!unsealed || std::find(valid.begin(), valid.end(), unsealed->key) == valid.end())
    throw Refused{Refusal::not_authentic, "the shared key does not open it"};
  OpenedRequest request{.key = unsealed->key, .level = level_shared_key, .load = map_of(unsealed->load)};
  if (const Value* id = request.load.find("id")) {
    request.id = id->as_string("the id");
    if (!is_valid_minion_id(request.id)) throw Refused{Refusal::bad_id, "the load names no possible minion"};
    if (!keys_.accepted_key(request.id)) throw Refused{Refusal::unknown_minion, fmt::format("'{}' is not accepted", escape_control(request.id))};
    if (keys_.level_floor(request.id) > level_shared_key)
      throw Refused{Refusal::level, fmt::format("'{}' has spoken level 3 before and may not go back", request.id)};
    if (const std::string* token = raw_field(request.load, "tok")) {
      if (!is_token_of(request.id, token)) throw Refused{Refusal::token, fmt::format("the token of '{}' is wrong", request.id)};
      request.is_proven = true;
      note_level(request.id, level_shared_key);
    }
  }
  take_common(request);
  request.lacks_token = sends_token_at_level_2(request.command) && !request.is_proven;
  return request;
}

void RequestGuard::check_age(const Map& load, std::int64_t now_s) const {
  if (ttl_ <= Duration::zero()) return;
  const Value* time = load.find("ts");
  const std::int64_t sent_s = time && time->is_int() ? time->as_int() : 0;
  const std::int64_t limit_s = std::chrono::duration_cast<std::chrono::seconds>(ttl_).count();
  if (sent_s < now_s - limit_s || sent_s > now_s + limit_s)
    throw Refused{Refusal::stale, fmt::format("it is from {} s ago by its sender's clock; at most {} are allowed. Check the clocks",
                                              now_s - sent_s, limit_s)};
}

bool RequestGuard::is_token_of(const std::string& id, const std::string* token) {
  const auto key = keys_.accepted_key(id);
  if (!key || !token) return false;
  if (const auto known = tokens_.find(id); known != tokens_.end() && known->second.key_pem == key->pem())
    return crypto::equal_in_constant_time(known->second.token, *token);
  if (key->recover_x931(*token) != "salt") return false;
  if (tokens_.size() >= tokens_limit) tokens_.clear();
  tokens_.insert_or_assign(id, KnownToken{key->pem(), *token});
  return true;
}

void RequestGuard::note_level(const std::string& id, int level) {
  if (keys_.level_floor(id) < level) keys_.raise_level_floor(id, level);
}

}  // namespace halite::wire
