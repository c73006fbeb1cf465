// The head of a request for a page, and the answer to it. Beast's part of http_page.h, for this folder alone; no I/O.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <functional>
#include <string>

namespace halite::wire {

// One request. A body is never read.
class PageHead {
 public:
  using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  explicit PageHead(std::size_t limit_bytes);
  // To be fed until its header is done.
  Parser& parser() { return parser_; }
  // GET and HEAD of `path` are answered with `text`, which is made for nothing else.
  Response answer(const std::string& path, const std::string& content_type, const std::function<std::string()>& text) const;

 private:
  Parser parser_;
};

}  // namespace halite::wire
