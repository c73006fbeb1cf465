// halite-key --new-token and its kind: one-time enrolment tokens.
#include "common/base/strings.h"
#include "common/base/utc_stamp.h"
#include "common/config/program.h"
#include "common/control/client.h"
#include "common/wire/messages/enrolment.h"
#include "master/cli/commands.h"
#include "master/cli/printer.h"
#include "master/cli/tool.h"

namespace halite::cli {
namespace {

// "3600", "90m", "12h", "7d".
std::int64_t seconds_from(const std::string& text) {
  std::int64_t factor = 1;
  std::string digits = text;
  for (const auto& [unit, seconds] : {std::pair{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}})
    if (text.ends_with(unit)) {
      factor = seconds;
      digits.pop_back();
      break;
    }
  const auto count = parse_int(digits);
  if (!count || *count < 1 || *count > 1'000'000'000)
    throw UsageError("option --valid-for: must be a time as 3600, 90m, 12h or 7d, not '{}'", text);
  return *count * factor;
}

std::string readable(std::int64_t seconds) {
  return utc_stamp(std::chrono::system_clock::time_point(std::chrono::seconds(seconds))).substr(0, 19) + "Z";
}

Map shown(const wire::TokenInfo& token) {
  Map map{{"for", token.pattern}, {"state", token.state}, {"expires", readable(token.expires_at_s)}, {"made_by", token.made_by},
          {"made", readable(token.made_at_s)}};
  if (!token.used_by.empty()) {
    map.set("used_by", token.used_by);
    map.set("used", readable(token.used_at_s));
  }
  return map;
}

wire::TokenInfo ask(control::Client& client, const std::string& command, Map arguments) {
  return wire::decode_message<wire::TokenInfo>(client.call(command, std::move(arguments)), "the master's reply");
}

int make(const Screen& screen, Printer& printer, control::Client& client, const ParsedOptions& options) {
  const wire::MakeToken wanted{options.text_or("new-token", ""), seconds_from(options.text_or("valid-for", "1d"))};
  const auto token = ask(client, "token.make", wire::encode_message(wanted));
  if (!printer.asked().empty()) {
    Map map = shown(token);
    map.set("name", token.name);
    map.set("token", token.token);
    printer.show(map);
    return exit_code::ok;
  }
  // The token alone on standard output, for a script to take.
  screen.out(token.token + "\n");
  if (!options.has("quiet"))
    screen.err(fmt::format("Good once, for '{}', until {}. It is not shown again.\n"
                           "In the minion's configuration: enrolment_token: ...\n"
                           "'halite-key --revoke-token {}' takes it back.\n",
                           escape_control(token.pattern), readable(token.expires_at_s), token.name));
  return exit_code::ok;
}

int list(Printer& printer, control::Client& client, const Screen& screen) {
  const auto all = wire::decode_message<wire::TokenList>(client.call("token.list", Map{}), "the master's reply");
  Map by_name;
  for (const auto& token : all.tokens) by_name.set(token.name, shown(token));
  if (by_name.empty() && printer.asked().empty()) screen.out("There are no enrolment tokens.\n");
  else printer.show(by_name);
  return exit_code::ok;
}

int revoke(const Screen& screen, Printer& printer, control::Client& client, const ParsedOptions& options) {
  const auto token = ask(client, "token.revoke", wire::encode_message(wire::TokenName{options.text_or("revoke-token", "")}));
  if (!printer.asked().empty()) printer.show(Map{{token.name, shown(token)}});
  else if (!options.has("quiet")) screen.out(fmt::format("Token {} for '{}' is revoked.\n", token.name, escape_control(token.pattern)));
  return exit_code::ok;
}

}  // namespace

bool is_about_tokens(const ParsedOptions& options) {
  return options.has("new-token") || options.has("list-tokens") || options.has("revoke-token");
}

int token_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  if (int{options.has("new-token")} + int{options.has("list-tokens")} + int{options.has("revoke-token")} > 1)
    throw UsageError("--new-token, --list-tokens and --revoke-token: choose one");
  Printer printer(screen, settings, options);
  control::Client client(control_socket(settings));
  if (options.has("new-token")) return make(screen, printer, client, options);
  if (options.has("list-tokens")) return list(printer, client, screen);
  return revoke(screen, printer, client, options);
}

}  // namespace halite::cli
