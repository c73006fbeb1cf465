// One page of text over HTTP, for programs that ask for it now and then, as monitoring does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/wire/loop.h"

namespace halite::wire {

struct HttpPageOptions {
  std::string address;                                // IP:PORT, "[::1]:9106"; port 0 takes a free one
  std::string path;                                   // "/metrics"; every other is 404
  std::string content_type = "text/plain";
  std::size_t connection_limit = 16;                  // one more closes, of the address with most, the one silent the longest
  std::size_t header_limit_bytes = 8 << 10;
  Duration step_limit = std::chrono::seconds(30);     // for a request to come, and for a reply to be taken
};

// Answers GET and HEAD. Whoever reaches the address can read the page: there is no authentication.
class HttpPage {
 public:
  struct Impl;  // in the source file
  // Binds at once. Throws Error(invalid) when the address is none, Error(unavailable) when it can't be bound. `text` runs on
  // the loop, for each request.
  HttpPage(Loop& loop, HttpPageOptions options, std::function<std::string()> text);
  ~HttpPage();
  HttpPage(const HttpPage&) = delete;

  void start();
  void close();
  // Where it really listens.
  std::string address() const;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
