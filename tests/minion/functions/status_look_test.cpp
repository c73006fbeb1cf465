#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("processes are listed, and found by what they are called") {
  Caller minion;
  minion.host.programs["ps"] = [](const Command&) {
    return FakeHost::result(0, "root          1 /sbin/init splash\nwww-data    700 nginx: worker process\nwww-data    701 nginx: worker process\n");
  };
  CHECK(minion.call("status.procs") == Value(Map{{"1", Map{{"user", "root"}, {"cmd", "/sbin/init splash"}}},
                                                 {"700", Map{{"user", "www-data"}, {"cmd", "nginx: worker process"}}},
                                                 {"701", Map{{"user", "www-data"}, {"cmd", "nginx: worker process"}}}}));
  CHECK(minion.call("status.pid", {"nginx: w.*"}) == Value("700\n701"));
  CHECK(minion.call("status.pid", {"apache"}) == Value(""));
  CHECK(minion.call("status.pid", {"("}).as_string().find("bad regular expression") != std::string::npos);
}

TEST_CASE("what the kernel counts has Salt's names") {
  Caller minion;
  minion.host.files["/proc/stat"] = "cpu  1 2 3 4 5 6 7 8 9 10\nintr 30 10 20\nbtime 1700000000\n";
  CHECK(minion.call("status.cpustats") == Value(Map{{"cpu", Map{{"user", 1}, {"nice", 2}, {"system", 3}, {"idle", 4}, {"iowait", 5}, {"irq", 6}, {"softirq", 7}, {"steal", 8}}},
                                                    {"intr", Map{{"total", 30}, {"irqs", List{10, 20}}}},
                                                    {"btime", 1700000000}}));
  minion.host.files["/proc/net/dev"] = "Inter-|   Receive\n face |bytes\n  eth0:100 2 0 0 0 0 0 0 50 1 0 0 0 0 0 0\n";
  const Value eth0 = *minion.call("status.netdev").find("eth0");
  CHECK(*eth0.find("rx_bytes") == Value(100));
  CHECK(*eth0.find("tx_bytes") == Value(50));
  minion.host.files["/proc/net/snmp"] = "Ip: Forwarding TTL\nIp: 1 64\n";
  CHECK(minion.call("status.netstats") == Value(Map{{"Ip", Map{{"Forwarding", 1}, {"TTL", 64}}}}));
  minion.host.files["/proc/diskstats"] = "   8       0 sda 11 0 22 0 33 0 44 0 0 0 0\n   8 cut\n";
  const Value disks = minion.call("status.diskstats");
  CHECK(disks.as_map().size() == 1);
  CHECK(*disks.find("sda")->find("reads_issued") == Value(11));
  minion.host.files["/proc/vmstat"] = "nr_free_pages 5\n";
  CHECK(minion.call("status.vmstats") == Value(Map{{"nr_free_pages", 5}}));
}

TEST_CASE("the time is told in the form asked for") {
  Caller minion;
  CHECK(minion.call("status.time", {"%Y"}) == Value("2026"));
  CHECK(minion.call("status.time", {"%s%n"}).as_string().ends_with("\n"));
}

}  // namespace halite::minion
