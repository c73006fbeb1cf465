#include <csignal>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/wire/messages/job.h"
#include "master/cli/job_screen.h"
#include "master/cli/option_tables.h"
#include "master/cli/spinner.h"
#include "tests/master/cli/fake_master.h"

using namespace halite;
using Catch::Contains;

namespace {

const std::string jid = "20261122025520717648";

control::Reply event(const wire::JobEvent& event) { return control::Event{wire::encode_message(event)}; }

control::Reply started(std::vector<std::string> minions, std::vector<std::string> missing = {}) {
  wire::JobEvent message;
  message.kind = "started";
  message.jid = jid;
  message.minions = std::move(minions);
  message.missing = std::move(missing);
  return event(message);
}

control::Reply answered(const std::string& id, Value value, std::int64_t retcode = 0, const std::string& out = "") {
  wire::JobReturn result;
  result.id = id;
  result.jid = jid;
  result.fun = "test.ping";
  result.value = std::move(value);
  result.retcode = retcode;
  result.out = out;
  result.outcome = retcode == 0 ? wire::outcome::ok : wire::outcome::failed;
  wire::JobEvent message;
  message.kind = "return";
  message.jid = jid;
  message.result = result;
  return event(message);
}

control::Reply ended(const std::string& id, const char* outcome) {
  wire::JobEvent message;
  message.kind = "ended";
  message.jid = jid;
  message.id = id;
  message.outcome = outcome;
  return event(message);
}

control::Reply done(std::vector<std::string> missing = {}) {
  wire::JobSummary summary;
  summary.jid = jid;
  summary.missing = std::move(missing);
  return control::Result{wire::encode_message(summary)};
}

ToolRun ask(FakeMaster& master, const std::vector<std::string>& words, std::optional<std::string> input = std::nullopt) {
  return run_tool(cli::halite_command, cli::halite_command_line(), master, words, std::move(input));
}

FakeMaster answering(std::vector<control::Reply> replies) {
  return FakeMaster([replies](const control::Request&) { return replies; });
}

const std::vector<control::Reply> two_pings{started({"alpha", "beta"}), answered("beta", true), answered("alpha", true), done()};

}  // namespace

TEST_CASE("answers are shown as they come, and all good is exit 0") {
  FakeMaster master = answering(two_pings);
  const auto run = ask(master, {"*", "test.ping"});
  CHECK(run.out == "beta:\n    True\nalpha:\n    True\n");
  CHECK(run.err.empty());
  CHECK(run.code == 0);
  REQUIRE(master.requests.size() == 1);
  CHECK(master.requests[0].command == "job.publish");
  const auto job = wire::decode_message<wire::PublishJob>(master.requests[0].arguments, "job");
  CHECK(job.fun == Value("test.ping"));
  CHECK(job.tgt == Value("*"));
  CHECK(job.tgt_type == "glob");
  CHECK(job.timeout == std::chrono::seconds(5));
  CHECK(job.wait);
}

TEST_CASE("arguments and targets travel as Salt means them") {
  FakeMaster master = answering({started({}), done()});
  ask(master, {"-L", "web1, web2", "state.apply", "users", "test=True", "-t", "30"});
  auto job = wire::decode_message<wire::PublishJob>(master.requests[0].arguments, "job");
  CHECK(job.tgt == Value(List{"web1", "web2"}));
  CHECK(job.tgt_type == "list");
  CHECK(job.arg == List{"users", Map{{"__kwarg__", true}, {"test", true}}});
  CHECK(job.timeout == std::chrono::seconds(30));
  ask(master, {"-C", "G@os:Debian", "test.ping,test.arg", ",", "a b"});
  job = wire::decode_message<wire::PublishJob>(master.requests[1].arguments, "job");
  CHECK(job.tgt_type == "compound");
  CHECK(job.fun == Value(List{"test.ping", "test.arg"}));
  CHECK(job.arg == List{List{}, List{"a b"}});
  ask(master, {"*", "cmd.run", "--args-stdin"}, "uptime\nshell=/bin/sh\n");
  job = wire::decode_message<wire::PublishJob>(master.requests[2].arguments, "job");
  CHECK(job.arg == List{"uptime", Map{{"__kwarg__", true}, {"shell", "/bin/sh"}}});
}

TEST_CASE("a minion that failed makes the exit code 1") {
  FakeMaster master = answering({started({"alpha"}), answered("alpha", "a\nb", 3), done()});
  const auto run = ask(master, {"alpha", "cmd.run", "x", "--out=txt"});
  CHECK(run.out == "alpha: a\nalpha: b\n");
  CHECK(run.err == "ERROR: Minions returned with non-zero exit code\n");
  CHECK(run.code == 1);
}

TEST_CASE("a target that means nobody says so and exits 2") {
  FakeMaster master = answering({control::Failure{Error(ErrorKind::not_found, "no minion matches")}});
  const auto run = ask(master, {"zzz", "test.ping"});
  CHECK(run.out == "No minions matched the target. No command was sent, no jid was assigned.\n");
  CHECK(run.err == "ERROR: No return received\n");
  CHECK(run.code == 2);
}

TEST_CASE("minions that do not return are named last, with a way to come back") {
  FakeMaster master = answering({started({"alpha", "gone"}, {"zzz"}), ended("gone", wire::outcome::not_connected), answered("alpha", true), done({"zzz"})});
  const auto run = ask(master, {"-L", "alpha,gone,zzz", "test.ping"});
  CHECK(run.out ==
        "alpha:\n    True\ngone:\n    Minion did not return. [Not connected]\nzzz:\n    Minion did not return. [No response]\n"
        "    No minion of that name has an accepted key here.\n");
  CHECK(run.code == 1);
  CHECK(ask(master, {"*", "test.ping", "--hide-timeout"}).out == "alpha:\n    True\n");
}

TEST_CASE("each screen of Salt is there: async, verbose, show-jid, summary") {
  FakeMaster master = answering(two_pings);
  const std::string pings = "beta:\n    True\nalpha:\n    True\n";
  CHECK(ask(master, {"*", "test.ping", "--async"}).out == "Executed command with job ID: " + jid + "\n");
  CHECK_FALSE(wire::decode_message<wire::PublishJob>(master.requests.back().arguments, "job").wait);
  CHECK(ask(master, {"*", "test.ping", "-v"}).out ==
        "Executing job with jid " + jid + "\n-------------------------------------------\n\n" + pings);
  CHECK(ask(master, {"*", "test.ping", "--show-jid"}).out == "jid: " + jid + "\n" + pings);
  CHECK(ask(master, {"*", "test.ping", "--summary"}).out ==
        pings + "\n\n-------------------------------------------\nSummary\n-------------------------------------------\n"
                "# of minions targeted: 2\n# of minions returned: 2\n# of minions that did not return: 0\n"
                "# of minions with errors: 0\n-------------------------------------------\n");
}

TEST_CASE("a verbose run tells which commits a minion used") {
  wire::JobReturn result;
  result.id = "alpha";
  result.jid = jid;
  result.fun = "state.apply";
  result.value = true;
  result.pillar_commit = "git:/srv/pillar.git@abc";
  wire::JobEvent message;
  message.kind = "return";
  message.jid = jid;
  message.result = result;
  FakeMaster master = answering({started({"alpha"}), event(message), done()});
  CHECK_THAT(ask(master, {"*", "state.apply", "-v"}).out, Contains("alpha:\n    True\n    # pillar: git:/srv/pillar.git@abc\n"));
  CHECK_THAT(ask(master, {"*", "state.apply"}).out, !Contains("abc"));
}

TEST_CASE("states that ran on an older pillar say so, with the reason") {
  wire::JobReturn result;
  result.id = "alpha";
  result.jid = jid;
  result.fun = "state.apply";
  result.value = Map{};
  result.out = "highstate";
  result.pillar_commit = "git:/p.git@old (the pillar at git:/p.git@new does not compile: users/a.sls:3)";
  wire::JobEvent message;
  message.kind = "return";
  message.jid = jid;
  message.result = result;
  FakeMaster master = answering({started({"alpha"}), event(message), done()});
  CHECK_THAT(ask(master, {"*", "state.apply"}).err, Contains("WARNING: alpha: (the pillar at git:/p.git@new") && Contains("users/a.sls:3"));
}

TEST_CASE("json comes one document a minion, and as one with --static") {
  FakeMaster master = answering(two_pings);
  CHECK(ask(master, {"*", "test.ping", "--out=json", "--out-indent=-1"}).out == "{\"beta\": true}\n{\"alpha\": true}\n");
  CHECK(ask(master, {"*", "test.ping", "--out=json", "--out-indent=-1", "--static"}).out == "{\"alpha\": true, \"beta\": true}\n");
}

TEST_CASE("a state return is shown as the minion asks") {
  const Map states{{"test_|-a_|-a_|-nop", Map{{"result", true}, {"comment", "Success!"}, {"changes", Map{}}, {"__run_num__", 0}}}};
  FakeMaster master = answering({started({"alpha"}), answered("alpha", states, 0, "highstate"), done()});
  CHECK_THAT(ask(master, {"*", "state.apply"}).out, Contains("          ID: a\n    Function: test.nop\n") && Contains("Succeeded: 1\n"));
  CHECK_THAT(ask(master, {"*", "state.apply", "--state-verbose=False"}).out, !Contains("ID: a"));
}

TEST_CASE("an error of the master is thrown for main to print") {
  FakeMaster master = answering({control::Failure{Error(ErrorKind::denied, "user bob may not run cmd.run")}});
  CHECK_THROWS_WITH(ask(master, {"*", "cmd.run", "x"}), "user bob may not run cmd.run");
}

TEST_CASE("no target, two kinds of target, no function and a wrong outputter are told before anything is sent") {
  FakeMaster master = answering(two_pings);
  CHECK(ask(master, {}).code == 42);
  CHECK_THROWS_WITH(ask(master, {"-G", "-E", "x", "test.ping"}), Contains("mutually exclusive"));
  CHECK_THROWS_WITH(ask(master, {"*"}), Contains("which function?"));
  CHECK_THROWS_WITH(ask(master, {"*", "test.ping", "--out=jsno"}), Contains("did you mean 'json'"));
  CHECK_THROWS_WITH(ask(master, {"*", "test.ping", "-t", "soon"}), Contains("must be a number of seconds"));
  CHECK(master.requests.empty());
}

TEST_CASE("preview asks who matches; a subset is taken by the master") {
  FakeMaster master([](const control::Request& request) -> std::vector<control::Reply> {
    if (request.command != "target.match") return {started({"a"}), answered("a", true), done()};
    return {control::Result{wire::encode_message(wire::MatchedMinions{{"a", "b", "c"}, {}})}};
  });
  CHECK(ask(master, {"*", "--preview-target"}).out == "- a\n- b\n- c\n");
  CHECK(master.requests.size() == 1);
  ask(master, {"*", "test.ping", "--subset=2"});
  const auto job = wire::decode_message<wire::PublishJob>(master.requests.back().arguments, "job");
  CHECK(job.tgt == Value("*"));
  CHECK(job.subset == 2);
}

TEST_CASE("without a master the message says where it was sought") {
  FakeMaster master = answering({});
  CHECK_THROWS_WITH(run_tool(cli::halite_command, cli::halite_command_line(), master, {"*", "test.ping"}, std::nullopt,
                             [](MasterSettings& settings) { settings.sock_dir = "/nonexistent"; }),
                    Contains("/nonexistent/control.sock"));
}

TEST_CASE("the settings can be shown without their secrets") {
  FakeMaster master = answering({});
  const auto run = run_tool(cli::halite_command, cli::halite_command_line(), master, {"--config-dump"}, std::nullopt,
                            [](MasterSettings& settings) { settings.git_pillar_password = "hunter2"; });
  CHECK_THAT(run.out, Contains("publish_port: 4505\n") && !Contains("hunter2"));
}

TEST_CASE("lines of progress are cut to the width and few") {
  std::map<std::string, std::string> progress{{"web1", "3/9 cmd.run " + std::string(100, 'x')}, {"web2", "1/2 test.nop \x1b[31m"}};
  auto lines = cli::progress_lines(progress, 40);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == 40);
  CHECK(lines[0].starts_with("  web1  3/9 cmd.run xxx"));
  CHECK(lines[1] == "  web2  1/2 test.nop \\x1b[31m");
  for (int i = 0; i < 100; ++i) progress[fmt::format("m{}", i)] = "1/2 x";
  lines = cli::progress_lines(progress, 40);
  CHECK(lines.size() == 9);
  CHECK(lines.back() == "  and 94 more");
}

TEST_CASE("the line of counts names who is waited for, as far as it fits") {
  CHECK(cli::waiting_text(2, {"web3"}, 76) == "2/3 answered, waiting for web3");
  CHECK(cli::waiting_text(0, {"a", "b", "c"}, 76) == "0/3 answered, waiting for a, b, c");
  std::set<std::string> many;
  for (int i = 100; i < 200; ++i) many.insert("web" + std::to_string(i));
  const std::string text = cli::waiting_text(5, many, 76);
  CHECK(text.size() <= 76);
  CHECK_THAT(text, Contains("5/105 answered, waiting for web100, web101") && Contains(" more"));
}

TEST_CASE("Ctrl-C tells the job's id and how to come back") {
  FakeMaster master([](const control::Request&) -> std::vector<control::Reply> {
    ::kill(::getpid(), SIGINT);
    return {started({"alpha"})};
  });
  const auto run = ask(master, {"*", "test.ping"});
  CHECK(run.code == 130);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains("This job's jid is: " + jid) && Contains("halite-run jobs.lookup_jid " + jid));
}

TEST_CASE("a minion's id can't steer the terminal") {
  FakeMaster master = answering({started({"we\x1b[2J"}), ended("we\x1b[2J", wire::outcome::not_connected), done()});
  CHECK(ask(master, {"*", "test.ping"}).out.find('\x1b') == std::string::npos);
}

TEST_CASE("a batch travels to the master as it was asked for") {
  FakeMaster master = answering({started({}), done()});
  ask(master, {"*", "test.ping", "-b", "25%", "--batch-wait", "2", "--failhard"});
  const auto job = wire::decode_message<wire::PublishJob>(master.requests[0].arguments, "job");
  CHECK(job.batch == "25%");
  CHECK(job.batch_wait == std::chrono::seconds(2));
  CHECK(job.failhard);
  CHECK_THROWS_WITH(ask(master, {"*", "test.ping", "--failhard"}), Contains("--batch=N"));
}

TEST_CASE("documentation is shown once for all minions") {
  const Value documentation = Map{{"test.ping", "Says that it is there."}, {"test.arg", "Gives its arguments."}};
  FakeMaster master = answering({started({"alpha", "beta"}), answered("alpha", documentation), answered("beta", documentation), done()});
  const auto run = ask(master, {"-d", "*", "test"});
  CHECK(run.out == "test.arg:\n\n    Gives its arguments.\n\ntest.ping:\n\n    Says that it is there.\n\n");
  CHECK(run.code == 0);
  const auto job = wire::decode_message<wire::PublishJob>(master.requests[0].arguments, "job");
  CHECK(job.fun == Value("sys.doc"));
  CHECK(job.arg == List{"test"});
  ask(master, {"-d"});
  CHECK(wire::decode_message<wire::PublishJob>(master.requests[1].arguments, "job").tgt == Value("*"));
}

TEST_CASE("documentation of what nobody has is an error") {
  FakeMaster master = answering({started({"alpha"}), answered("alpha", Map{}), done()});
  const auto run = ask(master, {"-d", "*", "nosuch.thing"});
  CHECK_THAT(run.err, Contains("no minion that answered has such a function"));
  CHECK(run.code == 1);
}

TEST_CASE("--progress says in lines who is waited for, where there is no terminal to draw on") {
  FakeMaster master = answering({started({"alpha", "beta"}), answered("beta", true), answered("alpha", true), done()});
  CHECK(ask(master, {"*", "test.ping", "--progress"}).err == "0/2 answered, waiting for alpha, beta\n1/2 answered, waiting for alpha\n");
  CHECK(ask(master, {"*", "test.ping"}).err.empty());
}

TEST_CASE("an unknown returner, and what can't be told to one, is refused before anything is sent") {
  FakeMaster master = answering(two_pings);
  CHECK_THROWS_WITH(ask(master, {"*", "test.ping", "--return", "mysql"}), Contains("there is no returner 'mysql'"));
  CHECK_THROWS_WITH(ask(master, {"*", "test.ping", "--return", "file", "--return_config", "x"}), Contains("the minion's configuration says"));
  CHECK(master.requests.empty());
  ask(master, {"*", "test.ping", "--return", "file,local"});
  CHECK(wire::decode_message<wire::PublishJob>(master.requests.at(0).arguments, "job").ret == "file,local");
}
