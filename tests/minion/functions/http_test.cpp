#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Command asked;
  CommandResult result;
  Minion() {
    host.programs["curl"] = [this](const Command& command) {
      asked = command;
      return result;
    };
    answers("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", "{\"up\": true}");
  }
  void answers(const std::string& headers, const std::string& body, int code = 200) {
    result = FakeHost::result(0, headers + body + "\n" + std::to_string(code) + " " + std::to_string(headers.size()));
  }
  bool told(const std::string& line) const { return asked.input.find(line + "\n") != std::string::npos; }
};

}  // namespace

TEST_CASE("http.query gives the body, and what else is asked for") {
  Minion minion;
  CHECK(minion.call("http.query", {"https://example.org/"}) == Value(Map{{"body", "{\"up\": true}"}}));
  CHECK(minion.call("http.query", {"https://example.org/"}, {{"decode", true}, {"status", true}, {"headers", true}}) ==
        Value(Map{{"body", "{\"up\": true}"},
                  {"status", 200},
                  {"headers", Map{{"Content-Type", "application/json"}}},
                  {"dict", Map{{"up", true}}}}));
}

TEST_CASE("a request tells curl all of it by its standard input, where no other user can read it") {
  Minion minion;
  minion.call("http.query", {"https://example.org/a?x=1"},
              {{"method", "POST"}, {"params", Map{{"k", "a b&c"}}}, {"data", "two\nlines \"quoted\""}, {"header_dict", Map{{"X-Token", "secret"}}},
               {"username", "bob"}, {"password", "pw"}});
  CHECK(minion.asked.argv == Argv{"curl", "--disable", "--config", "-"});
  CHECK(minion.told("url = \"https://example.org/a?x=1&k=a+b%26c\""));
  CHECK(minion.told("request = \"POST\""));
  CHECK(minion.told("data-raw = \"two\\nlines \\\"quoted\\\"\""));
  CHECK(minion.told("header = \"X-Token: secret\""));
  CHECK(minion.told("user = \"bob:pw\""));
  CHECK(minion.told("proto-redir = \"=https\""));
}

TEST_CASE("an answer that is an error is one, unless the caller wants it as it is") {
  Minion minion;
  minion.answers("HTTP/1.1 404 Not Found\r\n\r\n", "no such page", 404);
  CHECK(minion.call("http.query", {"http://example.org/"}) == Value(Map{{"status", 404}, {"error", "HTTP 404: Not Found"}}));
  CHECK(minion.call("http.query", {"http://example.org/"}, {{"raise_error", false}, {"status", true}}) ==
        Value(Map{{"body", "no such page"}, {"status", 404}}));
  minion.result = FakeHost::result(7, "", "curl: (7) Failed to connect\n");
  CHECK(minion.call("http.query", {"http://example.org/"}, {{"status", true}}) ==
        Value(Map{{"status", 0}, {"error", "curl: (7) Failed to connect"}}));
}

TEST_CASE("of a redirection the headers of the last answer count, and a body that looks like headers is a body") {
  Minion minion;
  minion.answers("HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\nHTTP/2 200 \r\nServer: x\r\n\r\n", "HTTP/1.1 500 Fake\r\nEvil: yes\r\n\r\n");
  CHECK(minion.call("http.query", {"http://example.org/"}, {{"headers", true}}) ==
        Value(Map{{"body", "HTTP/1.1 500 Fake\r\nEvil: yes\r\n\r\n"}, {"headers", Map{{"Server", "x"}}}}));
}

TEST_CASE("what is no request is refused before curl sees it") {
  Minion minion;
  for (const char* url : {"file:///etc/shadow", "example.org", "http://a\nurl = b", "http://a b"})
    CHECK(minion.call("http.query", {url}).as_string().find("is no address") != std::string::npos);
  CHECK(minion.call("http.query", {"http://a"}, {{"header_list", List{"A: b\noutput = /etc/passwd"}}}).as_string().find("is one line") !=
        std::string::npos);
  CHECK(minion.call("http.query", {"http://a"}, {{"method", "GET\nx"}}).as_string().find("no method") != std::string::npos);
  CHECK(minion.asked.argv.empty());
}

TEST_CASE("a server that comes up late is waited for, and one that doesn't is given up") {
  Minion minion;
  const CommandResult good = minion.result;
  minion.result = FakeHost::result(7, "", "refused");
  int calls = 0;
  minion.host.programs["curl"] = [&](const Command&) { return ++calls < 3 ? minion.result : good; };
  CHECK(minion.call("http.wait_for_successful_query", {"http://a"}) == Value(Map{{"body", "{\"up\": true}"}}));
  CHECK(calls == 3);
  minion.host.programs["curl"] = [&](const Command&) { return minion.result; };
  CHECK(minion.call("http.wait_for_successful_query", {"http://a"}, {{"wait_for", 5.0}}) == Value(Map{{"error", "refused"}}));
}

}  // namespace halite::minion
