#include <catch2/catch.hpp>

#include "common/config/program.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/runner.h"
#include "master/cli/option_tables.h"
#include "tests/master/cli/fake_master.h"

using namespace halite;
using Catch::Contains;

namespace {

FakeMaster answering(std::vector<control::Reply> replies) {
  return FakeMaster([replies](const control::Request&) { return replies; });
}

control::Reply result(Value value, std::int64_t retcode = 0) {
  wire::RunnerResult message;
  message.value = std::move(value);
  message.retcode = retcode;
  return control::Result{wire::encode_message(message)};
}

ToolRun halite_run(FakeMaster& master, const std::vector<std::string>& words) {
  return run_tool(cli::run_command, cli::run_command_line(), master, words);
}

}  // namespace

TEST_CASE("a runner's result is shown as nested, with its retcode as exit code") {
  FakeMaster master = answering({control::Event{wire::encode_message(wire::RunnerProgress{"fetching"})}, result(Map{{"up", List{"web1"}}}, 3)});
  const auto run = halite_run(master, {"manage.status", "a", "tgt=web*", "n=2"});
  CHECK(run.out == "up:\n    - web1\n");
  CHECK(run.err == "fetching\n");
  CHECK(run.code == 3);
  const auto call = wire::decode_message<wire::RunFunction>(master.requests[0].arguments, "call");
  CHECK(call.fun == "manage.status");
  CHECK(call.arg == List{"a"});
  CHECK(call.kwarg == Map{{"tgt", "web*"}, {"n", 2}});
}

TEST_CASE("a job id stays the text that was typed") {
  FakeMaster master = answering({result(Map())});
  halite_run(master, {"jobs.lookup_jid", "20261122025520717648"});
  CHECK(wire::decode_message<wire::RunFunction>(master.requests[0].arguments, "call").arg == List{"20261122025520717648"});
}

TEST_CASE("an unknown function is an error, not exit 0") {
  FakeMaster master = answering({control::Failure{Error(ErrorKind::not_found, "there is no runner 'jobs.lookup'; did you mean 'jobs.lookup_jid'?")}});
  CHECK_THROWS_WITH(halite_run(master, {"jobs.lookup"}), Contains("did you mean 'jobs.lookup_jid'"));
}

TEST_CASE("state.event prints each event on one line, or indented") {
  const control::Reply event = control::Event{wire::encode_message(wire::Event{"salt/auth", Map{{"id", "web1"}, {"act", "pend\x1b"}}})};
  FakeMaster master = answering({event, control::Result{Map()}});
  CHECK(halite_run(master, {"state.event", "salt/*", "count=1"}).out == "salt/auth\t{\"id\": \"web1\", \"act\": \"pend\\u001b\"}\n");
  const auto filter = wire::decode_message<wire::EventFilter>(master.requests[0].arguments, "filter");
  CHECK(filter.tag == "salt/*");
  CHECK(filter.count == 1);
  CHECK(halite_run(master, {"state.event", "pretty=True"}).out ==
        "salt/auth\t{\n    \"act\": \"pend\\u001b\",\n    \"id\": \"web1\"\n}\n");
  CHECK(halite_run(master, {"state.event", "quiet=True"}).out.empty());
}

TEST_CASE("the functions can be listed with their documentation") {
  FakeMaster master = answering({control::Result{wire::encode_message(wire::RunnerList{{{"jobs.active", "Jobs that run."}, {"manage.up", "Who is up."}}})}});
  CHECK(halite_run(master, {"-d", "jobs"}).out == "jobs.active:\n\n    Jobs that run.\n\n");
  CHECK_THROWS_WITH(halite_run(master, {"-d", "nope"}), Contains("no function begins with 'nope'"));
}

TEST_CASE("no function is wrong usage") {
  FakeMaster master = answering({});
  CHECK_THROWS_AS(halite_run(master, {}), UsageError);
}

TEST_CASE("--async tells the job id and waits for nothing") {
  wire::RunnerResult started;
  started.jid = "20260102030405000678";
  FakeMaster master = answering({control::Result{wire::encode_message(started)}});
  const auto run = halite_run(master, {"state.orchestrate", "deploy", "--async"});
  CHECK(run.code == 0);
  CHECK(run.out == "Running with job ID: 20260102030405000678\nIts result: halite-run jobs.lookup_jid 20260102030405000678\n");
  CHECK_FALSE(wire::decode_message<wire::RunFunction>(master.requests[0].arguments, "call").wait);
}

TEST_CASE("a chosen format gets what an orchestration gave as Salt lays it out") {
  wire::RunnerResult message;
  message.value = Map{{"boss", List{"it broke"}}};
  message.out = "highstate";
  message.retcode = 1;
  FakeMaster master = answering({control::Result{wire::encode_message(message)}});
  const auto run = halite_run(master, {"state.orchestrate", "deploy", "--out=json"});
  CHECK(run.code == 1);
  CHECK_THAT(run.out, Contains("\"data\": {") && Contains("\"outputter\": \"highstate\"") && Contains("\"retcode\": 1"));
}
