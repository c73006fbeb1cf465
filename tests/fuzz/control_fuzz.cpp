// The local control socket, from either end: any body is a message or an error, and a message that was read can be sent on.
#include <cstdint>
#include <cstdlib>

#include "common/control/protocol.h"

namespace {

using namespace halite;

std::string_view body_of(std::string_view frame) {
  const std::string_view body = frame.substr(control::header_size_bytes);
  if (control::body_size(frame, control::reply_limit_bytes) != body.size()) std::abort();
  return body;
}

void read_request(std::string_view body) {
  const std::string frame = control::encode(control::decode_request(body));
  if (control::encode(control::decode_request(body_of(frame))) != frame) std::abort();
}

void read_reply(std::string_view body) {
  const std::string frame = control::encode(control::decode_reply(body));
  if (control::encode(control::decode_reply(body_of(frame))) != frame) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 2 == 0) read_request(rest);
    else read_reply(rest);
  } catch (const Error&) {
  }
  return 0;
}
