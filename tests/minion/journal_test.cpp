#include "minion/journal.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/unique_fd.h"
#include "minion/disk.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {

const std::string jid = "20260102030405000678";
const std::string later = "20260102030406000000";

void append_bytes(const std::string& path, std::string_view bytes) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND));
  write_all(file.get(), bytes, path);
}

}  // namespace

TEST_CASE("a job id is taken once") {
  TempDirectory directory;
  Journal journal(directory.path());
  CHECK(journal.take(jid, {}, true));
  CHECK_FALSE(journal.take(jid, {}, true));
  CHECK(journal.take(later, {}, false));
}

TEST_CASE("a job id stays taken after a restart, and an unfinished job is told") {
  TempDirectory directory;
  {
    Journal journal(directory.path());
    journal.take(jid, {{"fun", "state.apply"}}, true);
    journal.take(later, {{"fun", "test.ping"}}, false);
    journal.finish(later);
  }
  Journal journal(directory.path());
  CHECK_FALSE(journal.take(jid, {}, true));
  CHECK_FALSE(journal.take(later, {}, true));
  REQUIRE(journal.unfinished().size() == 1);
  CHECK(*journal.unfinished()[0].find("jid") == Value(jid));
  CHECK(*journal.unfinished()[0].find("fun") == Value("state.apply"));
}

TEST_CASE("a damaged end of the journal is dropped and what came before stands") {
  TempDirectory directory;
  {
    Journal journal(directory.path());
    journal.take(jid, {}, true);
    journal.finish(jid);
  }
  append_bytes(directory.path() + "/journal", "\x82\xa3jid\xb4" "2026");
  Journal journal(directory.path());
  CHECK_FALSE(journal.take(jid, {}, true));
  CHECK(journal.take(later, {}, true));
  Journal again(directory.path());
  CHECK_FALSE(again.take(later, {}, true));
}

TEST_CASE("a journal that is all rubbish does not stop the minion") {
  TempDirectory directory;
  replace_private_file(directory.path() + "/journal", std::string(1000, '\xc1'));
  Journal journal(directory.path());
  CHECK(journal.take(jid, {}, true));
}

TEST_CASE("the journal stays bounded and refuses what is older than it knows") {
  TempDirectory directory;
  Journal journal(directory.path());
  for (int i = 0; i < 8001; ++i) {
    const std::string one = fmt::format("202601020304{:08}", i);
    REQUIRE(journal.take(one, {}, false));
    journal.finish(one);
  }
  CHECK_FALSE(journal.take("20260102030400000000", {}, false));
  CHECK_FALSE(journal.take("20250102030400000000", {}, false));
  CHECK(journal.take("20270102030400000000", {}, false));
  struct stat status{};
  REQUIRE(::stat((directory.path() + "/journal").c_str(), &status) == 0);
  CHECK(status.st_size < 600'000);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("returns wait on disk until they are removed, oldest first") {
  TempDirectory directory;
  ReturnStore returns(directory.path() + "/returns");
  CHECK(returns.waiting().empty());
  returns.put(later, {{"return", true}});
  returns.put(jid, {{"return", "x"}});
  CHECK(returns.waiting() == std::vector<std::string>{jid, later});
  CHECK(*returns.get(jid)->find("return") == Value("x"));
  returns.remove(jid);
  CHECK_FALSE(returns.get(jid));
}

TEST_CASE("in a long outage the oldest returns are cut, and none is lost") {
  TempDirectory directory;
  ReturnStore returns(directory.path() + "/returns", 100'000);
  for (int i = 0; i < 5; ++i)
    returns.put("2026010203040500000" + std::to_string(i), {{"return", std::string(40'000, 'x')}, {"retcode", i}, {"jid", i}});
  CHECK(returns.waiting().size() == 5);
  std::size_t whole = 0;
  for (const auto& waiting : returns.waiting()) {
    const Map load = *returns.get(waiting);
    CHECK(std::to_string(load.at("retcode").as_int()) == waiting.substr(19));
    if (!load.contains("truncated")) ++whole;
  }
  CHECK(whole == 2);
  CHECK_FALSE(returns.get("20260102030405000004")->contains("truncated"));
  CHECK(returns.get("20260102030405000000")->contains("truncated"));
}

TEST_CASE("a job id can not be a path") {
  TempDirectory directory;
  ReturnStore returns(directory.path() + "/returns");
  CHECK_THROWS_AS(returns.put("../../etc/passwd", {}), Error);
  CHECK_FALSE(returns.get("../journal"));
}

TEST_CASE("a damaged return is dropped") {
  TempDirectory directory;
  ReturnStore returns(directory.path() + "/returns");
  returns.put(jid, {{"return", true}});
  replace_private_file(directory.path() + "/returns/" + jid, "\xc1");
  CHECK_FALSE(returns.get(jid));
  CHECK(returns.waiting().empty());
}

TEST_CASE("Where the disk is full the reserve is given up for what must be written") {
  TempDirectory directory;
  CHECK(make_reserve(directory.path()));
  CHECK(make_reserve(directory.path()));  // it is there
  REQUIRE(std::filesystem::file_size(directory / "reserve") == 1 << 20);
  int tries = 0;
  const auto fits_without = [&] {
    ++tries;
    if (std::filesystem::exists(directory / "reserve")) throw Error(ErrorKind::unavailable, "No space left on device");
  };
  with_reserve(directory.path(), fits_without);
  CHECK(tries == 2);
  CHECK_FALSE(std::filesystem::exists(directory / "reserve"));
  const auto fits_never = [] { throw Error(ErrorKind::unavailable, "No space left on device"); };
  CHECK_THROWS_WITH(with_reserve(directory.path(), fits_never), "No space left on device");
}

TEST_CASE("Where there is no room for the reserve it is said, and nothing is left of it") {
  TempDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{300, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &small);
    ::_exit(make_reserve(directory.path()) ? 1 : 0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK_FALSE(std::filesystem::exists(directory / "reserve"));
  CHECK_FALSE(make_reserve(directory / "nowhere"));
}

TEST_CASE("A record that does not fit leaves no half of itself before the next ones") {
  TempDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    Journal journal(directory.path());
    journal.take("20261122030106436438", Map{{"fun", "first"}}, true);
    const rlimit small{300, RLIM_INFINITY};
    const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &small);
    bool is_refused = false;
    try {
      journal.take("20261122030106436439", Map{{"fun", std::string(5000, 'x')}}, true);
    } catch (const Error&) {
      is_refused = true;
    }
    ::setrlimit(RLIMIT_FSIZE, &large);
    const bool is_new = journal.take("20261122030106436440", Map{{"fun", "third"}}, true);
    ::_exit(is_refused && is_new ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  Journal journal(directory.path());
  REQUIRE(journal.unfinished().size() == 2);
  CHECK(journal.unfinished()[1].at("jid").as_string() == "20261122030106436440");
}
