// Whatever a peer sends is frames or an error, the same ones whether it comes in one piece or in many, and no more memory is
// held than came.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/wire/zmtp.h"

namespace {

using namespace halite;

constexpr std::size_t limit_bytes = 1 << 12;

std::string outcome(std::string_view bytes, std::size_t piece) {
  wire::ZmtpInput input(limit_bytes);
  std::string seen;
  try {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      input.feed(bytes.substr(at, piece));
      while (const auto frame = input.next()) {
        if (frame->body.size() > limit_bytes) std::abort();
        seen += frame->is_command ? 'c' : 'm';
        seen += frame->has_more ? '+' : '.';
        seen += std::string(frame->body);
        if (!frame->is_command) continue;
        const auto command = wire::zmtp_command(frame->body);
        if (command.name == "READY") seen += wire::zmtp_socket_type(command.data);
        if (command.name == "PING" && wire::zmtp_pong(command.data).empty()) std::abort();
      }
      if (input.buffered() > limit_bytes + 64 + piece) std::abort();
      input.trim();
    }
  } catch (const Error&) {
    seen += "error";
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // A true opening in front lets the rest be frames.
  for (const std::string& text : {std::string(bytes), wire::zmtp_opening(wire::ZmtpRole::requester) + std::string(bytes)})
    if (outcome(text, std::max<std::size_t>(text.size(), 1)) != outcome(text, 1 + size % 7)) std::abort();
  return 0;
}
