// F06: whichever larger allocation of the request port fails, what needed it may be lost, and the next one who asks is answered.
// Small ones are what MemoryReserve is for: Boost 1.74 ends the program when a coroutine finds no memory to begin to wait.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/data/msgpack.h"
#include "common/wire/envelope.h"
#include "common/wire/request_server.h"
#include "common/wire/zmtp.h"

namespace {

constexpr std::size_t large_bytes = 1024;

// Large allocations of this thread until the ones that fail, and how many do. Below zero: none.
thread_local long until_failure = -1, failures = 0;

void* allocate(std::size_t size) {
  if (size >= large_bytes) {
    if (until_failure == 0 && failures > 0) {
      --failures;
      throw std::bad_alloc();
    }
    if (until_failure > 0) --until_failure;
  }
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

struct OneMinion final : KeyAuthority {
  Task<Admission> authorize(AdmissionRequest) override { co_return Admission::pending; }
  std::optional<crypto::PublicKey> accepted_key(const std::string& id) override { return id == "web1" ? std::optional(key.public_key()) : std::nullopt; }
  std::optional<crypto::SessionKey> session_key(const std::string& id) override { return id == "web1" ? std::optional(session) : std::nullopt; }
  Task<crypto::SessionKey> issue_session_key(const std::string&) override { co_return session; }
  int level_floor(const std::string&) override { return level_session_key; }
  void raise_level_floor(const std::string&, int) override {}

  crypto::PrivateKey key = crypto::PrivateKey::generate(2048);
  crypto::SessionKey session = crypto::SessionKey::generate();
  std::string token = key.sign_x931("salt");
};

Task<Value> echo(Principal, std::string, Map load) { co_return load; }
Task<Map> no_pillar(Principal, Map) { co_return Map{}; }

struct World {
  World() {
    RequestServerOptions options;
    options.address = "tcp://127.0.0.1:0";
    RequestServerParts parts{loop, workers, minion, shared, minion.key, std::nullopt};
    server.emplace(std::move(parts), options, RequestHandlers{echo, no_pillar});
    server->start();
    loop.run_for(10ms);
  }

  UniqueFd connect() const {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(*parse_int(server->address().substr(server->address().rfind(':') + 1))));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0);
    return fd;
  }
  void tell(const UniqueFd& fd, const std::string& payload) const {
    const std::string bytes = zmtp_opening(ZmtpRole::requester) + zmtp_request(payload);
    REQUIRE(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  std::string sealed(const std::string& text) {
    const RequestSeal seal{.id = "web1", .token = minion.token, .nonce = fmt::format("{:032}", ++requests), .time_s = std::time(nullptr), .algorithms = {}};
    return seal_request(minion.session, Map{{"cmd", "echo"}, {"text", text}}, seal);
  }
  // True when the port answers a minion that comes now.
  bool is_well() {
    const UniqueFd fd = connect();
    tell(fd, sealed("well"));
    std::size_t heard = 0;
    for (int i = 0; i < 300; ++i) {
      loop.run_for(10ms);
      char buffer[4096];
      const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (got > 0) heard += static_cast<std::size_t>(got);
      if (heard > zmtp_opening(ZmtpRole::router).size() + 64) return true;
    }
    return false;
  }

  int requests = 0;
  Loop loop;
  Workers workers{loop, {.name = "rsa"}};
  SharedKey shared;
  OneMinion minion;
  std::optional<RequestServer> server;
};

// Everything that happens on the loop for one that comes, with large allocation n and some after it failing.
void try_all(World& world, const std::function<std::string()>& payload, long count) {
  for (long n = 0; n < 100; ++n) {
    CAPTURE(n, count);
    const UniqueFd fd = world.connect();
    world.tell(fd, payload());
    until_failure = n;
    failures = count;
    world.loop.run_for(3ms);
    const bool is_over = until_failure > 0;
    until_failure = -1;
    failures = 0;
    REQUIRE(world.is_well());
    if (is_over) return;
  }
}

}  // namespace

TEST_CASE("whichever large allocation fails, the next one who asks is answered") {
  World world;
  REQUIRE(world.is_well());
  const Map auth{{"cmd", "_auth"}, {"id", "new"}, {"nonce", "n"}, {"pub", world.minion.key.public_key().pem()}};
  RequestEnvelope envelope;
  envelope.version = level_session_key;
  envelope.clear_load = auth;
  const std::string handshake = encode_request(envelope);
  for (const long count : {1, 1000}) {
    try_all(world, [&] { return world.sealed(std::string(5'000, 'x')); }, count);
    try_all(world, [&] { return world.sealed(std::string(300'000, 'x')); }, count);
    try_all(world, [&] { return handshake; }, count);
    try_all(world, [] { return std::string(100'000, 'n'); }, count);
  }
}

}  // namespace halite::wire
