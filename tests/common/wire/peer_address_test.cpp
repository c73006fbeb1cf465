#include "common/wire/peer_address.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::wire {

using boost::asio::ip::make_address;

TEST_CASE("an address to listen on is tcp://IP:PORT") {
  CHECK(endpoint_to_listen_on("tcp://127.0.0.1:4506").port() == 4506);
  CHECK(endpoint_to_listen_on("tcp://*:0").address() == make_address("0.0.0.0"));
  CHECK(endpoint_to_listen_on("tcp://[::1]:4505").address() == make_address("::1"));
  for (const char* wrong : {"", "tcp://", "127.0.0.1:4506", "tcp://127.0.0.1", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:-1", "tcp://host:4506", "tcp://:4506x"})
    CHECK_THROWS_AS(endpoint_to_listen_on(wrong), Error);
}

TEST_CASE("an IPv6 network of 64 bits is one origin, and IPv4 by an IPv6 socket is IPv4") {
  CHECK(address_text(make_address("::ffff:192.0.2.1")) == "192.0.2.1");
  CHECK(origin_of(make_address("::ffff:192.0.2.1")) == origin_of(make_address("192.0.2.1")));
  CHECK(origin_of(make_address("192.0.2.1")) != origin_of(make_address("192.0.2.2")));
  CHECK(origin_of(make_address("2001:db8::1")) == origin_of(make_address("2001:db8::ffff:2")));
  CHECK(origin_of(make_address("2001:db8::1")) != origin_of(make_address("2001:db8:0:1::1")));
}

}  // namespace halite::wire
