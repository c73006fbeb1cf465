// Says anything to a master that the wire allows: as a stranger, or with the keys of an accepted minion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/unique_fd.h"
#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"
#include "common/wire/loop.h"
#include "common/wire/socket.h"

namespace halite::hostile {

// What an accepted minion knows.
struct Pass {
  std::string id;
  crypto::PrivateKey key;
  crypto::SessionKey shared;
  crypto::SessionKey session;
  crypto::PublicKey master;
  std::string token;
  int publish_port = 0;
};

class Attacker {
 public:
  explicit Attacker(int request_port) : request_port_(request_port) {}

  // One message of a request socket, and the answer's last frame; nothing within two seconds.
  std::optional<std::string> ask(const std::string& payload);
  // Frames as they are, with or without the empty one, from a socket of its own.
  std::optional<std::string> ask_frames(const std::vector<std::string>& frames);
  // A bare TCP connection to a port of this machine.
  static UniqueFd connect_tcp(int port);
  // Bytes on a bare TCP connection to a port of this machine; what came back within the limit.
  static std::string tell_tcp(int port, const std::string& bytes, int limit_ms = 200);

  // A load in clear text.
  std::optional<std::string> clear(const Value& load, int version = 3);
  static std::string clear_payload(const Value& load, int version = 3);

  // The conversation of _auth. Nothing when the master does not take the key.
  std::optional<Pass> enrol(const std::string& id, const crypto::PrivateKey& key, int version = 3);

  // A sealed request with the keys of `pass`; `seal` changes what the envelope says.
  static wire::RequestSeal seal_of(const Pass& pass);
  std::optional<Value> ask_as(const Pass& pass, const std::string& command, Map load);
  std::optional<Value> ask_sealed(const Pass& pass, const std::string& command, Map load, const wire::RequestSeal& seal);
  static std::string sealed_payload(const Pass& pass, const std::string& command, Map load, const wire::RequestSeal& seal);

  // Every answer that was ever given, to search it for what must not be in it.
  const std::string& heard() const { return heard_; }

 private:
  int request_port_;
  wire::Loop loop_;
  wire::SocketContext sockets_;
  std::string heard_;
};

}  // namespace halite::hostile
