#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "common/config/program.h"
#include "common/wire/messages/key.h"
#include "master/cli/option_tables.h"
#include "tests/master/cli/fake_master.h"

using namespace halite;
using Catch::Contains;

namespace {

int made_bits = 0;

int key_pairs(const cli::Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  return cli::key_pair_command(screen, settings, options, [](int bits) {
    made_bits = bits;
    return cli::KeyPair{"PRIVATE\n", "PUBLIC\n", "aa:bb"};
  });
}

ToolRun halite_key(const FakeMaster& master, const std::vector<std::string>& words) {
  return run_tool(key_pairs, cli::key_command_line(), master, words);
}

FakeMaster that_says(wire::KeyImportReport report) {
  return FakeMaster([report](const control::Request&) -> std::vector<control::Reply> { return {control::Result{wire::encode_message(report)}}; });
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

}  // namespace

TEST_CASE("a key pair is made in two files, the private one for its owner alone, and the master is not asked") {
  TempDirectory directory;
  FakeMaster master = that_says({});
  const auto run = halite_key(master, {"--gen-keys", "web1", "--gen-keys-dir", directory.path(), "--keysize", "3072"});
  CHECK(made_bits == 3072);
  CHECK(run.out == directory / "web1.pem" + "\n" + (directory / "web1.pub") + "\nFingerprint: aa:bb\n");
  CHECK(text_of(directory / "web1.pem") == "PRIVATE\n");
  CHECK(text_of(directory / "web1.pub") == "PUBLIC\n");
  CHECK(mode_of(directory / "web1.pem") == 0400);
  CHECK(mode_of(directory / "web1.pub") == 0644);
  CHECK(master.requests.empty());
}

TEST_CASE("a key that is there is never replaced, and no half of a pair is left") {
  TempDirectory directory;
  FakeMaster master = that_says({});
  std::ofstream(directory / "web1.pub") << "older";
  CHECK_THROWS_WITH(halite_key(master, {"--gen-keys", "web1", "--gen-keys-dir", directory.path()}), Contains("web1.pub is there already"));
  CHECK(text_of(directory / "web1.pub") == "older");
  CHECK_FALSE(std::filesystem::exists(directory / "web1.pem"));
}

TEST_CASE("--preseed accepts what it makes, or leaves nothing") {
  TempDirectory directory;
  FakeMaster master = that_says({{"web1"}, {}, {}});
  const auto run = halite_key(master, {"--preseed", "web1", "--gen-keys-dir", directory.path()});
  CHECK_THAT(run.out, Contains("The key of minion web1 is accepted."));
  const auto sent = wire::decode_message<wire::KeyImport>(master.requests.at(0).arguments, "import");
  REQUIRE(sent.keys.size() == 1);
  CHECK(sent.keys[0].state == "accepted");
  CHECK(sent.keys[0].pem == "PUBLIC\n");

  FakeMaster other = that_says({{}, {}, {{"web2", "another key is on record"}}});
  CHECK_THROWS_WITH(halite_key(other, {"--preseed", "web2", "--gen-keys-dir", directory.path()}), Contains("the key of 'web2' is not accepted: another key"));
  CHECK_FALSE(std::filesystem::exists(directory / "web2.pem"));
  CHECK_FALSE(std::filesystem::exists(directory / "web2.pub"));
}

TEST_CASE("names that are no names and sizes that are no sizes are told first") {
  FakeMaster master = that_says({});
  for (const char* name : {"../x", "", ".hidden"}) CHECK_THROWS_AS(halite_key(master, {"--gen-keys", name}), UsageError);
  CHECK_THROWS_AS(halite_key(master, {"--preseed", "a/b"}), Error);
  CHECK_THROWS_AS(halite_key(master, {"--gen-keys", "x", "--keysize", "512"}), UsageError);
  CHECK_THROWS_AS(halite_key(master, {"--gen-keys", "x", "--preseed", "y"}), UsageError);
}
