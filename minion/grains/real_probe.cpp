// This machine's kernel, interfaces and resolver.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "common/base/error.h"
#include "minion/grains/probe.h"

namespace halite::minion {
namespace {

struct FreeAddressInfo {
  void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
};
using AddressInfo = std::unique_ptr<addrinfo, FreeAddressInfo>;

AddressInfo look_up(const std::string& host, int family, int flags) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return nullptr;
  return AddressInfo(found);
}

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  if (address->sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (!bytes || !::inet_ntop(address->sa_family, bytes, text.data(), text.size())) return {};
  return text.data();
}

int prefix_of(const sockaddr* mask) {
  if (!mask) return 0;
  const std::uint8_t* bytes = nullptr;
  std::size_t count = 0;
  if (mask->sa_family == AF_INET) {
    bytes = reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr);
    count = 4;
  } else if (mask->sa_family == AF_INET6) {
    bytes = reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr);
    count = 16;
  }
  int bits = 0;
  for (std::size_t i = 0; i < count; ++i) bits += __builtin_popcount(bytes[i]);
  return bits;
}

std::string hardware_text(const sockaddr* address) {
  const auto* link = reinterpret_cast<const sockaddr_ll*>(address);
  if (link->sll_halen != 6) return {};
  std::string text;
  for (int i = 0; i < 6; ++i) text += fmt::format("{}{:02x}", i ? ":" : "", link->sll_addr[i]);
  return text;
}

Interface& interface_named(std::vector<Interface>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  if (found != all.end()) return *found;
  all.push_back({.name = name, .hardware_address = {}, .is_up = false, .ipv4 = {}, .ipv6 = {}});
  return all.back();
}

class RealProbe : public Probe {
 public:
  KernelNames kernel() override {
    utsname names{};
    ::uname(&names);
    return {names.sysname, names.nodename, names.release, names.version, names.machine};
  }

  std::vector<Interface> interfaces() override {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) throw system_error(errno, "listing the network interfaces");
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
    std::vector<Interface> result;
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
      // An alias such as "eth0:1" is an address of eth0.
      const std::string label = entry->ifa_name;
      Interface& one = interface_named(result, label.substr(0, label.find(':')));
      one.is_up = (entry->ifa_flags & IFF_UP) != 0;
      if (!entry->ifa_addr) continue;
      const int family = entry->ifa_addr->sa_family;
      if (family == AF_PACKET) one.hardware_address = hardware_text(entry->ifa_addr);
      if (family == AF_INET) one.ipv4.push_back({text_of(entry->ifa_addr), prefix_of(entry->ifa_netmask)});
      if (family == AF_INET6) one.ipv6.push_back({text_of(entry->ifa_addr), prefix_of(entry->ifa_netmask)});
    }
    return result;
  }

  std::optional<std::string> canonical_name(const std::string& host) override {
    const auto info = look_up(host, AF_UNSPEC, AI_CANONNAME);
    if (!info || !info->ai_canonname) return std::nullopt;
    return info->ai_canonname;
  }

  std::vector<std::string> addresses(const std::string& host, bool ipv6) override {
    std::vector<std::string> result;
    const auto info = look_up(host, ipv6 ? AF_INET6 : AF_INET, 0);
    for (const addrinfo* entry = info.get(); entry; entry = entry->ai_next) {
      std::string text = text_of(entry->ai_addr);
      if (std::find(result.begin(), result.end(), text) == result.end()) result.push_back(std::move(text));
    }
    return result;
  }

  std::optional<std::string> name_of(const std::string& address) override {
    const auto info = look_up(address, AF_UNSPEC, AI_NUMERICHOST);
    if (!info) return std::nullopt;
    std::array<char, NI_MAXHOST> name{};
    if (::getnameinfo(info->ai_addr, info->ai_addrlen, name.data(), name.size(), nullptr, 0, NI_NAMEREQD) != 0)
      return std::nullopt;
    return name.data();
  }

  std::optional<std::string> environment(const std::string& variable) override {
    const char* value = std::getenv(variable.c_str());
    if (!value) return std::nullopt;
    return value;
  }

  uid_t uid() override { return ::geteuid(); }
  gid_t gid() override { return ::getegid(); }
  pid_t pid() override { return ::getpid(); }

  std::string working_directory() override {
    std::array<char, PATH_MAX> path{};
    return ::getcwd(path.data(), path.size()) ? path.data() : "/";
  }

  std::string executable() override {
    std::array<char, PATH_MAX> path{};
    const auto length = ::readlink("/proc/self/exe", path.data(), path.size());
    return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
  }

  std::string timezone() override {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return local.tm_zone;
  }
};

}  // namespace

std::unique_ptr<Probe> make_real_probe() { return std::make_unique<RealProbe>(); }

}  // namespace halite::minion
