#include "tests/hostile/master/attacker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "common/base/error.h"
#include "common/crypto/bytes.h"
#include "common/data/msgpack.h"
#include "tests/master/support/await.h"

namespace halite::hostile {

using test::await;
using namespace std::chrono_literals;

namespace {

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Task<std::optional<std::string>> exchange(wire::Loop& loop, wire::SocketContext& sockets, std::string address,
                                          std::vector<std::string> frames) {
  wire::Socket socket(loop, sockets, wire::SocketKind::dealer, {});
  socket.connect(address);
  socket.send(frames);
  const auto answer = co_await socket.receive_for(2s);
  if (!answer || answer->frames.empty()) co_return std::nullopt;
  co_return answer->frames.back();
}

}  // namespace

std::optional<std::string> Attacker::ask_frames(const std::vector<std::string>& frames) {
  auto answer = await(loop_, exchange(loop_, sockets_, "tcp://127.0.0.1:" + std::to_string(request_port_), frames));
  if (answer) heard_ += *answer;
  return answer;
}

std::optional<std::string> Attacker::ask(const std::string& payload) { return ask_frames({"", payload}); }

UniqueFd Attacker::connect_tcp(int port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw system_error(errno, "connecting");
  return fd;
}

std::string Attacker::tell_tcp(int port, const std::string& bytes, int limit_ms) {
  const UniqueFd fd = connect_tcp(port);
  [[maybe_unused]] const auto sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  std::string answer;
  for (char buffer[4096];;) {
    pollfd waiting{fd.get(), POLLIN, 0};
    if (::poll(&waiting, 1, limit_ms) <= 0) return answer;
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return answer;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string Attacker::clear_payload(const Value& load, int version) {
  return to_msgpack(Map{{"enc", "clear"}, {"load", load}, {"version", version}});
}

std::optional<std::string> Attacker::clear(const Value& load, int version) { return ask(clear_payload(load, version)); }

std::optional<Pass> Attacker::enrol(const std::string& id, const crypto::PrivateKey& key, int version) {
  const auto question = wire::make_auth_question(id, key.public_key(), {}, {}, std::nullopt, crypto::random_nonce());
  std::string payload = question.payload;
  if (version != 3) {
    Map envelope = from_msgpack(payload).as_map();
    envelope.set("version", version);
    payload = to_msgpack(envelope);
  }
  const auto answer = ask(payload);
  if (!answer) return std::nullopt;
  try {
    auto judged = wire::judge_auth_answer(*answer, question, key, {});
    if (judged.outcome != wire::AuthOutcome::accepted || !judged.session) return std::nullopt;
    return Pass{id, key, *judged.shared, *judged.session, *judged.master_key, key.sign_x931("salt"), judged.publish_port};
  } catch (const Error&) {
    return std::nullopt;
  }
}

wire::RequestSeal Attacker::seal_of(const Pass& pass) {
  return {.level = wire::level_session_key, .id = pass.id, .token = pass.token, .nonce = crypto::random_nonce(), .time_s = now_s(), .algorithms = {}};
}

std::string Attacker::sealed_payload(const Pass& pass, const std::string& command, Map load, const wire::RequestSeal& seal) {
  load.set("cmd", command);
  return wire::seal_request(seal.level == wire::level_session_key ? pass.session : pass.shared, std::move(load), seal);
}

std::optional<Value> Attacker::ask_sealed(const Pass& pass, const std::string& command, Map load, const wire::RequestSeal& seal) {
  const auto answer = ask(sealed_payload(pass, command, std::move(load), seal));
  if (!answer) return std::nullopt;
  return wire::open_reply(seal.level == wire::level_session_key ? pass.session : pass.shared, *answer, seal.nonce);
}

std::optional<Value> Attacker::ask_as(const Pass& pass, const std::string& command, Map load) {
  return ask_sealed(pass, command, std::move(load), seal_of(pass));
}

}  // namespace halite::hostile
