// Jobs from publication to the outcome of every minion, with minions that are lambdas.
#include "master/jobs/job_board.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/wire/publication.h"
#include "master/jobs/batch.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
using std::chrono::milliseconds;

namespace {

struct World {
  World() {
    static const auto key = crypto::PrivateKey::generate(2048).public_key();
    for (const char* id : {"db1", "web1", "web2"}) await(loop, store->put_key({id, KeyState::accepted, key.pem(), "", 0}, {}, {}));
    await(loop, keyring.load());
  }

  // What a published load does on the minions.
  Task<void> deliver(Map load) {
    published.push_back(load);
    if (on_publish) on_publish(load);
    co_return;
  }
  void answer(const std::string& id, const Map& load, Value value, bool success = true) {
    wire::ReturnLoad given;
    given.jid = load.at("jid").as_string();
    given.fun = load.at("fun");
    given.value = std::move(value);
    given.success = success;
    given.retcode = success ? 0 : 1;
    loop.spawn("return of " + id, board.take_return(id, given));
  }
  wire::PublishJob ping(const std::string& target) {
    wire::PublishJob job;
    job.fun = "test.ping";
    job.tgt = target;
    job.timeout = milliseconds(30);
    job.gather_job_timeout = milliseconds(30);
    return job;
  }
  // Runs the job to its end and gives the outcomes.
  std::map<std::string, std::string> outcomes(wire::PublishJob request) {
    const auto job = await(loop, board.start(std::move(request), Actor{"root", 0}));
    await(loop, until_finished(job));
    return job->outcomes;
  }
  static Task<void> until_finished(std::shared_ptr<Job> job) {
    while (!job->is_finished) co_await job->changed.wait(milliseconds(20));
  }

  wire::Loop loop;
  FakeHost host;
  wire::Workers workers{loop, {.name = "test", .threads = 1}};
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  EventBus events{loop, host};
  Keyring keyring{{loop, workers, *store, host, events, [] {}}, {}};
  RangeServer ranges{"range.example.org:8080", host, workers};
  Targets targets{keyring, *store, {{"front", "web* and R@%front"}, {"all", "N@front or db1"}}, ranges};
  wire::Listeners listeners;
  Presence presence{listeners, host};
  Served served;
  Rights rights{{.publisher_acl = {}, .publisher_acl_blacklist = {{"users", List{"mallory"}}, {"modules", List{"cmd.*"}}}, .external_auth = {}, .nodegroups = {}}};
  std::vector<Map> published;
  std::function<void(const Map&)> on_publish;
  JobBoard board{{loop, host, *store, events, targets, presence, served, [this](Map load, std::vector<std::string>) { return deliver(std::move(load)); }, rights},
                 {.grace = milliseconds(20)}};
};

bool is_find_job(const Map& load) { return load.at("fun") == Value("saltutil.find_job"); }

}  // namespace

// U20 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("A job ends when every minion has answered, each with its outcome") {
  World world;
  world.served["web1"] = {"git:pillar@1", "git:states@2"};
  world.on_publish = [&](const Map& load) {
    world.answer("web1", load, true);
    world.answer("web2", load, "no", false);
  };
  const auto outcomes = world.outcomes(world.ping("web*"));
  CHECK(outcomes == std::map<std::string, std::string>{{"web1", "ok"}, {"web2", "failed"}});
  CHECK(world.published.size() == 1);
  const auto jobs = await(world.loop, world.store->jobs({}));
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].is_finished);
  const auto returns = await(world.loop, world.store->returns(jobs[0].jid));
  REQUIRE(returns.size() == 2);
  CHECK(returns[0].pillar_commit == "git:pillar@1");
  CHECK(returns[0].state_commit == "git:states@2");
}

TEST_CASE("A silent minion is asked about the job, and then named") {
  World world;
  world.on_publish = [&](const Map& load) {
    if (!is_find_job(load)) return world.answer("web1", load, true);
  };
  const auto outcomes = world.outcomes(world.ping("web*"));
  CHECK(outcomes.at("web2") == "not connected");
  REQUIRE(world.published.size() == 2);
  CHECK(world.published[1].at("tgt") == Value(List{"web2"}));
}

TEST_CASE("A minion that says it does not run the job never got it") {
  World world;
  world.on_publish = [&](const Map& load) {
    if (is_find_job(load)) world.answer("web1", load, Map{});
  };
  CHECK(world.outcomes(world.ping("web1")).at("web1") == "not delivered");
}

TEST_CASE("A minion that still runs the job is waited for") {
  World world;
  int asked = 0;
  Map job;
  world.on_publish = [&](const Map& load) {
    if (!is_find_job(load)) {
      job = load;
    } else if (++asked < 3) {
      world.answer("web1", load, Map{{"pid", 7}});
    } else {
      world.answer("web1", job, "late");
    }
  };
  CHECK(world.outcomes(world.ping("web1")).at("web1") == "ok");
  CHECK(asked == 3);
}

TEST_CASE("A minion that ran the job and then knows it no more was interrupted") {
  World world;
  int asked = 0;
  world.on_publish = [&](const Map& load) {
    if (is_find_job(load)) world.answer("web1", load, ++asked == 1 ? Map{{"pid", 7}} : Map{});
  };
  CHECK(world.outcomes(world.ping("web1")).at("web1") == "interrupted");
}

TEST_CASE("A return after the end is stored and replaces the outcome") {
  World world;
  Map job;
  world.on_publish = [&](const Map& load) {
    if (!is_find_job(load)) job = load;
  };
  CHECK(world.outcomes(world.ping("web1")).at("web1") == "not connected");
  wire::ReturnLoad late;
  late.jid = job.at("jid").as_string();
  late.value = "here I am";
  await(world.loop, world.board.take_return("web1", late));
  const auto returns = await(world.loop, world.store->returns(late.jid));
  REQUIRE(returns.size() == 1);
  CHECK(returns[0].outcome == "ok");
}

TEST_CASE("A return counts only for a minion that its job means") {
  World world;
  Map job;
  world.on_publish = [&](const Map& load) {
    if (!is_find_job(load)) job = load;
  };
  wire::PublishJob request = world.ping("web1");
  const auto running = await(world.loop, world.board.start(request, Actor{"root", 0}));
  wire::ReturnLoad forged;
  forged.value = "forged";
  for (const char* jid : {running->jid.c_str(), "20010101000000000000", "../../x", ""}) {
    forged.jid = jid;
    CHECK_THROWS_AS(await(world.loop, world.board.take_return("db1", forged)), Error);
  }
  await(world.loop, World::until_finished(running));
  forged.jid = running->jid;
  CHECK_THROWS_AS(await(world.loop, world.board.take_return("db1", forged)), Error);
  for (const auto& record : await(world.loop, world.store->returns(running->jid))) CHECK(record.id == "web1");
}

TEST_CASE("A repeated return is told once") {
  World world;
  Subscription listener(world.events, [](const std::string& tag) { return tag.find("/ret/") != std::string::npos; });
  Map job;
  world.on_publish = [&](const Map& load) { job = load; };
  const auto running = await(world.loop, world.board.start(world.ping("web1"), Actor{"root", 0}));
  wire::ReturnLoad load;
  load.jid = running->jid;
  load.value = true;
  await(world.loop, world.board.take_return("web1", load));
  await(world.loop, world.board.take_return("web1", load));
  CHECK(await(world.loop, listener.next(milliseconds(50))));
  CHECK_FALSE(await(world.loop, listener.next(milliseconds(50))));
}

TEST_CASE("A target that means nobody sends nothing") {
  World world;
  CHECK_THROWS_WITH(await(world.loop, world.board.start(world.ping("zzz*"), Actor{"root", 0})), Catch::Contains("zzz*"));
  CHECK(world.published.empty());
  CHECK(await(world.loop, world.store->jobs({})).empty());
}

TEST_CASE("A list names the minions that nobody knows") {
  World world;
  wire::PublishJob request = world.ping("");
  request.tgt = List{"web1", "nowhere"};
  request.tgt_type = "list";
  world.on_publish = [&](const Map& load) { world.answer("web1", load, true); };
  const auto job = await(world.loop, world.board.start(request, Actor{"root", 0}));
  CHECK(job->minions == std::vector<std::string>{"web1"});
  CHECK(job->missing == std::vector<std::string>{"nowhere"});
  await(world.loop, World::until_finished(job));
}

TEST_CASE("Grain targets go by what minions said last") {
  World world;
  await(world.loop, world.store->put_facts({"web2", {{"os", "Debian"}}, {}, ""}));
  await(world.loop, world.store->put_facts({"gone", {{"os", "Debian"}}, {}, ""}));
  const wire::TargetQuery query{Value("os:Debian"), "grain", ":"};
  CHECK(await(world.loop, world.targets.resolve(query)).who.minions == std::vector<std::string>{"web2"});
}

TEST_CASE("Functions and job ids that are none are refused") {
  World world;
  for (const Value& fun : {Value("ping"), Value(""), Value("test.ping\n"), Value(7), Value(List{}), Value(Map{})}) {
    wire::PublishJob request = world.ping("web1");
    request.fun = fun;
    CHECK_THROWS_AS(await(world.loop, world.board.start(request, Actor{"root", 0})), Error);
  }
  wire::PublishJob request = world.ping("web1");
  request.jid = "../../etc/passwd";
  CHECK_THROWS_AS(await(world.loop, world.board.start(request, Actor{"root", 0})), Error);
  CHECK(world.published.empty());
}

TEST_CASE("A call made on the minion itself becomes a job of its own") {
  World world;
  wire::ReturnLoad load;
  load.jid = "req";
  load.fun = "test.ping";
  load.value = true;
  await(world.loop, world.board.take_return("web1", load));
  const auto jobs = await(world.loop, world.store->jobs({}));
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].minions == std::vector<std::string>{"web1"});
  CHECK(await(world.loop, world.store->returns(jobs[0].jid)).size() == 1);
}

TEST_CASE("Unfinished jobs of a former process are followed to their end") {
  World world;
  await(world.loop, world.store->put_job({"20260101000000000001", "root", {{"fun", "test.ping"}, {"tgt", "web*"}, {"tgt_type", "glob"}, {"user", "root"}},
                                          {"web1", "web2"}, {}, false}, {}));
  await(world.loop, world.store->put_return({"20260101000000000001", "web1", "ok", Map{{"return", true}}, "", "", 0}));
  JobBoard board({world.loop, world.host, *world.store, world.events, world.targets, world.presence, world.served,
                  [&](Map load, std::vector<std::string>) { return world.deliver(std::move(load)); }, world.rights},
                 {.timeout = milliseconds(20), .gather_timeout = milliseconds(20), .grace = milliseconds(10)});
  await(world.loop, board.resume());
  const auto job = board.running("20260101000000000001");
  REQUIRE(job);
  await(world.loop, World::until_finished(job));
  CHECK(job->outcomes == std::map<std::string, std::string>{{"web1", "ok"}, {"web2", "not connected"}});
}

TEST_CASE("A minion that is surely away is named at once, and nobody asks about it") {
  World world;
  world.listeners.topics[wire::topic_of("web2")] = {false, world.host.steady_now(), 0};
  world.host.sleep(std::chrono::seconds(10));
  world.on_publish = [&](const Map& load) { world.answer("web1", load, true); };
  auto ping = world.ping("web*");
  ping.timeout = std::chrono::hours(1);
  const auto outcomes = world.outcomes(ping);
  CHECK(outcomes == std::map<std::string, std::string>{{"web1", "ok"}, {"web2", "not connected"}});
  CHECK(world.published.size() == 1);
}

TEST_CASE("A minion that left just before is named once it has not come back, and nobody asks about it") {
  World world;
  world.listeners.topics[wire::topic_of("web1")] = {true, world.host.steady_now(), 1};
  world.listeners.topics[wire::topic_of("web2")] = {false, world.host.steady_now(), 0};
  world.on_publish = [&](const Map& load) {
    world.answer("web1", load, true);
    world.host.sleep(std::chrono::seconds(4));
  };
  auto ping = world.ping("web*");
  ping.gather_job_timeout = std::chrono::hours(1);
  CHECK(world.outcomes(ping) == std::map<std::string, std::string>{{"web1", "ok"}, {"web2", "not connected"}});
  CHECK(world.published.size() == 1);
}

TEST_CASE("the progress of a minion reaches the caller that waits, the newest alone") {
  World world;
  const auto job = await(world.loop, world.board.start(world.ping("web*"), Actor{"root", 0}));
  job->events.clear();
  const auto told = [](int done) { return Map{{"done", done}, {"len", 9}, {"running", "pkg.installed nginx"}}; };
  world.board.take_progress("web1", job->jid, told(1));
  world.board.take_progress("web1", job->jid, told(2));
  world.board.take_progress("web2", job->jid, {{"len", 4}, {"ret", Map{{"__run_num__", 2}, {"name", "x"}}}});
  world.board.take_progress("db1", job->jid, told(3));                     // not meant by the job
  world.board.take_progress("web1", "20200102030405000678", told(4));      // no such job
  world.board.take_progress("web1", job->jid, {{"len", "x"}, {"done", List{}}});  // nonsense
  REQUIRE(job->events.size() == 2);
  CHECK(job->events[0].text == "2/9 pkg.installed nginx");
  CHECK(job->events[1].id == "web2");
  CHECK(job->events[1].text == "3/4 x");
}

TEST_CASE("What a return means") {
  wire::ReturnLoad load;
  CHECK(outcome_of(load) == "ok");
  load.retcode = Map{{"test.ping", 0}, {"cmd.run", 3}};
  CHECK(retcode_of(load.retcode) == 3);
  CHECK(outcome_of(load) == "failed");
  load.outcome = "refused";
  CHECK(outcome_of(load) == "refused");
}

TEST_CASE("A batch goes to a few minions at a time, as one job") {
  World world;
  std::vector<std::vector<std::string>> sent;
  std::set<std::string> jids;
  world.on_publish = [&](const Map& load) {
    if (is_find_job(load)) return;
    const auto ids = listed_ids(load.at("tgt"));
    sent.push_back(ids);
    jids.insert(load.at("jid").as_string());
    for (const auto& id : ids) world.answer(id, load, true);
  };
  auto request = world.ping("*");
  request.batch = "2";
  CHECK(world.outcomes(request) == std::map<std::string, std::string>{{"db1", "ok"}, {"web1", "ok"}, {"web2", "ok"}});
  REQUIRE(sent.size() == 2);
  CHECK(sent[0] == std::vector<std::string>{"db1", "web1"});
  CHECK(sent[1] == std::vector<std::string>{"web2"});
  CHECK(jids.size() == 1);
  const auto jobs = await(world.loop, world.store->jobs({}));
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].minions.size() == 3);
}

TEST_CASE("A subset is so many of those that the target means, told to minions by their ids") {
  World world;
  auto job = world.ping("*");
  job.subset = 2;
  const auto started = await(world.loop, world.board.start(job, Actor{"root", 0}));
  CHECK(started->minions.size() == 2);
  CHECK(std::is_sorted(started->minions.begin(), started->minions.end()));
  CHECK(world.published.at(0).at("tgt") == Value(started->minions));
  CHECK(world.published.at(0).at("tgt_type") == Value("list"));
  job.subset = 9;
  CHECK(await(world.loop, world.board.start(job, Actor{"root", 0}))->minions.size() == 3);
  job.subset = -1;
  CHECK_THROWS_AS(await(world.loop, world.board.start(job, Actor{"root", 0})), Error);
}

TEST_CASE("A batch that ends at the first failure leaves the others out, and names them") {
  World world;
  world.on_publish = [&](const Map& load) {
    for (const auto& id : listed_ids(load.at("tgt"))) world.answer(id, load, id != "web1", id != "web1");
  };
  auto request = world.ping("*");
  request.batch = "1";
  request.failhard = true;
  CHECK(world.outcomes(request) == std::map<std::string, std::string>{{"db1", "ok"}, {"web1", "failed"}, {"web2", "not delivered"}});
  CHECK(world.published.size() == 2);
}

TEST_CASE("A minion that answers before the batch comes to it does no harm") {
  World world;
  world.on_publish = [&](const Map& load) {
    for (const char* id : {"db1", "web1", "web2"}) world.answer(id, load, true);
  };
  auto request = world.ping("*");
  request.batch = "1";
  const auto job = await(world.loop, world.board.start(request, Actor{"root", 0}));
  await(world.loop, World::until_finished(job));
  CHECK(job->outcomes.size() == 3);
  world.board.end_batch(job);
  CHECK(job->outcomes.at("web2") == "ok");
}

TEST_CASE("A silent minion of a batch is named and its place goes to the next") {
  World world;
  world.on_publish = [&](const Map& load) {
    if (!is_find_job(load) && load.at("tgt") != Value(List{"db1"})) world.answer("web1", load, true);
  };
  auto request = world.ping("*");
  request.tgt = List{"db1", "web1"};
  request.tgt_type = "list";
  request.batch = "1";
  CHECK(world.outcomes(request) == std::map<std::string, std::string>{{"db1", "not connected"}, {"web1", "ok"}});
}

TEST_CASE("Large targets go in batches by themselves where the settings say so") {
  World world;
  std::size_t largest = 0;
  world.on_publish = [&](const Map& load) {
    const auto ids = listed_ids(load.at("tgt"));
    largest = std::max(largest, ids.size());
    for (const auto& id : ids) world.answer(id, load, true);
  };
  auto request = world.ping("*");
  request.batch_safe_limit = 3;
  request.batch_safe_size = 2;
  world.outcomes(request);
  CHECK(largest == 2);
}

TEST_CASE("A batch is a number or a share, rounded up") {
  CHECK(batch_size("10", 3) == 10);
  CHECK(batch_size("25%", 10) == 2);
  CHECK(batch_size("34%", 3) == 1);
  CHECK(batch_size("%50", 10) == 5);
  CHECK(batch_size("1%", 10) == 1);
  CHECK(batch_size("100%", 7) == 7);
  for (const char* wrong : {"", "0", "-1", "ten", "101%", "%", "1.5", "5%%", "99999999999999999999"}) CHECK_THROWS_AS(batch_size(wrong, 10), Error);
}

TEST_CASE("A range is looked up at the range server, and minions are told its hosts") {
  World world;
  std::string asked;
  world.host.programs["curl"] = [&](const Command& command) {
    asked = command.input;
    const std::string head = "HTTP/1.1 200 OK\r\nServer: range\r\n\r\n";
    return FakeHost::result(0, head + "web2\ndb1\nweb9\n" + "\n200 " + std::to_string(head.size()) + " text/plain");
  };
  auto job = world.ping("%front and not %old");
  job.tgt_type = "range";
  const auto started = await(world.loop, world.board.start(job, Actor{"root", 0}));
  CHECK(asked.find("url = \"http://range.example.org:8080/range/list?%25front%20and%20not%20%25old\"\n") == 0);
  CHECK(started->minions == std::vector<std::string>{"db1", "web2"});
  CHECK(started->missing == std::vector<std::string>{"web9"});
  CHECK(started->load.at("tgt_type") == Value("list"));
  CHECK(started->load.at("tgt") == Value(List{"db1", "web2", "web9"}));
}

TEST_CASE("Nodegroups are told to minions as what they mean, with the ranges in them") {
  World world;
  world.host.programs["curl"] = [&](const Command& command) {
    CHECK(command.input.find("/range/list?%25front\"") != std::string::npos);
    return FakeHost::result(0, "web2\nold9\n\n200 0 text/plain");
  };
  auto job = world.ping("all");
  job.tgt_type = "nodegroup";
  const auto started = await(world.loop, world.board.start(job, Actor{"root", 0}));
  CHECK(started->minions == std::vector<std::string>{"db1", "web2"});
  CHECK(started->load.at("tgt_type") == Value("compound"));
  CHECK(started->load.at("tgt") == Value("( ( web* and L@old9,web2 ) or db1 )"));
}

TEST_CASE("A range server that is not there, refuses or answers with something else is an error that names it") {
  World world;
  std::string output = "\n200 0 text/plain";
  int exit_code = 0;
  world.host.programs["curl"] = [&](const Command&) { return FakeHost::result(exit_code, output); };
  auto job = world.ping("%front");
  job.tgt_type = "range";
  const auto start = [&] { await(world.loop, world.board.start(job, Actor{"root", 0})); };
  CHECK_THROWS_WITH(start(), Catch::Contains("no minion matches the range target"));
  output = "oops\nmore\n500 0 text/plain";
  CHECK_THROWS_WITH(start(), Catch::Contains("the range server 'range.example.org:8080' answers with status 500: 'oops'"));
  output = "<html>\n200 0 text/html";
  CHECK_THROWS_WITH(start(), Catch::Contains("something else than a list of hosts: '<html>'"));
  const std::string head = "HTTP/1.1 200 OK\r\nrangeexception: NO_CLUSTER: %front\r\n\r\n";
  output = head + "\n200 " + std::to_string(head.size()) + " text/plain";
  CHECK_THROWS_WITH(start(), Catch::Contains("refuses it: NO_CLUSTER: %front") && Catch::Contains("asking for the range '%front'"));
  exit_code = 7;
  CHECK_THROWS_WITH(start(), Catch::Contains("http://range.example.org:8080 gives no answer"));

  RangeServer none("", world.host, world.workers);
  CHECK_THROWS_WITH(await(world.loop, none.ask({"%front"})), Catch::Contains("range_server names no server"));
  CHECK_THROWS_WITH(RangeServer("http://range/", world.host, world.workers), Catch::Contains("neither HOST nor HOST:PORT"));
}

TEST_CASE("What publisher_acl_blacklist forbids is forbidden to root too, and nothing of it is sent or stored") {
  World world;
  auto job = world.ping("web*");
  job.fun = List{"test.ping", "cmd.run"};
  job.arg = List{List{}, List{"id"}};
  CHECK_THROWS_WITH(await(world.loop, world.board.start(job, Actor{"root", 0})), Catch::Contains("nobody may run cmd.run"));
  CHECK_THROWS_WITH(await(world.loop, world.board.start(world.ping("web*"), Actor{"mallory", 1000})), Catch::Contains("may not run anything"));
  CHECK(world.published.empty());
  CHECK(await(world.loop, world.store->jobs({})).empty());
  CHECK(await(world.loop, world.store->audit({})).empty());
}

TEST_CASE("A job is on record with who ordered it, in one write") {
  World world;
  const auto job = await(world.loop, world.board.start(world.ping("web*"), Actor{"sudo_alice", 0}));
  const auto audit = await(world.loop, world.store->audit({}));
  REQUIRE(audit.size() == 1);
  CHECK(audit[0].who.user == "sudo_alice");
  CHECK(audit[0].act == "job.publish");
  CHECK(audit[0].what == "test.ping");
  CHECK(audit[0].on_whom == "glob web* (2 minions)");
  CHECK(audit[0].is_allowed);
  CHECK(audit[0].detail == job->jid);
}

TEST_CASE("A job with an unknown returner is refused, and nothing of it is sent or kept") {
  World world;
  auto request = world.ping("web1");
  request.ret = "file,mysql";
  CHECK_THROWS_WITH(await(world.loop, world.board.start(request, Actor{"root", 0})), Catch::Contains("there is no returner 'mysql'"));
  CHECK(world.published.empty());
  CHECK(await(world.loop, world.store->jobs({})).empty());
  request.ret = "file";
  await(world.loop, world.board.start(request, Actor{"root", 0}));
  CHECK(world.published.at(0).at("ret") == Value("file"));
}
