#include "minion/grains/grains.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "minion/grains/string_hash.h"
#include "tests/minion/fake_probe.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct Debian {
  FakeHost host;
  FakeProbe probe;
  GrainSettings settings;

  Debian() {
    settings.id = "web1.example.org";
    settings.master = "salt";
    settings.file = "/etc/halite/grains";
    host.files["/etc/os-release"] =
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
        "VERSION_CODENAME=bookworm\nID=debian\n";
    host.files["/proc/meminfo"] = "MemTotal:        8145216 kB\nSwapTotal:       1048572 kB\n";
    host.files["/proc/cpuinfo"] = "processor\t: 0\nmodel name\t: Stub CPU\nflags\t: fpu sse\nprocessor\t: 1\n";
    host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\n";
    host.files["/etc/group"] = "root:x:0:\n";
  }
  Grains grains() { return {host, probe, settings}; }
};

}  // namespace

TEST_CASE("a Debian host has the names that Salt gives it") {
  Debian machine;
  Grains grains = machine.grains();
  CHECK(grains.get("os") == Value("Debian"));
  CHECK(grains.get("os_family") == Value("Debian"));
  CHECK(grains.get("osfullname") == Value("Debian GNU/Linux"));
  CHECK(grains.get("osfinger") == Value("Debian-12"));
  CHECK(grains.get("osmajorrelease") == Value(12));
  CHECK(grains.get("osrelease_info") == Value(List{12}));
  CHECK(grains.get("oscodename") == Value("bookworm"));
}

TEST_CASE("an Ubuntu host is of the family Debian and its finger has the whole release") {
  Debian machine;
  machine.host.files["/etc/os-release"] = "NAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n";
  machine.host.files["/etc/lsb-release"] = "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\n";
  Grains grains = machine.grains();
  CHECK(grains.get("os_family") == Value("Debian"));
  CHECK(grains.get("osfinger") == Value("Ubuntu-24.04"));
  CHECK(grains.get("osrelease_info") == Value(List{24, 4}));
  CHECK(grains.get("lsb_distrib_id") == Value("Ubuntu"));
}

TEST_CASE("the gateways are those of the best default routes") {
  Debian machine;
  CHECK(machine.grains().get("ip_gw") == Value(false));
  machine.host.files["/proc/net/route"] =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
      "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
      "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
      "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
      "broken line\n";
  machine.host.files["/proc/net/ipv6_route"] =
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 "
      "00000000 00200200 lo\n"
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000400 00000002 "
      "00000000 00000003 eth0\n";
  Grains grains = machine.grains();
  CHECK(grains.get("ip_gw") == Value(true));
  CHECK(grains.get("ip4_gw") == Value("192.0.2.1"));
  CHECK(grains.get("ip6_gw") == Value("2001:db8::1"));
  machine.host.files["/proc/net/route"] = "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n";
  CHECK(machine.grains().get("ip4_gw") == Value(true));
}

TEST_CASE("a grain computes its own family alone") {
  Debian machine;
  Grains grains = machine.grains();
  CHECK(grains.get("id") == Value("web1.example.org"));
  CHECK(machine.probe.look_ups == 0);
  CHECK(machine.host.ran.empty());
  CHECK(grains.get("fqdn") == Value("web1.example.org"));
  CHECK(grains.get("domain") == Value("example.org"));
  CHECK(machine.probe.look_ups == 1);
}

TEST_CASE("addresses are sorted by value and interfaces keep theirs") {
  Debian machine;
  Grains grains = machine.grains();
  CHECK(grains.get("ipv4") == Value(List{"10.1.2.3", "127.0.0.1", "192.0.2.10"}));
  CHECK(grains.get_path("ip4_interfaces:eth0:0") == Value("192.0.2.10"));
  CHECK(grains.get_path("hwaddr_interfaces:eth0") == Value("02:00:00:00:00:04"));
  CHECK_FALSE(grains.get_path("ip4_interfaces:eth9"));
}

TEST_CASE("the configuration wins over the grains file, and the file over what is computed") {
  Debian machine;
  machine.host.files["/etc/halite/grains"] = "os: Mine\nroles: [web, db]\ncolour: red\n";
  machine.settings.fixed = {{"colour", "blue"}};
  Grains grains = machine.grains();
  CHECK(grains.get("os") == Value("Mine"));
  CHECK(grains.get("colour") == Value("blue"));
  CHECK(grains.get_path("roles:1") == Value("db"));
  CHECK(*grains.all().find("os") == Value("Mine"));
}

TEST_CASE("a broken grains file leaves the other grains in place") {
  Debian machine;
  machine.host.files["/etc/halite/grains"] = "a: [1\n";
  Grains grains = machine.grains();
  CHECK(grains.get("os") == Value("Debian"));
  CHECK_THROWS_AS(grains.read_file(), Error);
}

TEST_CASE("a written grain is seen at once and the file is private") {
  Debian machine;
  machine.host.add_directory("/etc/halite");
  Grains grains = machine.grains();
  grains.write_file({{"role", "web"}});
  CHECK(grains.get("role") == Value("web"));
  CHECK(machine.host.status("/etc/halite/grains")->mode == 0600);
}

TEST_CASE("a family that fails is missing, and the others are there") {
  Debian machine;
  machine.host.files.erase("/etc/os-release");
  machine.host.files.erase("/proc/meminfo");
  Grains grains = machine.grains();
  CHECK(grains.get("mem_total") == Value(0));
  CHECK(grains.get("num_cpus") == Value(2));
}

TEST_CASE("the string hash is Python's") {
  // python3.10: abs(hash("backup-server.vagrant.psf.io") % 2**31) with PYTHONHASHSEED=0
  CHECK((static_cast<std::uint64_t>(python_string_hash("backup-server.vagrant.psf.io")) & 0x7fffffff) == 819478066);
  CHECK(python_string_hash("") == 0);
  CHECK(crc32("123456789") == 0xcbf43926);
  CHECK(adler32("Wikipedia") == 0x11e60398);
}
