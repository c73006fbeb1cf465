// Files that minions push: whole or not there, in order, within the limits, and nowhere but below their own minion.
#include "master/files/pushed_files.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/base/error.h"
#include "common/crypto/hash.h"
#include "tests/support/fake_host.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::master;
namespace fs = std::filesystem;

namespace {

struct Desk {
  TempDirectory directory;
  fs::path root = fs::path(directory.path()) / "minions";
  FakeHost host;
  PushLimits limits{.file_bytes = 100, .minion_bytes = 250, .minion_entries = 6, .open_per_minion = 2, .open = 3, .spare_bytes = 0};
  std::optional<PushedFiles> files;

  Desk() { files.emplace(host, root.string(), limits); }
  void take(const std::string& minion, std::vector<std::string> path, std::int64_t loc, std::int64_t size, const std::string& data, std::string hash = {}) {
    files->take(minion, {std::move(path), loc, size, Bytes{data}, std::move(hash)});
  }
  std::string text(const std::string& path) const {
    std::ifstream in(root / path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // What is there but for folders.
  std::vector<std::string> there() const {
    std::vector<std::string> found;
    if (fs::exists(root))
      for (const auto& entry : fs::recursive_directory_iterator(root))
        if (!entry.is_directory() || entry.is_symlink()) found.push_back(entry.path().lexically_relative(root).string());
    std::sort(found.begin(), found.end());
    return found;
  }
};

using Catch::Contains;

}  // namespace

TEST_CASE("A file in parts is there when it is whole, closed to others, and the old one until then") {
  Desk desk;
  desk.take("web1", {"etc", "fstab"}, 0, 3, "old");
  CHECK(desk.text("web1/files/etc/fstab") == "old");
  desk.take("web1", {"etc", "fstab"}, 0, 5, "new");
  CHECK(desk.text("web1/files/etc/fstab") == "old");
  desk.take("web1", {"etc", "fstab"}, 3, 5, "er", crypto::hash_hex(crypto::HashType::sha256, "newer"));
  CHECK(desk.text("web1/files/etc/fstab") == "newer");
  CHECK(desk.there() == std::vector<std::string>{"web1/files/etc/fstab"});
  CHECK((fs::status(desk.root / "web1/files/etc/fstab").permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(desk.root / "web1/files/etc").permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
  desk.take("web1", {"empty"}, 0, 0, "");
  CHECK(desk.text("web1/files/empty").empty());
  CHECK(desk.there().size() == 2);
}

TEST_CASE("R27 a part of a path that is more than one name of a file is refused, and nothing is made") {
  Desk desk;
  for (const std::vector<std::string>& path :
       {std::vector<std::string>{}, {".."}, {"..", "..", "x"}, {"a/../../x"}, {"/etc/x"}, {"a", "", "b"}, {"."}, {"a", ".", "b"}, {std::string("a\0b", 3)},
        {"a\nb"}, {"\x1b[2J"}, {std::string(256, 'x')}, std::vector<std::string>(25, "x"), std::vector<std::string>(20, std::string(200, 'x'))})
    CHECK_THROWS_AS(desk.take("web1", path, 0, 1, "x"), Error);
  for (const char* id : {"", ".", "..", "../web2", "a/b"}) CHECK_THROWS_AS(desk.take(id, {"x"}, 0, 1, "x"), Error);
  CHECK(desk.there().empty());
}

TEST_CASE("R27 no link is followed, wherever it stands") {
  Desk desk;
  desk.take("web1", {"here"}, 0, 1, "x");
  const fs::path outside = fs::path(desk.directory.path()) / "outside";
  fs::create_directory(outside);
  std::ofstream(outside / "file") << "kept";
  fs::create_directory_symlink(outside, desk.root / "web1/files/link");
  fs::create_symlink(outside / "file", desk.root / "web1/files/name");
  CHECK_THROWS_WITH(desk.take("web1", {"link", "file"}, 0, 1, "x"), Contains("'link' is not a folder"));
  CHECK_THROWS_WITH(desk.take("web1", {"here", "below"}, 0, 1, "x"), Contains("'here' is not a folder"));
  // The link itself gives way to the file.
  desk.take("web1", {"name"}, 0, 1, "x");
  CHECK_FALSE(fs::is_symlink(desk.root / "web1/files/name"));
  CHECK(std::ifstream(outside / "file").get() == 'k');
  fs::create_directory_symlink(outside, desk.root / "web2");
  CHECK_THROWS_WITH(desk.take("web2", {"x"}, 0, 1, "x"), Contains("'web2' is not a folder"));
  fs::create_directory(desk.root / "web3");
  fs::create_directory_symlink(outside, desk.root / "web3/files");
  CHECK_THROWS_AS(desk.take("web3", {"x"}, 0, 1, "x"), Error);
  CHECK(std::distance(fs::directory_iterator(outside), {}) == 1);
}

TEST_CASE("R27 parts out of order, with holes, twice or beyond the end are refused, and what was begun is gone") {
  Desk desk;
  CHECK_THROWS_WITH(desk.take("web1", {"x"}, 5, 10, "12345"), Contains("its beginning did not come"));
  for (const auto& [loc, size] : std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 10}, {4, 10}, {0x7fffffffffffffff, 10}, {3, 11}, {-1, 10}, {3, -1}}) {
    desk.take("web1", {"x"}, 0, 10, "123");
    CHECK_THROWS_AS(desk.take("web1", {"x"}, loc, size, "45"), Error);
    if (loc < 0 || size < 0) desk.take("web1", {"x"}, 3, 10, "4567890");
    else CHECK_THROWS_WITH(desk.take("web1", {"x"}, 3, 10, "45"), Contains("its beginning did not come"));
  }
  CHECK(desk.text("web1/files/x") == "1234567890");
  desk.take("web1", {"y"}, 0, 10, "123");
  CHECK_THROWS_WITH(desk.take("web1", {"y"}, 3, 10, "45678901"), Contains("changed while it was pushed"));
  desk.take("web1", {"y"}, 0, 10, "123");
  CHECK_THROWS_WITH(desk.take("web1", {"y"}, 3, 10, ""), Contains("empty part"));
  CHECK_THROWS_WITH(desk.take("web1", {"y"}, 0, 2, "ab", "00"), Contains("came with the SHA-256"));
  CHECK(desk.there() == std::vector<std::string>{"web1/files/x"});
}

TEST_CASE("R27 a file, a minion's bytes, its entries and its open uploads are bounded") {
  Desk desk;
  CHECK_THROWS_WITH(desk.take("web1", {"x"}, 0, 101, "x"), Contains("file_recv_max_size"));
  const std::string hundred(100, 'x');
  desk.take("web1", {"1"}, 0, 100, hundred);
  // What is only announced counts too.
  desk.take("web1", {"2"}, 0, 100, "x");
  CHECK_THROWS_WITH(desk.take("web1", {"3"}, 0, 100, hundred), Contains("allowed"));
  desk.take("web1", {"2"}, 1, 100, hundred.substr(1));
  CHECK_THROWS_WITH(desk.take("web1", {"3"}, 0, 51, "x"), Contains("allowed"));
  desk.take("web2", {"3"}, 0, 51, "x");
  // Who deletes files makes room.
  fs::remove(desk.root / "web1/files/1");
  desk.host.clock += std::chrono::seconds(2);
  desk.take("web1", {"3"}, 0, 51, "x");
  desk.take("web1", {"a", "b", "c", "d", "e"}, 0, 0, "");
  CHECK_THROWS_WITH(desk.take("web1", {"g"}, 0, 0, ""), Contains("7 entries"));
}

TEST_CASE("R27 uploads that nobody ends give way: a minion's own oldest, and what was long idle") {
  Desk desk;
  desk.take("web1", {"1"}, 0, 2, "x");
  desk.take("web1", {"2"}, 0, 2, "x");
  desk.take("web1", {"3"}, 0, 2, "x");
  CHECK_THROWS_WITH(desk.take("web1", {"1"}, 1, 2, "x"), Contains("its beginning did not come"));
  desk.take("web2", {"1"}, 0, 2, "x");
  CHECK_THROWS_WITH(desk.take("web3", {"1"}, 0, 2, "x"), Contains("3 files are being pushed"));
  desk.host.clock += std::chrono::seconds(90);
  desk.take("web3", {"1"}, 0, 2, "x");
  CHECK_THROWS_AS(desk.take("web1", {"2"}, 1, 2, "x"), Error);
  desk.take("web1", {"3"}, 1, 2, "x");
  desk.files.reset();
  CHECK(desk.there() == std::vector<std::string>{"web1/files/3"});
}

TEST_CASE("What an earlier master left half done is in nobody's way") {
  Desk desk;
  fs::create_directories(desk.root / "web1/incoming");
  std::ofstream(desk.root / "web1/incoming/1") << "half";
  desk.take("web1", {"x"}, 0, 3, "new");
  CHECK(desk.there() == std::vector<std::string>{"web1/files/x"});
}
