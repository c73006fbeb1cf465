#include "common/wire/zmtp.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::wire {
namespace {

// As libzmq greets: signature, version 3.MINOR, mechanism, server flag, filler.
std::string greeting(char minor = 1, const std::string& mechanism = "NULL", char major = 3) {
  std::string bytes(64, '\0');
  bytes[0] = static_cast<char>(0xff);
  bytes[9] = 0x7f;
  bytes[10] = major;
  bytes[11] = minor;
  bytes.replace(12, mechanism.size(), mechanism);
  return bytes;
}

std::string bytes_of(const std::string& hex) { return *from_hex(hex); }

}  // namespace

TEST_CASE("the opening is a greeting and READY with the kind of socket") {
  CHECK(zmtp_opening(ZmtpRole::subscriber) ==
        greeting() + bytes_of("0419") + bytes_of("05") + "READY" + bytes_of("0b") + "Socket-Type" + bytes_of("00000003") + "SUB");
  CHECK(zmtp_opening(ZmtpRole::requester) == greeting() + bytes_of("0426") + bytes_of("05") + "READY" + bytes_of("0b") + "Socket-Type" +
                                                 bytes_of("00000003") + "REQ" + bytes_of("08") + "Identity" + bytes_of("00000000"));
}

TEST_CASE("a request is an empty frame and the payload, long frames have eight bytes of length") {
  CHECK(zmtp_request("hi") == bytes_of("0100" "0002") + "hi");
  for (const std::size_t size : {0, 255, 256, 100'000}) CHECK(zmtp_request_head(size) + std::string(size, 'x') == zmtp_request(std::string(size, 'x')));
  CHECK(zmtp_request(std::string(256, 'x')) == bytes_of("0100" "02" "0000000000000100") + std::string(256, 'x'));
}

TEST_CASE("a subscription is a message to a 3.0 peer and a command to later ones") {
  CHECK(zmtp_subscription("", 0) == bytes_of("000101"));
  CHECK(zmtp_subscription("abc", 0) == bytes_of("000401") + "abc");
  CHECK(zmtp_subscription("abc", 1) == bytes_of("040d09") + "SUBSCRIBE" + "abc");
}

TEST_CASE("a pong has the context of its ping, without the time to live") {
  CHECK(zmtp_pong(bytes_of("0064") + "ctx") == bytes_of("040804") + "PONG" + "ctx");
  CHECK(zmtp_pong(bytes_of("0064")) == bytes_of("040504") + "PONG");
}

TEST_CASE("frames come out whole, however their bytes arrive") {
  const std::string sent = greeting() + bytes_of("0406") + bytes_of("05") + "READY" + bytes_of("0100") + bytes_of("0003") + "one" +
                           bytes_of("02" "000000000000012c") + std::string(300, 'l');
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, sent.size()}) {
    ZmtpInput input(1000);
    std::vector<std::string> bodies;
    for (std::size_t at = 0; at < sent.size(); at += step) {
      input.feed(std::string_view(sent).substr(at, step));
      while (const auto frame = input.next()) bodies.push_back(fmt::format("{}{}:{}", frame->is_command ? "c" : "", frame->has_more ? "m" : "", frame->body));
    }
    CHECK(bodies == std::vector<std::string>{"c:\5READY", "m:", ":one", ":" + std::string(300, 'l')});
    CHECK(input.peer_minor() == 1);
  }
}

TEST_CASE("the memory of a large frame is given back, also when the beginning of another follows") {
  ZmtpInput input(8u << 20);
  input.feed(greeting() + bytes_of("02" "0000000000400000") + std::string(4u << 20, 'x') + bytes_of("00"));
  REQUIRE(input.next());
  CHECK_FALSE(input.next());
  input.trim();
  CHECK(input.buffered() == 1);
  CHECK(input.capacity() < 100'000);
  input.feed(bytes_of("0161"));
  CHECK(input.next()->body == "a");
}

TEST_CASE("a command is short") {
  ZmtpInput input(8u << 20);
  input.feed(greeting() + bytes_of("06" "0000000000002000"));
  CHECK_THROWS_AS(input.next(), Error);
}

TEST_CASE("a peer that speaks something else is told apart") {
  const auto refuses = [](const std::string& bytes, std::size_t limit = 1000) {
    ZmtpInput input(limit);
    input.feed(bytes);
    CHECK_THROWS_AS(input.next(), Error);
  };
  refuses(std::string(64, 'H'));
  refuses(greeting(0, "NULL", 1));
  refuses(greeting(1, "CURVE"));
  refuses(greeting() + bytes_of("00ff"), 100);
  refuses(greeting() + bytes_of("02ffffffffffffffff"));
}

TEST_CASE("a command has a name") {
  const std::string body = bytes_of("04") + "PINGrest";
  const ZmtpCommand command = zmtp_command(body);
  CHECK(command.name == "PING");
  CHECK(command.data == "rest");
  CHECK_THROWS_AS(zmtp_command(""), Error);
  CHECK_THROWS_AS(zmtp_command(bytes_of("00")), Error);
  CHECK_THROWS_AS(zmtp_command(bytes_of("09") + "PING"), Error);
}

}  // namespace halite::wire
