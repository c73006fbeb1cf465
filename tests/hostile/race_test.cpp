// A user races root: while states write below the user's directory, the user exchanges parts of the path for symlinks
// that lead to what is not the user's.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/host/file_identity.h"
#include "tests/hostile/field.h"

namespace halite::states {
namespace {

constexpr uid_t mallory = 65534;  // nobody

// The ground: USER/sub/f is the file that states manage, and `precious` what nobody but root may touch.
struct Ground : Field {
  const std::string user = home / "user", sub = user + "/sub", file = sub + "/f";
  const std::string outside = home / "outside", precious = outside + "/f";

  Ground() {
    ::chmod(home.path().c_str(), 0755);
    host->make_directory(outside, {.mode = 0700});
    host->replace_file(precious, "precious", {.mode = 0600});
    host->make_directory(user, {.mode = 0755, .uid = mallory, .gid = mallory});
    host->make_directory(sub, {.mode = 0755, .uid = mallory, .gid = mallory});
    host->replace_file(file, "0", {.uid = mallory, .gid = mallory});
  }

  void check() {
    const auto status = host->status(precious);
    REQUIRE(status);
    CHECK(host->read_file(precious) == "precious");
    CHECK(status->mode == 0600);
    CHECK(status->uid == 0);
    CHECK(host->status(outside)->mode == 0700);
    CHECK(host->status(outside)->uid == 0);
    CHECK(host->list_directory(outside) == std::vector<std::string>{"f"});
  }
};

// Exchanges, as fast as it can: the directory for a link to `outside`, and the file for a link to `precious`.
class Attacker {
 public:
  explicit Attacker(const Ground& ground) : ground_(ground), thread_([this] { run(); }) {
    while (turns_ == 0) std::this_thread::yield();
  }
  ~Attacker() {
    stops_ = true;
    thread_.join();
  }
  long turns() const { return turns_; }

 private:
  void run() {
    const FileIdentity identity(Account{"nobody", mallory, mallory, "", "", ""});
    const std::string link_to_directory = ground_.user + "/d", link_to_file = ground_.user + "/l";
    if (::symlink(ground_.outside.c_str(), link_to_directory.c_str()) != 0 ||
        ::symlink(ground_.precious.c_str(), link_to_file.c_str()) != 0)
      std::abort();
    while (!stops_) {
      exchange(ground_.sub, link_to_directory);
      exchange(ground_.file, link_to_file);
      exchange(ground_.sub, link_to_directory);
      exchange(ground_.file, link_to_file);
      ++turns_;
    }
  }
  static void exchange(const std::string& a, const std::string& b) {
    ::syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
  }

  const Ground& ground_;
  std::atomic<bool> stops_ = false;
  std::atomic<long> turns_ = 0;
  std::thread thread_;
};

struct Count {
  int done = 0, refused = 0;
};

template <class Args>
Count attempts(Ground& ground, int number, const std::string& function, const Args& args) {
  Count count;
  for (int i = 0; i < number; ++i) has_failed(ground.state(function, args(i))) ? ++count.refused : ++count.done;
  return count;
}

}  // namespace

TEST_CASE("100,000 writes of file.managed in a race with its user write nothing outside") {
  Ground ground;
  const Attacker attacker(ground);
  const Count count = attempts(ground, 100'000, "file.managed", [&](int i) {
    return Map{{"name", ground.file}, {"contents", std::to_string(i)}, {"user", "nobody"}, {"mode", "0644"}};
  });
  WARN(count.done << " written, " << count.refused << " refused, " << attacker.turns() << " turns of the attacker");
  CHECK(count.done > 0);
  CHECK(count.refused > 0);
  ground.check();
}

TEST_CASE("no other function that writes is led outside either") {
  Ground ground;
  ground.host->replace_file(ground.home / "source", "x", {});
  const Attacker attacker(ground);
  constexpr int number = 3'000;
  const std::vector<std::pair<std::string, Map>> functions{
      {"file.managed", {{"name", ground.file}, {"contents", "x"}, {"follow_symlinks", false}, {"mode", "0666"}}},
      {"file.directory", {{"name", ground.sub}, {"mode", "0777"}, {"user", "nobody"}, {"follow_symlinks", true}}},
      {"file.directory",
       {{"name", ground.user}, {"user", "nobody"}, {"mode", "0777"}, {"recurse", List{"user", "mode"}}}},
      {"file.directory", {{"name", ground.sub}, {"clean", true}}},
      {"file.absent", {{"name", ground.file}}},
      {"file.absent", {{"name", ground.sub}}},
      {"file.append", {{"name", ground.file}, {"text", "x"}, {"makedirs", true}}},
      {"file.replace", {{"name", ground.file}, {"pattern", "^"}, {"repl", "y"}, {"count", 1}}},
      {"file.symlink", {{"name", ground.file}, {"target", "t"}, {"force", true}, {"user", "nobody"}}},
      {"file.copy", {{"name", ground.file}, {"source", ground.home / "source"}, {"force", true}, {"user", "nobody"}}},
      {"file.touch", {{"name", ground.file}, {"mtime", 5}}},
      {"file.rename", {{"name", ground.file}, {"source", ground.user + "/other"}, {"force", true}}},
      {"file.serialize", {{"name", ground.file}, {"dataset", Map{{"a", 1}}}, {"mode", "0666"}}},
      {"ini.options_present", {{"name", ground.file}, {"sections", Map{{"a", Map{{"b", "c"}}}}}}},
  };
  for (const auto& [function, args] : functions) {
    INFO(function);
    attempts(ground, number, function, [&args = args](int) { return args; });
    ground.check();
    // What the attack or the state removed is made anew, so that the next has something to race for.
    if (!ground.host->status(ground.sub)) ground.host->make_directory(ground.sub, {.uid = mallory, .gid = mallory});
  }
}

TEST_CASE("what a user may not read does not come into the user's file by an edit") {
  Ground ground;
  const Attacker attacker(ground);
  const std::vector<std::pair<std::string, Map>> edits{
      {"file.append", {{"name", ground.file}, {"text", "x"}}},
      {"file.replace", {{"name", ground.file}, {"pattern", "$"}, {"repl", "y"}, {"backup", false}}},
      {"file.line", {{"name", ground.file}, {"mode", "insert"}, {"location", "start"}, {"content", "z"}}},
      {"ini.options_present", {{"name", ground.file}, {"sections", Map{{"a", Map{{"b", "c"}}}}}}},
  };
  for (const auto& [function, args] : edits)
    for (int i = 0; i < 5'000; ++i) {
      ground.state(function, args);
      for (const std::string& place : {ground.file, ground.user + "/l"}) {
        const auto status = ground.host->status(place);
        if (!status || status->type != FileType::regular || status->uid != mallory) continue;
        std::string content;
        try {
          content = ground.host->read_plain_file(place);
        } catch (const Error&) {
          continue;  // exchanged meanwhile
        }
        REQUIRE(content.find("precious") == std::string::npos);
      }
      if (i % 100 == 0 && !ground.host->status(ground.file))
        ground.host->replace_file(ground.file, "0", {.uid = mallory});
    }
  ground.check();
}

TEST_CASE("what a user may not read is not copied to where the user can") {
  Ground ground;
  const Attacker attacker(ground);
  for (int i = 0; i < 5'000; ++i) {
    ground.state("file.copy",
                 {{"name", ground.home / "copy"}, {"source", ground.file}, {"force", true}, {"user", "nobody"}});
    if (const auto status = ground.host->status(ground.home / "copy"); status && status->type == FileType::regular)
      REQUIRE(ground.host->read_file(ground.home / "copy").find("precious") == std::string::npos);
  }
}

}  // namespace halite::states
