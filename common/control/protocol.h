// What travels over the master's local control socket: frames of a 4-byte big-endian length and a msgpack map.
//
//   request: {"command": text, "arguments": map, "behind": text}
//   replies: any number of {"event": value}, then one {"result": value} or {"error": {"kind", "message", "frames"}}
//
// Requests on one connection are answered one after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/error.h"
#include "common/data/value.h"

namespace halite::control {

// The socket's name in the master's sock_dir.
constexpr std::string_view socket_name = "control.sock";

constexpr std::size_t header_size_bytes = 4;
constexpr std::size_t request_limit_bytes = 16u << 20;
constexpr std::size_t reply_limit_bytes = 1u << 30;

struct Request {
  std::string command;
  Map arguments;
  std::string behind = {};  // the user who became root by sudo to ask this; only root is believed. Empty: nobody
};

struct Event { Value value; };
struct Result { Value value; };
struct Failure { Error error; };
using Reply = std::variant<Event, Result, Failure>;

// Whole frames. Throw Error(invalid) when the limit would be passed.
std::string encode(const Request& request);
std::string encode(const Reply& reply);

// The size of the body, from the header. Throws Error(invalid) above the limit.
std::size_t body_size(std::string_view header, std::size_t limit_bytes);
// From the body of a frame; unknown fields are ignored. Throw Error(invalid).
Request decode_request(std::string_view body);
Reply decode_reply(std::string_view body);

}  // namespace halite::control
