#include "common/wire/peer_address.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::wire {

namespace asio = boost::asio;

asio::ip::tcp::endpoint endpoint_to_listen_on(const std::string& address) {
  constexpr std::string_view scheme = "tcp://";
  const auto bad = [&] { return Error(ErrorKind::invalid, "can't listen on {}: it is not tcp://IP:PORT", escape_control(address)); };
  const auto colon = address.rfind(':');
  if (!address.starts_with(scheme) || colon < scheme.size()) throw bad();
  std::string host = address.substr(scheme.size(), colon - scheme.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "*") host = "0.0.0.0";
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(host, error);
  const auto port = parse_int(address.substr(colon + 1)).value_or(-1);
  if (error || port < 0 || port > 65535) throw bad();
  return {ip, static_cast<std::uint16_t>(port)};
}

std::string address_text(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

std::string origin_of(const asio::ip::address& address) {
  if (!address.is_v6() || address.to_v6().is_v4_mapped()) return address_text(address);
  const auto bytes = address.to_v6().to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace halite::wire
