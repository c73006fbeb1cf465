// network.*: connections of this machine, and other hosts by them.
#include <algorithm>
#include <array>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/network_programs.h"
#include "minion/grains/addresses.h"
#include "minion/reach.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

struct Connect {
  std::string host, proto = "tcp", family;
  states::Text port;
  std::optional<states::Number> timeout;
};
struct Target {
  std::string host;
};
struct Wake {
  std::string mac, bcast = "255.255.255.255";
  std::int64_t destport = 9;
};
struct Buffers {
  std::string iface;
  std::optional<states::Number> rx, tx, rx_mini, rx_jumbo;
};

// ---- sockets of this machine, as /proc/net tells them ----

struct Socket {
  std::string proto;
  IpAddress local, remote;
  int local_port = 0, remote_port = 0, state = 0;
  std::string send_queue, receive_queue, user, inode;
};

std::int64_t from_hex(std::string_view text) {
  std::int64_t value = 0;
  for (const char c : text) {
    const auto digit = std::string_view("0123456789ABCDEF").find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    if (digit == std::string_view::npos || value > (std::int64_t{1} << 58)) throw Error(ErrorKind::internal, "'{}' in /proc/net is no number", text);
    value = value * 16 + static_cast<std::int64_t>(digit);
  }
  return value;
}

// Words of four bytes, each in the machine's order.
IpAddress address_of(std::string_view hex) {
  IpAddress address;
  address.is_v6 = hex.size() == 32;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    address.bytes[i / 8 * 4 + 3 - i / 2 % 4] = static_cast<std::uint8_t>(from_hex(hex.substr(i, 2)));
  return address;
}

std::vector<Socket> sockets_of(const std::string& proto, Host& host) {
  std::vector<Socket> all;
  bool is_header = true;
  for (const auto& line : split_lines(host.read_file_if_exists("/proc/net/" + proto).value_or(""))) {
    const auto words = split_words(line);  // slot, local, remote, state, tx:rx, timer, retransmits, user, timeout, inode
    if (std::exchange(is_header, false) || words.size() < 10) continue;
    const auto local = split(words[1], ':'), remote = split(words[2], ':'), queues = split(words[4], ':');
    if (local.size() != 2 || remote.size() != 2 || queues.size() != 2) continue;
    all.push_back({.proto = proto,
                   .local = address_of(local[0]),
                   .remote = address_of(remote[0]),
                   .local_port = static_cast<int>(from_hex(local[1])),
                   .remote_port = static_cast<int>(from_hex(remote[1])),
                   .state = static_cast<int>(from_hex(words[3])),
                   .send_queue = std::to_string(from_hex(queues[0])),
                   .receive_queue = std::to_string(from_hex(queues[1])),
                   .user = words[7],
                   .inode = words[9]});
  }
  return all;
}

// "PID/NAME" by the inode of each socket that a process has open.
std::map<std::string, std::string> owners(Host& host) {
  std::map<std::string, std::string> found;
  for (const auto& pid : host.list_directory("/proc")) {
    if (!parse_int(pid)) continue;
    try {
      for (const auto& fd : host.list_directory("/proc/" + pid + "/fd")) {
        const std::string target = host.read_symlink("/proc/" + pid + "/fd/" + fd);
        if (!target.starts_with("socket:[")) continue;
        std::string name = host.read_file("/proc/" + pid + "/cmdline");
        name = name.substr(0, name.find_first_of(std::string("\0 ", 2)));
        found.emplace(target.substr(8, target.size() - 9), pid + "/" + name.substr(name.rfind('/') + 1));
      }
    } catch (const Error&) {
      continue;  // it ended meanwhile
    }
  }
  return found;
}

std::string state_name(int state) {
  constexpr std::array names{"",          "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
                             "TIME_WAIT", "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING"};
  return state > 0 && state < static_cast<int>(names.size()) ? names[static_cast<std::size_t>(state)] : "UNKNOWN";
}

std::string with_port(const IpAddress& address, int port) {
  return to_text(address) + ":" + (port == 0 ? std::string("*") : std::to_string(port));
}

Value netstat(const None&, Call& call) {
  const auto programs = owners(call.tools.host);
  List all;
  for (const char* proto : {"tcp", "tcp6", "udp", "udp6"})
    for (const auto& socket : sockets_of(proto, call.tools.host)) {
      const auto program = programs.find(socket.inode);
      Map entry{{"proto", proto},
                {"recv-q", socket.receive_queue},
                {"send-q", socket.send_queue},
                {"local-address", with_port(socket.local, socket.local_port)},
                {"remote-address", with_port(socket.remote, socket.remote_port)}};
      if (socket.proto.starts_with("tcp")) entry.set("state", state_name(socket.state));
      entry.set("user", socket.user);
      entry.set("inode", socket.inode);
      entry.set("program", program == programs.end() ? "-" : program->second);
      all.push_back(std::move(entry));
    }
  return all;
}

// An IPv4 address that an IPv6 socket has is shown as what it is.
std::string plain(IpAddress address) {
  const bool is_mapped = address.is_v6 && std::all_of(address.bytes.begin(), address.bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
                         address.bytes[10] == 0xff && address.bytes[11] == 0xff;
  if (!is_mapped) return to_text(address);
  IpAddress v4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
  return to_text(v4);
}

Value active_tcp(const None&, Call& call) {
  Map all;
  for (const char* proto : {"tcp", "tcp6"})
    for (const auto& socket : sockets_of(proto, call.tools.host))
      if (socket.state == 1)
        all.set(static_cast<std::int64_t>(all.size()), Map{{"local_addr", plain(socket.local)},
                                                           {"local_port", socket.local_port},
                                                           {"remote_addr", plain(socket.remote)},
                                                           {"remote_port", socket.remote_port}});
  return all;
}

// ---- other hosts ----

Value connect(const Connect& args, Call& call) {
  const bool is_udp = args.proto == "udp";
  if (args.host.empty()) return Map{{"result", false}, {"comment", "Required argument, host, is missing."}};
  if (args.port.text.empty()) return Map{{"result", false}, {"comment", "Required argument, port, is missing."}};
  const IpFamily family = args.family == "ipv4" ? IpFamily::v4 : args.family == "ipv6" ? IpFamily::v6 : IpFamily::any;
  const auto seconds = std::clamp<std::int64_t>(args.timeout ? args.timeout->value : 5, 1, 3600);
  const Reached reached = reach(args.host, args.port.text, is_udp, family, std::chrono::seconds(seconds));
  const char* proto = is_udp ? "udp" : "tcp";
  if (!reached.is_reached) call.retcode = 1;
  if (reached.address.empty())
    return Map{{"result", false}, {"comment", fmt::format("Unable to resolve host {} on {} port {}", args.host, proto, args.port.text)}};
  return Map{{"result", reached.is_reached},
             {"comment", fmt::format("{} to {} ({}) on {} port {}{}", reached.is_reached ? "Successfully connected" : "Unable to connect", args.host,
                                     reached.address, proto, args.port.text, reached.is_reached ? "" : ": " + reached.why_not)}};
}

Value wake(const Wake& args, Call&) {
  std::string bytes;
  std::string digits;
  for (const char c : args.mac)
    if (c != ':' && c != '-') digits += c;
  if (digits.size() != 12 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    throw Error(ErrorKind::invalid, "Invalid MAC address '{}'; one looks like 08:00:27:13:69:77", escape_control(args.mac));
  for (std::size_t i = 0; i < 12; i += 2) bytes += static_cast<char>(from_hex(digits.substr(i, 2)));
  if (args.destport < 1 || args.destport > 65535) throw Error(ErrorKind::invalid, "{} is no port", args.destport);
  std::string packet(6, '\xff');
  for (int i = 0; i < 16; ++i) packet += bytes;
  broadcast_datagram(args.bcast, static_cast<int>(args.destport), packet);
  return true;
}

Value dig(const Target& args, Call& call) {
  const CommandResult result = run_network_program({"dig", checked_host(args.host)}, std::chrono::seconds(60), call);
  call.retcode = result.exit_code;
  return trim_right(result.output);
}

// " 3  gw.example.org (192.0.2.1)  0.5 ms  0.4 ms  0.4 ms"; a probe that was not answered is a star.
std::optional<Map> hop_of(const std::string& line) {
  const auto words = split_words(line);
  const auto count = words.empty() ? std::nullopt : parse_int(words[0]);
  if (!count) return std::nullopt;
  Map hop{{"count", *count}, {"hostname", "*"}};
  int times = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (i + 1 < words.size() && words[i + 1] == "ms") {
      try {
        hop.set(fmt::format("ms{}", ++times), std::stod(word));
      } catch (const std::exception&) {
        return std::nullopt;
      }
    } else if (word.starts_with('(') && word.ends_with(')')) {
      if (!hop.contains("ip")) hop.set("ip", word.substr(1, word.size() - 2));
    } else if (word != "*" && word != "ms" && *hop.find("hostname") == Value("*")) {
      hop.set("hostname", word);
    }
  }
  return hop;
}

Value traceroute(const Target& args, Call& call) {
  const CommandResult result = run_network_program({"traceroute", checked_host(args.host)}, std::chrono::seconds(600), call);
  call.retcode = result.exit_code;
  List hops;
  for (const auto& line : split_lines(result.output))
    if (auto hop = hop_of(line)) hops.push_back(std::move(*hop));
  if (hops.empty() && result.exit_code != 0) throw Error(ErrorKind::unavailable, "{}", trim(result.output));
  return hops;
}

Value address_in_hex(const Target& args, Call&) {
  const auto address = parse_address(args.host);
  if (!address || address->is_v6) throw Error(ErrorKind::invalid, "'{}' is no IPv4 address", escape_control(args.host));
  return fmt::format("{:02X}{:02X}{:02X}{:02X}", address->bytes[0], address->bytes[1], address->bytes[2], address->bytes[3]);
}

// ---- this machine's own ----

bool is_hostname(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name[0] != '-' && name[0] != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == std::string::npos;
}

// The lines that name the old one name the new one; the others stay as they are.
void rename_in_hosts(const std::string& old_name, const std::string& new_name, Host& host) {
  const auto text = host.read_file_if_exists("/etc/hosts");
  if (!text || old_name.empty()) return;
  std::string changed;
  for (const auto& line : split_lines(*text)) {
    auto words = split_words(line);
    const bool is_named = !words.empty() && words[0][0] != '#' && std::find(words.begin() + 1, words.end(), old_name) != words.end();
    std::replace(words.begin(), words.end(), old_name, new_name);
    changed += (is_named ? join(words, "\t") : line) + "\n";
  }
  if (changed != *text) host.replace_file("/etc/hosts", changed, {});
}

Value set_hostname(const Target& args, Call& call) {
  if (!is_hostname(args.host)) throw Error(ErrorKind::invalid, "'{}' is no host name", escape_control(args.host));
  Host& host = call.tools.host;
  const std::string before(trim(host.read_file_if_exists("/etc/hostname").value_or("")));
  if (host.find_program("hostnamectl")) host.run({"hostnamectl", "set-hostname", args.host});
  else host.run({"hostname", args.host});
  host.replace_file("/etc/hostname", args.host + "\n", {});
  rename_in_hosts(before, args.host, host);
  return true;
}

const std::string& checked_interface(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.size() > 15 || name.find_first_of("/ \t\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no interface", escape_control(name));
  return name;
}

Value get_buffers(const Buffers& args, Call& call) {
  const CommandResult result = run_network_program({"ethtool", "-g", checked_interface(args.iface)}, std::chrono::seconds(30), call);
  Map sizes{{"result", false}};
  std::string suffix = "-max";
  for (const auto& line : split_lines(result.output)) {
    if (line.ends_with("maximums:")) suffix = "-max";
    else if (line.ends_with("settings:")) suffix = "";
    const auto colon = line.find(':');
    const auto number = colon == std::string::npos ? std::nullopt : parse_int(trim(line.substr(colon + 1)));
    if (!number) continue;
    sizes.set(replace_all(to_lower(line.substr(0, colon)), " ", "-") + suffix, *number);
    sizes.set("result", true);
  }
  if (*sizes.find("result") == Value(false)) sizes.set("comment", std::string(trim(result.output)));
  return sizes;
}

Value set_buffers(const Buffers& args, Call& call) {
  Argv argv{"ethtool", "-G", checked_interface(args.iface)};
  const std::pair<const char*, std::optional<states::Number>> asked[] = {{"rx", args.rx}, {"tx", args.tx}, {"rx-mini", args.rx_mini}, {"rx-jumbo", args.rx_jumbo}};
  std::vector<std::string> words;
  for (const auto& [name, value] : asked)
    if (value) words.insert(words.end(), {name, std::to_string(value->value)});
  if (words.empty()) return Map{{"result", false}, {"comment", "Requires rx=<val> tx==<val> rx-mini=<val> and/or rx-jumbo=<val>"}};
  argv.insert(argv.end(), words.begin(), words.end());
  const CommandResult result = run_network_program(argv, std::chrono::seconds(30), call);
  const bool is_done = result.exit_code == 0 && trim(result.output).empty();
  return Map{{"result", is_done}, {"comment", is_done ? join(words, " ") : std::string(trim(result.output))}};
}

}  // namespace

std::vector<Function> network_sockets_functions() {
  const auto host = Schema<Target>().required(&Target::host, "host", "Name or address.");
  const auto iface = Schema<Buffers>().required(&Buffers::iface, "iface", "Name of the interface.");
  return {
      function("network.netstat", "The sockets of this machine, with the process that has each open.", netstat),
      function("network.active_tcp", "The open TCP connections, numbered.", active_tcp),
      function<Connect>("network.connect", "Does the host answer on this port? network.connect example.org 443 timeout=3.",
                        Schema<Connect>()
                            .required(&Connect::host, "host", "Name or address.")
                            .required(&Connect::port, "port", "Port: a number or a service's name.")
                            .optional(&Connect::proto, "proto", "tcp, or udp: then something must come back.")
                            .optional(&Connect::timeout, "timeout", "Seconds to wait. Unset: 5.")
                            .optional(&Connect::family, "family", "ipv4 or ipv6 alone."),
                        connect),
      function<Target>("network.traceroute", "The way to a host by traceroute: a map a hop.", host, traceroute),
      function<Target>("network.dig", "What dig says of a name.", host, dig),
      function<Wake>("network.wol", "Sends a packet that wakes a host: network.wol 08:00:27:13:69:77.",
                     Schema<Wake>()
                         .required(&Wake::mac, "mac", "Its hardware address.")
                         .optional(&Wake::bcast, "bcast", "Address to send to.")
                         .optional(&Wake::destport, "destport", "Port to send to."),
                     wake),
      function<Target>("network.iphexval", "An IPv4 address in hexadecimal: network.iphexval 192.0.2.7.",
                      Schema<Target>().required(&Target::host, "ip", "The address."), address_in_hex),
      function<Target>("network.mod_hostname", "Gives this machine another name, in /etc/hosts too. Gives true.",
                      Schema<Target>().required(&Target::host, "hostname", "The new name."), set_hostname),
      function<Buffers>("network.get_bufsize", "Sizes of an interface's buffers, by ethtool.", iface, get_buffers),
      function<Buffers>("network.mod_bufsize", "Changes sizes of an interface's buffers, by ethtool.",
                        Schema<Buffers>(iface)
                            .optional(&Buffers::rx, "rx", "Receive buffers.")
                            .optional(&Buffers::tx, "tx", "Send buffers.")
                            .optional(&Buffers::rx_mini, "rx-mini", "Receive buffers for small frames.")
                            .optional(&Buffers::rx_jumbo, "rx-jumbo", "Receive buffers for large frames."),
                        set_buffers),
  };
}

}  // namespace halite::minion
