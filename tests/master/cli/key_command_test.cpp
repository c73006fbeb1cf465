#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "common/config/program.h"
#include "common/wire/messages/key.h"
#include "master/cli/option_tables.h"
#include "tests/master/cli/fake_master.h"

using namespace halite;
using Catch::Contains;

namespace {

wire::KeyInfo key(const std::string& id, const std::string& state, const std::string& fingerprint = "aa:bb") {
  wire::KeyInfo info;
  info.id = id;
  info.state = state;
  info.fingerprint = fingerprint;
  info.pem = "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----";
  return info;
}

control::Reply keys(std::vector<wire::KeyInfo> infos) { return control::Result{wire::encode_message(wire::KeyList{std::move(infos)})}; }

// Answers every list with these keys, and a decision as the real one does when the fingerprint is another.
FakeMaster master_with(std::vector<wire::KeyInfo> infos) {
  return FakeMaster([infos](const control::Request& request) -> std::vector<control::Reply> {
    if (request.command == "key.list") return {keys(infos)};
    if (request.command == "key.master")
      return {control::Result{wire::encode_message(wire::MasterKey{"11:22", "33:44", "pem"})}};
    const auto asked = wire::decode_message<wire::KeySelection>(request.arguments, "selection");
    if (asked.fingerprint && *asked.fingerprint != infos.front().fingerprint)
      return {control::Failure{Error(ErrorKind::denied, "the key of '{}' has fingerprint {}, not {}", infos.front().id,
                                     infos.front().fingerprint, *asked.fingerprint)}};
    return {keys(infos)};
  });
}

ToolRun halite_key(FakeMaster& master, const std::vector<std::string>& words, std::optional<std::string> answer = std::nullopt) {
  return run_tool(cli::key_command, cli::key_command_line(), master, words, std::move(answer));
}

wire::KeySelection selection_of(const control::Request& request) {
  return wire::decode_message<wire::KeySelection>(request.arguments, "selection");
}
wire::KeySelection last(const FakeMaster& master) { return selection_of(master.requests.back()); }

}  // namespace

TEST_CASE("all keys are listed by class") {
  FakeMaster master = master_with({key("alpha", "accepted"), key("beta", "pending")});
  const std::string screen = "Accepted Keys:\nalpha\nDenied Keys:\nUnaccepted Keys:\nbeta\nRejected Keys:\n";
  CHECK(halite_key(master, {"-L"}).out == screen);
  CHECK(halite_key(master, {}).out == screen);
  CHECK(halite_key(master, {"-L", "--out=json", "--out-indent=-1"}).out ==
        "{\"minions\": [\"alpha\"], \"minions_denied\": [], \"minions_pre\": [\"beta\"], \"minions_rejected\": []}\n");
}

TEST_CASE("one class is listed by any of its names") {
  FakeMaster master = master_with({key("beta", "pending")});
  for (const char* name : {"pre", "un", "unaccepted"}) {
    CHECK(halite_key(master, {"-l", name}).out == "Unaccepted Keys:\nbeta\n");
    CHECK(last(master).states == std::vector<std::string>{"pending"});
  }
  CHECK_THROWS_AS(halite_key(master, {"-l", "waiting"}), UsageError);
}

TEST_CASE("accepting asks, and empty means yes") {
  FakeMaster master = master_with({key("beta", "pending")});
  const std::string head = "The following keys are going to be accepted:\nUnaccepted Keys:\nbeta\nProceed? [n/Y] ";
  CHECK(halite_key(master, {"-a", "beta"}, "").out == head + "Key for minion beta accepted.\n");
  CHECK(master.requests.back().command == "key.accept");
  CHECK(last(master).fingerprint == "aa:bb");
  CHECK(last(master).match == std::vector<std::string>{"beta"});
  CHECK(halite_key(master, {"-a", "beta"}, "n").out == head);
  CHECK(halite_key(master, {"-a", "beta"}).out == head);  // end of input
  CHECK(master.requests.back().command == "key.list");
}

TEST_CASE("deleting asks, and empty means no") {
  FakeMaster master = master_with({key("beta", "accepted")});
  const std::string head = "The following keys are going to be deleted:\nAccepted Keys:\nbeta\n";
  CHECK(halite_key(master, {"-d", "beta"}, "").out == head + "Proceed? [N/y] ");
  CHECK(halite_key(master, {"-d", "beta"}, "Yes").out == head + "Proceed? [N/y] Key for minion beta deleted.\n");
  CHECK(halite_key(master, {"-y", "-d", "beta"}).out == head + "Key for minion beta deleted.\n");
}

TEST_CASE("a key is accepted by its fingerprint, and another one is refused") {
  FakeMaster master = master_with({key("web1", "pending", "aa:bb")});
  CHECK_THAT(halite_key(master, {"-y", "-a", "web1", "--finger", "aa:bb"}).out, Contains("Key for minion web1 accepted."));
  CHECK_THROWS_WITH(halite_key(master, {"-y", "-a", "web1", "--finger", "00:11"}),
                    Contains("the key of 'web1' has fingerprint aa:bb, not 00:11"));
}

TEST_CASE("a key that is gone when it is accepted is an error, not a success") {
  FakeMaster master([](const control::Request& request) -> std::vector<control::Reply> {
    return {request.command == "key.list" ? keys({key("web1", "pending")}) : keys({})};
  });
  CHECK_THROWS_WITH(halite_key(master, {"-y", "-a", "web1"}), Contains("the unaccepted key of 'web1' is not there any more"));
}

TEST_CASE("one fingerprint for several keys is refused") {
  FakeMaster master = master_with({key("web1", "pending"), key("web2", "pending")});
  CHECK_THROWS_WITH(halite_key(master, {"-y", "-a", "web*", "--finger", "aa:bb"}), Contains("means 2 keys"));
  CHECK(master.requests.back().command == "key.list");
}

TEST_CASE("what matches nothing is said, with exit 0 as Salt has it") {
  FakeMaster master = master_with({});
  const auto run = halite_key(master, {"-a", "nosuch"});
  CHECK(run.out == "The key glob 'nosuch' does not match any unaccepted keys.\n");
  CHECK(run.code == 0);
  CHECK(halite_key(master, {"-r", "x", "--include-all"}).out == "The key glob 'x' does not match any unaccepted, accepted or denied keys.\n");
}

TEST_CASE("include options widen where to look") {
  FakeMaster master = master_with({});
  halite_key(master, {"-a", "x", "--include-rejected"});
  CHECK(selection_of(master.requests.front()).states == std::vector<std::string>{"pending", "rejected"});
  halite_key(master, {"-R", "--include-accepted"});
  CHECK(last(master).states == std::vector<std::string>{"pending", "accepted"});
  CHECK(last(master).match.empty());
}

TEST_CASE("a key that is elsewhere is said to be there, and how a rebuilt host is let in") {
  FakeMaster master([](const control::Request& request) -> std::vector<control::Reply> {
    if (!selection_of(request).states.empty()) return {keys({})};
    return {keys({key("web1", "accepted"), key("web1", "denied")})};
  });
  CHECK(halite_key(master, {"-a", "web1"}).out ==
        "The key glob 'web1' does not match any unaccepted keys.\nIt matches keys that are accepted and denied.\n--include-denied takes the denied one: the host that "
        "has it is trusted from then\non, and the one before is not.\n");
  CHECK_THAT(halite_key(master, {"-r", "web1"}).out, Contains("are accepted and denied.\n"));
  CHECK_THAT(halite_key(master, {"-f", "x"}).out, Contains("web1"));
}

TEST_CASE("fingerprints and keys of nobody are told beside the output") {
  FakeMaster master = master_with({});
  const auto run = halite_key(master, {"-f", "nosuch"});
  CHECK(run.out.empty());
  CHECK(run.err == "The key glob 'nosuch' does not match any keys.\n");
  CHECK(run.code == 0);
  CHECK(halite_key(master, {"-p", "nosuch", "-q"}).err.empty());
}

TEST_CASE("fingerprints and keys are printed") {
  FakeMaster master = master_with({key("alpha", "accepted", "b7:1b")});
  CHECK(halite_key(master, {"-f", "alpha"}).out == "Accepted Keys:\nalpha:  b7:1b\n");
  CHECK(halite_key(master, {"-F"}).out == "Local Keys:\nmaster.pem:  33:44\nmaster.pub:  11:22\nAccepted Keys:\nalpha:  b7:1b\n");
  CHECK(halite_key(master, {"-F", "master"}).out == "Local Keys:\nmaster.pem:  33:44\nmaster.pub:  11:22\n");
  CHECK_THAT(halite_key(master, {"-p", "alpha"}).out, Contains("alpha:  -----BEGIN PUBLIC KEY-----\nabc\n"));
}

TEST_CASE("two actions at once and stray words are wrong usage") {
  FakeMaster master = master_with({});
  CHECK_THROWS_AS(halite_key(master, {"-a", "x", "-d", "y"}), UsageError);
  CHECK_THROWS_AS(halite_key(master, {"-L", "x"}), UsageError);
  CHECK(master.requests.empty());
}

TEST_CASE("quiet prints nothing") {
  FakeMaster master = master_with({key("beta", "pending")});
  CHECK(halite_key(master, {"-q", "-y", "-a", "beta"}).out.empty());
  CHECK(master.requests.back().command == "key.accept");
}

TEST_CASE("the keys of a Salt master are sent with what it decided, and what is refused is named") {
  TempDirectory salt;
  for (const char* folder : {"minions", "minions_pre"}) std::filesystem::create_directories(salt / (std::string("master/") + folder));
  std::ofstream(salt / "master/minions/alpha") << "PEM A";
  std::ofstream(salt / "master/minions/.key_cache") << "no key";
  std::ofstream(salt / "master/minions_pre/beta") << "PEM B";
  std::ofstream(salt / "master/master.pub") << "another key";
  FakeMaster master([](const control::Request& request) -> std::vector<control::Reply> {
    if (request.command == "key.master") return {control::Result{wire::encode_message(wire::MasterKey{"11:22", "33:44", "pem"})}};
    return {control::Result{wire::encode_message(wire::KeyImportReport{{"alpha"}, {}, {{"beta", "another key is on record"}}})}};
  });
  const auto run = halite_key(master, {"--import", salt.path(), "-y"});
  CHECK_THAT(run.out, Contains("alpha") && Contains("beta") && Contains("1 keys taken over"));
  CHECK_THAT(run.err, Contains("beta is not taken over: another key is on record") && Contains("another key of its own"));
  CHECK(run.code == 1);
  const auto sent = wire::decode_message<wire::KeyImport>(master.requests.front().arguments, "import");
  REQUIRE(sent.keys.size() == 2);
  CHECK(sent.keys[0].id == "alpha");
  CHECK(sent.keys[0].state == "accepted");
  CHECK(sent.keys[0].pem == "PEM A");
  CHECK(sent.keys[1].state == "pending");
}

TEST_CASE("a directory without a Salt master's keys is told") {
  FakeMaster master = master_with({});
  TempDirectory empty;
  CHECK_THROWS_WITH(halite_key(master, {"--import", empty.path()}), Contains("no folder 'minions'"));
}
