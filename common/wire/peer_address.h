// Addresses of ports and peers: what to listen on, and where a connection comes from.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace halite::wire {

// Of "tcp://IP:PORT", where IP may be * or stand in []. Throws Error(invalid) for anything else.
boost::asio::ip::tcp::endpoint endpoint_to_listen_on(const std::string& address);

// An IPv4 address that came by an IPv6 socket is shown as IPv4.
std::string address_text(const boost::asio::ip::address& address);

// What counts as one place that connections come from: whoever has one address of an IPv6 network of 64 bits has all.
std::string origin_of(const boost::asio::ip::address& address);

}  // namespace halite::wire
