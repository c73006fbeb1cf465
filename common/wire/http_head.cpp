#include "common/wire/http_head.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace halite::wire {

namespace http = boost::beast::http;

PageHead::PageHead(std::size_t limit_bytes) { parser_.header_limit(static_cast<std::uint32_t>(limit_bytes)); }

PageHead::Response PageHead::answer(const std::string& path, const std::string& content_type, const std::function<std::string()>& text) const {
  const auto& request = parser_.get();
  Response response(http::status::ok, request.version());
  response.keep_alive(request.keep_alive() && parser_.is_done());  // of a body that follows nobody knows the end
  response.set(http::field::content_type, content_type);
  const auto target = request.target();
  const std::string_view wanted(target.data(), target.size());
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    response.result(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
  } else if (wanted.substr(0, wanted.find('?')) != path) {
    response.result(http::status::not_found);
    response.body() = fmt::format("there is {} alone\n", path);
  } else {
    response.body() = text();
  }
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

}  // namespace halite::wire
