// One state run at a time, whatever becomes of who holds the lock. Real processes, for the lock is the kernel's.
#include "minion/state_run/state_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <array>

#include "tests/support/fake_host.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
  ~Pipe() {
    for (const int end : ends) ::close(end);
  }
  void tell(char word) { (void)!::write(ends[1], &word, 1); }
  char hear() {
    char word = 0;
    return ::read(ends[0], &word, 1) == 1 ? word : '?';
  }
};

Map job() { return {{"fun", "state.apply"}, {"jid", "20261122030106436438"}}; }

}  // namespace

TEST_CASE("Of fifty that start at once one holds the lock, and it is told which") {
  TempDirectory folder;
  const std::string path = folder.path() + "/run/lock";
  Pipe start, answers, end;
  std::vector<pid_t> children;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);
      StateLock lock(path, job());
      start.hear();
      const bool is_mine = lock.try_take();
      answers.tell(is_mine ? 'y' : 'n');
      if (is_mine) end.hear();
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (int i = 0; i < 50; ++i) start.tell('!');
  int held = 0;
  for (int i = 0; i < 50; ++i) held += answers.hear() == 'y';
  CHECK(held == 1);
  StateLock late(path, job());
  CHECK_FALSE(late.try_take());
  CHECK(late.holder().find("The function \"state.apply\" is running as PID ") == 0);
  CHECK(late.holder().find("was started at 2026, Nov 22 03:01:06.436438") != std::string::npos);
  end.tell('!');
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  CHECK(late.try_take());
}

TEST_CASE("A killed holder blocks nobody") {
  TempDirectory folder;
  const std::string path = folder.path() + "/run/lock";
  Pipe ready;
  const pid_t holder = ::fork();
  if (holder == 0) {
    ::alarm(20);
    StateLock lock(path, job());
    ready.tell(lock.try_take() ? 'y' : 'n');
    while (true) ::pause();
  }
  REQUIRE(ready.hear() == 'y');
  FakeHost host;
  StateLock next(path, job());
  CHECK_FALSE(next.try_take());
  CHECK_FALSE(next.take(host, [] { return true; }));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  CHECK(next.take(host, [] { return true; }));
}
