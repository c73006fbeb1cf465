#include "master/jobs/range_server.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "pillar/http.h"

namespace halite::master {
namespace {

constexpr std::chrono::seconds time_limit{10};

bool all_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return std::isalnum(c) || others.find(static_cast<char>(c)) != std::string_view::npos; });
}

std::string first_line(std::string_view text) {
  const auto lines = split_lines(text.substr(0, 1000));
  return lines.empty() ? "nothing" : "'" + escape_control(lines.front()).substr(0, 100) + "'";
}

// A host is a word of a list target from here on, so it must not be more than that.
std::vector<std::string> hosts_in(std::string_view body, const std::string& place) {
  std::vector<std::string> hosts;
  for (const auto& line : split_lines(body)) {
    const auto host = std::string(trim_right(line));
    if (host.empty()) continue;
    if (!all_of(host, "-._:"))
      throw Error(ErrorKind::unavailable, "{} answers with something else than a list of hosts: {}", place, first_line(host));
    hosts.push_back(host);
  }
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

std::vector<std::string> ask_one(Host& host, const std::string& server, const std::string& expression) {
  const auto place = fmt::format("the range server '{}'", server);
  return during(
      [&] {
        const auto reply = pillar::http_request(host, {.url = fmt::format("http://{}/range/list?{}", server, pillar::url_escape(expression)),
                                                       .timeout = time_limit,
                                                       .wants_headers = true});
        if (reply.status != 200)
          throw Error(ErrorKind::unavailable, "{} answers with status {}: {}", place, reply.status, first_line(reply.body));
        // The server's own way to say that an expression is wrong.
        if (const auto problem = reply.header("RangeException"))
          throw Error(ErrorKind::invalid, "{} refuses it: {}", place, escape_control(*problem));
        return hosts_in(reply.body, place);
      },
      "asking for the range '{}'", expression);
}

}  // namespace

RangeServer::RangeServer(std::string server, Host& host, wire::Workers& workers) : server_(std::move(server)), host_(host), workers_(workers) {
  if (!all_of(server_, "-._:[]"))
    throw Error(ErrorKind::invalid, "range_server: '{}' is neither HOST nor HOST:PORT", escape_control(server_));
}

Task<Ranges> RangeServer::ask(std::vector<std::string> expressions) {
  if (server_.empty())
    throw Error(ErrorKind::invalid, "the range '{}' can't be looked up: the master's option range_server names no server", expressions.at(0));
  auto work = [&host = host_, server = server_, expressions] {
    Ranges ranges;
    for (const auto& expression : expressions)
      if (!ranges.contains(expression)) ranges[expression] = ask_one(host, server, expression);
    return ranges;
  };
  co_return co_await workers_.run(std::move(work));
}

}  // namespace halite::master
