// cp.push and cp.push_dir: what the master is sent, and what is not sent.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/crypto/hash.h"
#include "common/wire/fields.h"
#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct FakeMaster : MasterLink {
  std::map<std::string, std::string> files;
  std::vector<Map> parts;
  bool is_willing = true;

  Value request(const std::string& command, Map load) override {
    CHECK(command == "_file_recv");
    if (!is_willing) return false;
    std::string path;
    for (const auto& part : load.at("path").as_list()) path += "/" + part.as_string();
    if (load.at("loc") == Value(0)) files[path].clear();
    CHECK(load.at("loc") == Value(static_cast<std::int64_t>(files[path].size())));
    files[path] += *wire::raw_of(load.at("data"));
    parts.push_back(std::move(load));
    return true;
  }
  void tell(const std::string&, Map) override {}
  Map fetch_pillar(Map) override { return {}; }
};

struct Pushing : Caller {
  FakeMaster master;
  Pushing() {
    machine = std::make_unique<Machine>(host, probe, config, &master);
    host.files["/var/log/app"] = "line\n";
    host.files["/var/log/sub/other.log"] = "more\n";
    host.add_directory("/var/log");
    host.add_directory("/var/log/sub");
  }
};

}  // namespace

TEST_CASE("A file is pushed in parts that say its size and hash") {
  Pushing minion;
  const std::string large(600'000, 'x');
  minion.host.files["/var/log/large"] = large;
  CHECK(minion.call("cp.push", {"/var/log/large"}) == Value(true));
  CHECK(minion.master.files["/var/log/large"] == large);
  CHECK(minion.master.parts.size() == 3);
  for (const auto& part : minion.master.parts) {
    CHECK(part.at("size") == Value(600'000));
    CHECK(part.at("sha256") == Value(crypto::hash_hex(crypto::HashType::sha256, large)));
  }
  minion.host.files["/var/log/empty"] = "";
  CHECK(minion.call("cp.push", {"/var/log/empty"}) == Value(true));
  CHECK(minion.master.files.contains("/var/log/empty"));
}

TEST_CASE("It goes under the path that links lead to, or another, and the source goes when asked") {
  Pushing minion;
  minion.host.make_symlink("/link", "/var/log/app");
  minion.host.make_symlink("/logs", "var/log");
  CHECK(minion.call("cp.push", {"/link"}) == Value(true));
  CHECK(minion.call("cp.push", {"/link"}, {{"keep_symlinks", true}}) == Value(true));
  CHECK(minion.call("cp.push", {"/logs/sub/other.log"}) == Value(true));
  CHECK(minion.call("cp.push", {"/var/log/app"}, {{"upload_path", "/elsewhere/./it"}, {"remove_source", true}}) == Value(true));
  std::vector<std::string> names;
  for (const auto& [name, content] : minion.master.files) names.push_back(name);
  CHECK(names == std::vector<std::string>{"/elsewhere/it", "/link", "/var/log/app", "/var/log/sub/other.log"});
  CHECK_FALSE(minion.host.files.contains("/var/log/app"));
}

TEST_CASE("A directory is pushed with what is below it, or what a glob matches") {
  Pushing minion;
  CHECK(minion.call("cp.push_dir", {"/var/log"}, {{"glob", "*.log"}}) == Value(true));
  CHECK(minion.master.files.size() == 1);
  CHECK(minion.call("cp.push_dir", {"/var/log"}, {{"upload_path", "/logs"}}) == Value(true));
  CHECK(minion.master.files["/logs/app"] == "line\n");
  CHECK(minion.master.files["/logs/sub/other.log"] == "more\n");
  CHECK(minion.call("cp.push_dir", {"/var/log"}, {{"glob", "none"}}) == Value(false));
}

TEST_CASE("What the master does not take, and what is no file, is false") {
  Pushing minion;
  for (const char* path : {"var/log/app", "/var/log/../log/app", "/var/log", "/nothing"}) CHECK(minion.call("cp.push", {path}) == Value(false));
  CHECK(minion.call("cp.push", {"/var/log/app", false, "a/../../b"}) == Value(false));
  minion.master.is_willing = false;
  CHECK(minion.call("cp.push", {"/var/log/app"}, {{"remove_source", true}}) == Value(false));
  CHECK(minion.host.files.contains("/var/log/app"));
  CHECK(*minion.job("cp.push", {"/var/log/app"}).find("retcode") == Value(1));
  CHECK(minion.master.parts.empty());
  Caller alone;
  alone.host.files["/x"] = "x";
  CHECK(alone.call("cp.push", {"/x"}) == Value(false));
}

}  // namespace halite::minion
