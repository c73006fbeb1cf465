#include "minion/identity.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/minion/fake_probe.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct World {
  FakeHost host;
  FakeProbe probe;
  LoadedSettings<MinionSettings> config;
  World() {
    config.directory = "/etc/halite";
    config.main_file = "/etc/halite/minion";
    host.add_directory("/etc/halite");
  }
  std::string id() { return find_id(host, probe, config); }
};

}  // namespace

TEST_CASE("the id is the option, else the file, else the host's full name, which is kept") {
  World world;
  CHECK(world.id() == "web1.example.org");
  CHECK(world.host.files["/etc/halite/minion_id"] == "web1.example.org\n");
  world.host.files["/etc/halite/minion_id"] = "db7\n";
  CHECK(world.id() == "db7");
  world.config.settings.id = "given";
  CHECK(world.id() == "given");
}

TEST_CASE("a host without a name of its own is known by an address") {
  World world;
  world.probe.names.nodename = "localhost";
  world.probe.canonical.clear();
  CHECK(world.id() == "192.0.2.10");
}

TEST_CASE("an id with a slash or a newline is refused, and the place is named") {
  for (const char* wrong : {"a/b", "a\nb", "..", "a\\b", ""}) {
    World world;
    world.config.settings.id = wrong;
    if (std::string(wrong).empty()) continue;
    CHECK_THROWS_WITH(world.id(), Catch::Contains("/etc/halite/minion"));
  }
  World world;
  world.host.files["/etc/halite/minion_id"] = "a/../b\n";
  CHECK_THROWS_WITH(world.id(), Catch::Contains("minion_id"));
}

TEST_CASE("a key that others may read is refused") {
  World world;
  world.host.add_directory("/pki");
  world.host.nodes["/pki/minion.pem"] = {.type = FileType::regular, .content = "x", .mode = 0644};
  CHECK_THROWS_WITH(load_key(world.host, "/pki", 2048), Catch::Contains("may be read by others"));
}

TEST_CASE("the master is a name or an address, with or without a port") {
  CHECK(parse_master("salt", 4506).port == 4506);
  CHECK(parse_master("salt:5506", 4506).port == 5506);
  CHECK(parse_master("[2001:db8::1]:5506", 4506).host == "2001:db8::1");
  CHECK(parse_master("2001:db8::1", 4506).host == "2001:db8::1");
  for (const char* wrong : {"", "a b", "salt:0", "salt:x", "[::1", ":4506"}) CHECK_THROWS_AS(parse_master(wrong, 4506), Error);
}

TEST_CASE("a minion is back a second or two after its master; who sets the times gets Salt's spread") {
  using std::chrono_literals::operator""ms;
  MinionSettings settings;
  settings.master.items = {"salt.example.org"};
  const auto options = [&] { return master_options(settings, {}); };
  CHECK(options().reconnect_min == 1000ms);
  CHECK(options().reconnect_max == 10000ms);
  CHECK(options().reconnect_spread == 0ms);

  SECTION("recon_max alone spreads, as a fleet of ten thousand needs") {
    settings.recon_max = 59000;
    CHECK(options().reconnect_spread == 59000ms);
    CHECK(options().reconnect_min == 1000ms);
  }
  SECTION("recon_randomize spreads the usual times too") {
    settings.recon_randomize = true;
    CHECK(options().reconnect_spread == 10000ms);
  }
  SECTION("and says no where only the times should change") {
    settings.recon_default = 200;
    settings.recon_randomize = false;
    CHECK(options().reconnect_min == 200ms);
    CHECK(options().reconnect_spread == 0ms);
  }
  SECTION("a wait of nothing would be a storm") {
    settings.recon_default = 0;
    CHECK(options().reconnect_min == 1ms);
  }
}
