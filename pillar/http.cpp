#include "pillar/http.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

constexpr std::size_t body_limit_bytes = std::size_t{16} << 20;

// One line of curl's configuration.
std::string option(std::string_view name, const std::string& value) {
  std::string line = std::string(name) + " = \"";
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else {
      line += c;
    }
  }
  return line + "\"\n";
}

void check(const HttpRequest& request) {
  const auto has_control = [](const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  };
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://"))
    throw Error(ErrorKind::invalid, "a URL must begin with http:// or https://");
  if (has_control(request.url) || has_control(request.method) || request.body.find('\0') != std::string::npos ||
      std::any_of(request.headers.begin(), request.headers.end(), has_control))
    throw Error(ErrorKind::invalid, "an HTTP request may hold no control characters");
}

// "https://example.org", without what may be secret.
std::string place_of(const std::string& url) {
  const auto host = url.find("//") + 2;
  const auto end = std::min(url.find_first_of("/?#", host), url.size());
  const auto user = url.rfind('@', end);
  const bool has_user = user != std::string::npos && user > host;
  return url.substr(0, host) + url.substr(has_user ? user + 1 : host, end - (has_user ? user + 1 : host));
}

}  // namespace

std::optional<std::string> HttpReply::header(std::string_view name) const {
  for (const auto& line : split_lines(headers)) {
    const auto colon = line.find(':');
    if (colon != std::string::npos && to_lower(std::string_view(line).substr(0, colon)) == to_lower(name))
      return std::string(trim(std::string_view(line).substr(colon + 1)));
  }
  return std::nullopt;
}

std::string url_escape(std::string_view text) {
  std::string escaped;
  for (const unsigned char c : text)
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
      escaped += static_cast<char>(c);
    else
      escaped += fmt::format("%{:02X}", c);
  return escaped;
}

std::string url_query(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) query += (query.empty() ? "" : "&") + url_escape(name) + "=" + url_escape(value);
  return query;
}

HttpReply http_request(Host& host, const HttpRequest& request) {
  check(request);
  std::string config = option("url", request.url) + option("request", request.method) + option("proto", "=http,https") +
                       option("max-time", std::to_string(request.timeout.count())) + option("max-redirs", "5") +
                       option("max-filesize", std::to_string(body_limit_bytes)) + "silent\nshow-error\nlocation\n" +
                       option("write-out", request.wants_headers ? "\n%{http_code} %{size_header}" : "\n%{http_code} %{content_type}");
  if (request.wants_headers) config += "include\n";
  for (const auto& header : request.headers) config += option("header", header);
  if (!request.body.empty()) config += option("data-raw", request.body);

  Command command;
  command.argv = {"curl", "--disable", "--config", "-"};
  command.input = std::move(config);
  command.timeout = request.timeout + std::chrono::seconds(5);
  command.output_limit_bytes = body_limit_bytes + 1024;
  const auto result = host.execute(command);
  const auto place = place_of(request.url);
  if (result.timed_out) throw Error(ErrorKind::timeout, "{} did not answer within {} s", place, request.timeout.count());
  // Codes of curl's manual: 6 and 7 are no such host and no connection, 60 a certificate that is not trusted.
  if (result.exit_code != 0 || result.output_cut)
    throw Error(ErrorKind::unavailable, "{} gives no answer (curl ended with code {})", place, result.exit_code);
  const auto end = result.output.rfind('\n');
  const auto words = end == std::string::npos ? std::vector<std::string>() : split_words(result.output.substr(end + 1));
  const auto status = words.empty() ? std::nullopt : parse_int(words[0]);
  if (!status) throw Error(ErrorKind::unavailable, "{} gives no answer that can be read", place);
  HttpReply reply{.status = static_cast<int>(*status), .body = result.output.substr(0, end)};
  const auto last = words.size() > 1 ? words[1] : std::string();
  if (!request.wants_headers) {
    reply.content_type = last;
  } else {
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(parse_int(last).value_or(0), 0));
    reply.headers = reply.body.substr(0, std::min(size, reply.body.size()));
    reply.body.erase(0, reply.headers.size());
  }
  return reply;
}

}  // namespace halite::pillar
