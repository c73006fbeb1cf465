#include "minion/running_jobs.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <optional>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "minion/disk.h"
#include "minion/state_run/state_lock.h"
#include "tests/support/fake_host.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {
const std::string jid = "20260102030405000678";
}

TEST_CASE("a job is found while it runs and not after") {
  TempDirectory directory;
  RunningJobs jobs(directory.path() + "/proc");
  {
    const auto mark = jobs.mark(jid, {{"fun", "test.sleep"}, {"jid", jid}});
    CHECK(*jobs.find(jid).find("fun") == Value("test.sleep"));
    CHECK(jobs.list().size() == 1);
    CHECK_THROWS_AS(jobs.mark(jid, {}), Error);
  }
  CHECK(jobs.find(jid).empty());
  CHECK(jobs.list().empty());
}

TEST_CASE("a note of a job that died can be taken once, and one that ended well leaves none") {
  TempDirectory directory;
  RunningJobs jobs(directory.path() + "/proc");
  {
    auto note = jobs.note(jid);
    note.write("1 of 3 states had ended; a rather long name was next");
    note.write("2 of 3");
  }
  CHECK(jobs.list().empty());
  CHECK(jobs.take_note(jid) == "2 of 3");
  CHECK(jobs.take_note(jid).empty());
  CHECK(jobs.take_note("../../etc/passwd").empty());
  {
    const auto mark = jobs.mark(jid, {{"fun", "state.apply"}, {"jid", jid}});
    jobs.note(jid).write("1 of 3");
  }
  CHECK(jobs.take_note(jid).empty());
}

TEST_CASE("a job that was taken counts as running before its process has marked it") {
  TempDirectory directory;
  RunningJobs jobs(directory.path() + "/proc");
  jobs.expect(jid, {{"fun", "test.sleep"}, {"jid", jid}});
  CHECK(*jobs.find(jid).find("fun") == Value("test.sleep"));
  CHECK(jobs.list().size() == 1);
  CHECK_FALSE(jobs.signal(jid, 15));
  {
    const auto mark = jobs.mark(jid, {{"fun", "test.sleep"}, {"jid", jid}});
    CHECK(jobs.list().size() == 1);
    CHECK(jobs.find(jid).find("pid"));
  }
  jobs.forget(jid);
  CHECK(jobs.list().empty());
}

TEST_CASE("what a dead process left behind is no running job") {
  TempDirectory directory;
  const std::string proc = directory.path() + "/proc";
  make_private_directory(proc);
  replace_private_file(proc + "/" + jid, to_msgpack(Map{{"pid", 1}}, MsgpackText::modern));
  RunningJobs jobs(proc);
  CHECK(jobs.list().empty());
  CHECK_FALSE(jobs.signal(jid, 15));
  CHECK_NOTHROW(jobs.mark(jid, {}));
}

TEST_CASE("only job ids name jobs") {
  CHECK(is_valid_jid(jid));
  CHECK(is_valid_jid(jid + "_123"));
  for (const char* wrong : {"", "1", "../../../../etc/pass", "2026010203040500067x", "20260102030405000678_", "20260102030405000678/1"})
    CHECK_FALSE(is_valid_jid(wrong));
  CHECK(make_jid(1'767'323'045'000'678) == "20260102030405000678");
}

TEST_CASE("a second state run is refused with Salt's words, and free again afterwards") {
  TempDirectory directory;
  const std::string path = directory.path() + "/state_run.lock";
  std::optional<StateLock> first(std::in_place, path, Map{{"fun", "state.apply"}, {"jid", jid}});
  REQUIRE(first->try_take());
  StateLock second(path, {});
  CHECK_FALSE(second.try_take());
  CHECK(second.holder() == fmt::format("The function \"state.apply\" is running as PID {} and was started at 2026, Jan 02 "
                                       "03:04:05.000678 with jid 20260102030405000678", ::getpid()));
  FakeHost host;
  CHECK_FALSE(second.take(host, [] { return true; }));
  first.reset();
  CHECK(second.try_take());
}
