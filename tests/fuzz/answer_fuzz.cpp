// What a rogue master, or someone on the way to the true one, sends to a minion: answers to _auth, publications, replies and
// pillars. Nothing is taken from a master whose key is not the pinned one.
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"
#include "common/wire/fields.h"
#include "common/wire/pillar_reply.h"
#include "common/wire/publication.h"

namespace {

using namespace halite;

struct World {
  crypto::PrivateKey minion = crypto::PrivateKey::generate(2048), rogue = crypto::PrivateKey::generate(2048);
  crypto::PublicKey master = crypto::PrivateKey::generate(2048).public_key();
  crypto::SessionKey key = crypto::SessionKey::generate();
  const std::string nonce = std::string(wire::nonce_size, 'n');
  wire::Algorithms algorithms;
};

void judge(const World& world, std::string_view payload, bool is_pinned) {
  wire::AuthQuestion question;
  question.nonce = world.nonce;
  wire::MasterPolicy policy;
  if (is_pinned) policy.pinned = world.master;
  const auto answer = wire::judge_auth_answer(payload, question, world.minion, policy);
  if (is_pinned && answer.is_verified) std::abort();
  if (answer.outcome == wire::AuthOutcome::accepted && (!answer.shared || is_pinned)) std::abort();
}

// The content is the fuzzer's, the signature the rogue's.
std::string signed_by_rogue(const World& world, std::string_view content) {
  const Map reply{{"enc", "clear"},
                  {"load", wire::raw_value(std::string(content))},
                  {"sig", wire::raw_value(world.rogue.sign(content, world.algorithms.signature))}};
  return to_msgpack(reply);
}

// As a rogue would answer that has its own key to show: the minion has to take what the content says.
std::string acceptance(const World& world, std::string_view content) {
  Map map = from_msgpack(content, wire::load_limits()).as_map("content");
  map.set("pub_key", world.rogue.public_key().pem());
  map.set("nonce", world.nonce);
  if (!map.contains("aes")) map.set("aes", wire::raw_value(world.minion.public_key().encrypt(world.key.text(), world.algorithms.encryption)));
  if (!map.contains("sig")) map.set("sig", wire::raw_value(wire::sign_shared_key(world.key, world.rogue)));
  return signed_by_rogue(world, to_msgpack(map));
}

void read_publication(const World& world, std::string_view bytes, bool is_sealed) {
  wire::PublicationReader strict(world.key, world.master, true), lenient(world.key, world.master, false);
  std::string payload(bytes);
  if (is_sealed) {
    const Map envelope{{"enc", "aes"}, {"load", wire::raw_value(world.key.seal("pickle::" + payload))}};
    payload = to_msgpack(envelope);
  }
  if (strict.open(payload).load) std::abort();
  lenient.open(payload);
}

void read_pillar(const World& world, std::string_view bytes, bool is_sealed) {
  std::string payload(bytes);
  if (is_sealed) {
    const Map reply{{"key", wire::raw_value(world.minion.public_key().encrypt(world.key.text(), world.algorithms.encryption))},
                    {"pillar", wire::raw_value(world.key.seal("pickle::" + payload))}};
    payload = to_msgpack(reply);
  }
  if (wire::open_pillar_reply(payload, world.minion, world.master, world.nonce, world.algorithms)) std::abort();
}

void read_reply(const World& world, std::string_view bytes, bool is_sealed) {
  std::string payload(bytes);
  if (is_sealed) payload = to_msgpack(wire::raw_value(world.key.seal("pickle::" + world.nonce + payload)));
  if (wire::open_reply(world.key, payload, world.nonce) && !is_sealed) std::abort();
  wire::error_text_of(payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool flag = (data[0] & 8) != 0;
  try {
    switch (data[0] % 6) {
      case 0: judge(world, rest, flag); break;
      case 1: judge(world, signed_by_rogue(world, rest), flag); break;
      case 2: judge(world, acceptance(world, rest), flag); break;
      case 3: read_publication(world, rest, flag); break;
      case 4: read_pillar(world, rest, flag); break;
      case 5: read_reply(world, rest, flag); break;
    }
  } catch (const Error&) {
  }
  return 0;
}
