// HTTP for templates and external pillars on the master: the program curl, told by its standard input, so that tokens in
// URLs and headers stand on no command line.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/host/host.h"

namespace halite::pillar {

struct HttpRequest {
  std::string url = {};  // http:// or https://; certificates are checked
  std::string method = "GET";
  std::vector<std::string> headers = {};  // "Name: value"
  std::string body = {};
  std::chrono::seconds timeout{30};
  bool wants_headers = false;  // of the reply; then the type of its content is among them
};

struct HttpReply {
  int status = 0;
  std::string content_type = {};
  std::string body = {};
  std::string headers = {};  // "Name: value" lines, when they were wanted

  bool ok() const { return status >= 200 && status < 300; }
  // Names are compared regardless of case.
  std::optional<std::string> header(std::string_view name) const;
};

// Everything but letters, digits, '-', '.', '_' and '~' escaped.
std::string url_escape(std::string_view text);
// "a=b&c=d" of escaped texts.
std::string url_query(const std::vector<std::pair<std::string, std::string>>& parameters);

// Throws Error(invalid) for another kind of URL or control characters in one, Error(unavailable) when there is no answer,
// naming the host and never the path or the query.
HttpReply http_request(Host& host, const HttpRequest& request);

}  // namespace halite::pillar
