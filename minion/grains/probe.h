// What grains ask of this machine beyond files and programs: the kernel, its network interfaces, the resolver,
// the process itself. Tests use a made-up one.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace halite::minion {

struct KernelNames {  // uname(2)
  std::string kernel, nodename, release, version, machine;
};

struct InterfaceAddress {
  std::string text;  // "192.0.2.7", "2001:db8::7"
  int prefix_length = 0;
};

struct Interface {
  std::string name;
  std::string hardware_address;  // "02:00:00:00:00:04"; empty when it has none
  bool is_up = false;
  std::vector<InterfaceAddress> ipv4, ipv6;
};

class Probe {
 public:
  virtual ~Probe() = default;
  virtual KernelNames kernel() = 0;
  // In the kernel's order.
  virtual std::vector<Interface> interfaces() = 0;
  // The canonical name that the resolver has for a host name; nothing when it knows none.
  virtual std::optional<std::string> canonical_name(const std::string& host) = 0;
  // Its addresses, each once. `ipv6` picks the family.
  virtual std::vector<std::string> addresses(const std::string& host, bool ipv6) = 0;
  // The name of an address; nothing when there is none.
  virtual std::optional<std::string> name_of(const std::string& address) = 0;
  virtual std::optional<std::string> environment(const std::string& variable) = 0;
  virtual uid_t uid() = 0;
  virtual gid_t gid() = 0;
  virtual pid_t pid() = 0;
  virtual std::string working_directory() = 0;
  virtual std::string executable() = 0;
  virtual std::string timezone() = 0;  // "UTC", "CEST"
};

std::unique_ptr<Probe> make_real_probe();

}  // namespace halite::minion
