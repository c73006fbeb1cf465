// Reaching another host over the network, for network.connect and network.wol.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace halite::minion {

struct Reached {
  bool is_reached = false;
  std::string address;  // that was tried; empty: the name has none
  std::string why_not;
};

enum class IpFamily { any, v4, v6 };

// Opens a TCP connection and closes it, or sends a UDP datagram and waits for an answer; the first address of the host alone.
Reached reach(const std::string& host, const std::string& port, bool is_udp, IpFamily family, std::chrono::milliseconds timeout);

// Sends one UDP datagram to an IPv4 address, which may be a broadcast address. Throws Error(unavailable).
void broadcast_datagram(const std::string& address, int port, std::string_view data);

}  // namespace halite::minion
