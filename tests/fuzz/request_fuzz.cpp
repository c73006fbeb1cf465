// What comes to port 4506: envelopes, _auth before anything is proven, and sealed requests of a minion that is accepted.
// Nobody is taken for proven who did not show the token, nor for another minion than its key says.
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"
#include "common/wire/minion_keys.h"
#include "common/wire/request_guard.h"
#include "common/wire/shared_key.h"

namespace {

using namespace halite;

constexpr std::int64_t now_s = 1'700'000'000;

// A master that knows web1.
class OneMinion final : public wire::MinionKeys {
 public:
  std::optional<crypto::PublicKey> accepted_key(const std::string& id) override { return id == "web1" ? std::optional(key.public_key()) : std::nullopt; }
  std::optional<crypto::SessionKey> session_key(const std::string& id) override { return id == "web1" ? std::optional(session) : std::nullopt; }
  int level_floor(const std::string&) override { return floor; }
  void raise_level_floor(const std::string&, int level) override { floor = level; }

  crypto::PrivateKey key = crypto::PrivateKey::generate(2048);
  crypto::SessionKey session = crypto::SessionKey::generate();
  std::string token = key.sign_x931("salt");
  int floor = 0;
};

void read_clear(std::string_view payload) {
  const wire::RequestEnvelope envelope = wire::decode_request(payload);
  if (wire::encode_request(wire::decode_request(wire::encode_request(envelope))) != wire::encode_request(envelope)) std::abort();
  if (envelope.is_sealed) return;
  const wire::AuthCall call = wire::decode_auth_call(envelope.clear_load);
  if (call.enrolment) crypto::is_proven(*call.enrolment, call.id, "aa:bb");
  crypto::PublicKey::from_pem(call.public_pem);
}

void read_sealed(OneMinion& minion, wire::SharedKey& shared, std::string_view plain, bool has_session, bool has_token) {
  wire::RequestGuard guard(minion, shared, std::chrono::seconds(300));
  wire::RequestEnvelope envelope;
  envelope.is_sealed = true;
  envelope.version = has_session ? wire::level_session_key : wire::level_shared_key;
  envelope.id = "web1";
  const crypto::SessionKey key = has_session ? minion.session : shared.current();
  std::string load(plain);
  if (has_token) {
    Map map = from_msgpack(plain, wire::load_limits()).as_map("a load");
    map.set("tok", Bytes{minion.token});
    map.set("id", "web1");
    map.set("ts", now_s);
    load = to_msgpack(map);
  }
  envelope.sealed_load = key.seal("pickle::" + load);
  minion.floor = 0;
  const wire::OpenedRequest request = guard.open(envelope, now_s);
  if (request.is_proven && (request.id != "web1" || plain.find(minion.token) == std::string_view::npos) && !has_token) std::abort();
  if (request.is_proven && request.id != "web1") std::abort();
  if (request.nonce.empty() || (has_session && !request.is_proven)) std::abort();
  for (const char* name : {"cmd", "nonce", "tok", "ts"})
    if (request.load.contains(name)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OneMinion minion;
  static wire::SharedKey shared;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 3 == 0) read_clear(rest);
    else read_sealed(minion, shared, rest, (data[0] & 4) != 0, (data[0] & 8) != 0);
  } catch (const Error&) {
  } catch (const wire::Refused&) {
  }
  return 0;
}
