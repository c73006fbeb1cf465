#include "minion/return_file.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/data/json.h"
#include "minion/disk.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::minion;

namespace {

std::string text_of(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY));
  return file ? read_all(file.get(), 1 << 20, path) : "(none)";
}

unsigned mode_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

Map record(int number, std::size_t size = 0) { return {{"jid", std::to_string(number)}, {"return", std::string(size, 'x')}}; }

}  // namespace

TEST_CASE("each result is a line of JSON in a private file") {
  TempDirectory directory;
  const std::string path = directory.path() + "/a/b";
  const ReturnFile file({path, 10'000, 3});
  file.append({{"jid", "1"}, {"return", Map{{"text", "two\nlines"}, {"binary", "\xff"}}}});
  file.append(record(2));
  const auto lines = split_lines(text_of(path + "/returns.jsonl"));
  REQUIRE(lines.size() == 2);
  CHECK(from_json(lines[0]).find("return")->find("text")->as_string() == "two\nlines");
  CHECK(*from_json(lines[1]).find("jid") == Value("2"));
  CHECK(mode_of(path + "/returns.jsonl") == 0600);
  CHECK(mode_of(path) == 0700);
}

TEST_CASE("a full file makes room for a new one, and only so many are kept") {
  TempDirectory directory;
  const std::string path = directory.path();
  const ReturnFile file({path, 4096, 2});
  for (int i = 1; i <= 5; ++i) file.append(record(i, 3000));
  const auto jid_in = [&](const char* name) { return from_json(trim(text_of(path + name))).find("jid")->as_string(); };
  CHECK(jid_in("/returns.jsonl") == "5");
  CHECK(jid_in("/returns.jsonl.1") == "4");
  CHECK(jid_in("/returns.jsonl.2") == "3");
  CHECK_FALSE(std::filesystem::exists(path + "/returns.jsonl.3"));
  file.append(record(6, 100'000));  // larger than a file may be: it has one of its own
  file.append(record(7));
  CHECK(jid_in("/returns.jsonl.1") == "6");
}

TEST_CASE("a line that a crash cut off does not spoil the next one") {
  TempDirectory directory;
  const UniqueFd file(::open((directory.path() + "/returns.jsonl").c_str(), O_WRONLY | O_CREAT, 0600));
  write_all(file.get(), "{\"jid\": \"20", "");
  ReturnFile({directory.path(), 10'000, 1}).append(record(2));
  const auto lines = split_lines(text_of(directory.path() + "/returns.jsonl"));
  REQUIRE(lines.size() == 2);
  CHECK(*from_json(lines[1]).find("jid") == Value("2"));
}

TEST_CASE("nothing is written through a link, into a pipe, or into another's file") {
  TempDirectory directory;
  const std::string path = directory.path() + "/returns.jsonl", target = directory.path() + "/target";
  const ReturnFile file({directory.path(), 10'000, 1});
  std::filesystem::create_symlink(target, path);
  CHECK_THROWS_AS(file.append(record(1)), Error);
  CHECK_FALSE(std::filesystem::exists(target));
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(file.append(record(1)), Catch::Contains("returns.jsonl"));
  std::filesystem::remove(path);
  REQUIRE(::close(::open(target.c_str(), O_WRONLY | O_CREAT, 0600)) == 0);
  std::filesystem::create_hard_link(target, path);
  CHECK_THROWS_WITH(file.append(record(1)), Catch::Contains("not a plain file of the minion's own"));
}

TEST_CASE("many writers at once leave whole lines") {
  TempDirectory directory;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([&, i] {
      const ReturnFile file({directory.path(), 20'000, 100});
      for (int k = 0; k < 50; ++k) file.append(record(i * 50 + k, 500));
    });
  for (auto& writer : writers) writer.join();
  std::size_t lines = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
    if (entry.path().filename().string().starts_with("returns"))
      for (const auto& line : split_lines(text_of(entry.path()))) {
        CHECK(from_json(line).find("jid"));
        ++lines;
      }
  CHECK(lines == 200);
}
