#include <catch2/catch.hpp>

#include "common/config/program.h"
#include "common/wire/messages/enrolment.h"
#include "master/cli/option_tables.h"
#include "tests/master/cli/fake_master.h"

using namespace halite;
using Catch::Contains;

namespace {

wire::TokenInfo info(const std::string& state) {
  wire::TokenInfo token;
  token.name = "0123456789abcdef";
  token.pattern = "web*";
  token.state = state;
  token.made_by = "sudo_alice";
  token.made_at_s = 1'767'225'600;
  token.expires_at_s = 1'767'232'800;
  return token;
}

FakeMaster one_token() {
  return FakeMaster([](const control::Request& request) -> std::vector<control::Reply> {
    wire::TokenInfo token = info("open");
    if (request.command == "token.list") {
      wire::TokenInfo used = info("used");
      used.name = "ffff";
      used.used_by = "web1";
      used.used_at_s = 1'767'225'660;
      return {control::Result{wire::encode_message(wire::TokenList{{token, used}})}};
    }
    if (request.command == "token.make") token.token = "enrol-secret";
    return {control::Result{wire::encode_message(token)}};
  });
}

ToolRun halite_key(FakeMaster& master, const std::vector<std::string>& words) {
  return run_tool(cli::key_command, cli::key_command_line(), master, words);
}

}  // namespace

TEST_CASE("a new token stands alone on standard output, for a script, and what to do with it beside it") {
  FakeMaster master = one_token();
  const auto run = halite_key(master, {"--new-token", "web*", "--valid-for", "2h"});
  CHECK(run.out == "enrol-secret\n");
  CHECK(run.err ==
        "Good once, for 'web*', until 2026-01-01T02:00:00Z. It is not shown again.\n"
        "In the minion's configuration: enrolment_token: ...\n'halite-key --revoke-token 0123456789abcdef' takes it back.\n");
  CHECK(*master.requests[0].arguments.find("valid_for") == Value(7200));
  CHECK(halite_key(master, {"--new-token", "web*", "-q"}).err.empty());
  CHECK(*master.requests[1].arguments.find("valid_for") == Value(86'400));
  CHECK_THAT(halite_key(master, {"--new-token", "web*", "--out=json"}).out, Contains("\"token\": \"enrol-secret\""));
}

TEST_CASE("tokens are listed with what became of them, and taken back by name") {
  FakeMaster master = one_token();
  const auto run = halite_key(master, {"--list-tokens", "--out=json", "--out-indent=-1"});
  CHECK(run.out ==
        "{\"0123456789abcdef\": {\"for\": \"web*\", \"state\": \"open\", \"expires\": \"2026-01-01T02:00:00Z\", \"made_by\": \"sudo_alice\", "
        "\"made\": \"2026-01-01T00:00:00Z\"}, \"ffff\": {\"for\": \"web*\", \"state\": \"used\", \"expires\": \"2026-01-01T02:00:00Z\", "
        "\"made_by\": \"sudo_alice\", \"made\": \"2026-01-01T00:00:00Z\", \"used_by\": \"web1\", \"used\": \"2026-01-01T00:01:00Z\"}}\n");
  CHECK(halite_key(master, {"--revoke-token", "0123"}).out == "Token 0123456789abcdef for 'web*' is revoked.\n");
  CHECK(*master.requests.back().arguments.find("name") == Value("0123"));
}

TEST_CASE("a time that is none, and two wishes at once, are told before the master is asked") {
  FakeMaster master = one_token();
  for (const char* time : {"soon", "0", "-1h", "1w", "h", "99999999999d"}) CHECK_THROWS_AS(halite_key(master, {"--new-token", "x", "--valid-for", time}), UsageError);
  CHECK_THROWS_AS(halite_key(master, {"--new-token", "x", "--list-tokens"}), UsageError);
  CHECK_THROWS_AS(halite_key(master, {"-L", "--valid-for", "1h"}), UsageError);
  CHECK(master.requests.empty());
}
