// network.*: sockets of this machine, and what is said of other hosts.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Minion() {
    const std::string header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    host.files["/proc/net/tcp"] = header +
                                  "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n"
                                  "   1: 0100007F:A2B4 0200000A:01BB 01 0000000F:00000010 00:00000000 00000000  1000        0 4712 1 0 20 4 30 10 -1\n";
    host.files["/proc/net/tcp6"] = header +
                                   "   0: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000200000A:C350 01 00000000:00000000 00:00000000 00000000 0 0 4713 1 0 20\n"
                                   "   1: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4714 1 0 20\n";
    host.files["/proc/net/udp"] = header + "   5: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 101 0 4715 2 0 0\n";
    host.add_directory("/proc");
    host.add_directory("/proc/77");
    host.add_directory("/proc/77/fd");
    host.make_symlink("/proc/77/fd/3", "socket:[4711]");
    host.make_symlink("/proc/77/fd/4", "/dev/null");
    host.files["/proc/77/cmdline"] = std::string("/usr/sbin/sshd\0-D", 17);
  }
};

}  // namespace

TEST_CASE("netstat tells sockets in the shape that Salt gives them") {
  Minion minion;
  const List all = minion.call("network.netstat").as_list();
  REQUIRE(all.size() == 5);
  CHECK(all[0] == Value(Map{{"proto", "tcp"},
                            {"recv-q", "0"},
                            {"send-q", "0"},
                            {"local-address", "0.0.0.0:22"},
                            {"remote-address", "0.0.0.0:*"},
                            {"state", "LISTEN"},
                            {"user", "0"},
                            {"inode", "4711"},
                            {"program", "77/sshd"}}));
  CHECK(*all[1].find("send-q") == Value("15"));
  CHECK(*all[1].find("recv-q") == Value("16"));
  CHECK(*all[1].find("remote-address") == Value("10.0.0.2:443"));
  CHECK(*all[1].find("program") == Value("-"));
  CHECK(*all[3].find("local-address") == Value("2001:db8::1:80"));
  CHECK_FALSE(all[4].find("state"));
}

TEST_CASE("open connections are numbered, and an IPv4 address is one whatever socket has it") {
  Minion minion;
  CHECK(minion.call("network.active_tcp") ==
        Value(Map{{0, Map{{"local_addr", "127.0.0.1"}, {"local_port", 41652}, {"remote_addr", "10.0.0.2"}, {"remote_port", 443}}},
                  {1, Map{{"local_addr", "127.0.0.1"}, {"local_port", 80}, {"remote_addr", "10.0.0.2"}, {"remote_port", 50000}}}}));
}

TEST_CASE("traceroute is a map a hop, and a hop that does not answer is a star") {
  Minion minion;
  minion.host.programs["traceroute"] = [](const Command&) {
    return FakeHost::result(0, "traceroute to example.org (192.0.2.9), 30 hops max, 60 byte packets\n"
                               " 1  gw.lan (10.0.0.1)  0.421 ms  0.5 ms  0.6 ms\n 2  * * *\n 3  192.0.2.9 (192.0.2.9)  9.5 ms *  9.7 ms\n");
  };
  CHECK(minion.call("network.traceroute", {"example.org"}) ==
        Value(List{Map{{"count", 1}, {"hostname", "gw.lan"}, {"ip", "10.0.0.1"}, {"ms1", 0.421}, {"ms2", 0.5}, {"ms3", 0.6}},
                   Map{{"count", 2}, {"hostname", "*"}},
                   Map{{"count", 3}, {"hostname", "192.0.2.9"}, {"ip", "192.0.2.9"}, {"ms1", 9.5}, {"ms2", 9.7}}}));
  CHECK(minion.call("network.traceroute", {"-i"}).as_string().find("no name of a host") != std::string::npos);
  CHECK(minion.call("network.dig", {"@evil"}).as_string().find("no name of a host") != std::string::npos);
}

TEST_CASE("what is not asked for properly is not sent anywhere") {
  Minion minion;
  CHECK(*minion.call("network.connect", {"", 80}).find("comment") == Value("Required argument, host, is missing."));
  CHECK(minion.call("network.wol", {"08:00:27"}).as_string().find("Invalid MAC address") != std::string::npos);
  CHECK(minion.call("network.wol", {"08:00:27:13:69:77", "example.org"}).as_string().find("no IPv4 address") != std::string::npos);
  CHECK(minion.call("network.iphexval", {"10.0.0.255"}) == Value("0A0000FF"));
  CHECK(minion.call("network.iphexval", {"10.0.0.256"}).as_string().find("no IPv4 address") != std::string::npos);
}

TEST_CASE("a new host name stands in the files that had the old one") {
  Minion minion;
  minion.host.files["/etc/hostname"] = "old\n";
  minion.host.files["/etc/hosts"] = "127.0.0.1 localhost\n# old\n127.0.1.1   old.lan old\n";
  Argv seen;
  minion.host.programs["hostnamectl"] = [&](const Command& command) {
    seen = command.argv;
    return CommandResult{};
  };
  CHECK(minion.call("network.mod_hostname", {"new"}) == Value(true));
  CHECK(seen == Argv{"hostnamectl", "set-hostname", "new"});
  CHECK(minion.host.files["/etc/hostname"] == "new\n");
  CHECK(minion.host.files["/etc/hosts"] == "127.0.0.1 localhost\n# old\n127.0.1.1\told.lan\tnew\n");
  CHECK(minion.call("network.mod_hostname", {"-x; reboot"}).as_string().find("is no host name") != std::string::npos);
}

TEST_CASE("sizes of buffers are ethtool's") {
  Minion minion;
  minion.host.programs["ethtool"] = [](const Command& command) {
    return command.argv.at(1) == "-g" ? FakeHost::result(0, "Ring parameters for eth0:\nPre-set maximums:\nRX:\t\t4096\nRX Mini:\tn/a\nTX:\t4096\nCurrent hardware settings:\nRX:\t512\n")
                                      : CommandResult{};
  };
  CHECK(minion.call("network.get_bufsize", {"eth0"}) == Value(Map{{"result", true}, {"rx-max", 4096}, {"tx-max", 4096}, {"rx", 512}}));
  CHECK(minion.call("network.mod_bufsize", {"eth0"}, {{"rx", 1024}}) == Value(Map{{"result", true}, {"comment", "rx 1024"}}));
  CHECK(*minion.call("network.mod_bufsize", {"eth0"}).find("result") == Value(false));
}

}  // namespace halite::minion
