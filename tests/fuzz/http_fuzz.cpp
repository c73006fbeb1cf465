// Any bytes are a request that is answered, one that is not complete, or an error; the page goes to nobody who asks for another.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/wire/http_head.h"

namespace {

using namespace halite;

constexpr std::size_t limit_bytes = 2048;

// What comes back: nothing when it is no whole request. Fed in pieces, as it may arrive.
std::string outcome(std::string_view bytes, std::size_t piece) {
  wire::PageHead head(limit_bytes);
  std::string waiting;
  boost::system::error_code error;
  for (std::size_t at = 0; at < bytes.size() && !head.parser().is_header_done(); at += piece) {
    waiting += bytes.substr(at, piece);
    const std::size_t used = head.parser().put(boost::asio::buffer(waiting), error);
    if (used > waiting.size()) std::abort();
    waiting.erase(0, used);
    if (error == boost::beast::http::error::need_more) error = {};
    if (error) return "error";
  }
  if (!head.parser().is_header_done()) return "incomplete";
  bool is_shown = false;
  const auto text = [&] {
    is_shown = true;
    return std::string("page");
  };
  const auto response = head.answer("/metrics", "text/plain", text);
  if (is_shown != (response.result_int() == 200)) std::abort();
  const auto target = head.parser().get().target();
  if (is_shown && !std::string_view(target.data(), target.size()).starts_with("/metrics")) std::abort();
  return std::to_string(response.result_int()) + response.body();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, limit_bytes / 2));
  outcome(bytes, std::max<std::size_t>(bytes.size(), 1));
  outcome(bytes, 1 + size % 7);
  return 0;
}
