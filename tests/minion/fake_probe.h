// A made-up kernel, network and resolver.
#pragma once

#include <map>

#include "minion/grains/probe.h"

namespace halite::minion {

class FakeProbe : public Probe {
 public:
  KernelNames names{"Linux", "web1", "6.1.0-30-amd64", "#1 SMP", "x86_64"};
  std::vector<Interface> list{{"lo", "00:00:00:00:00:00", true, {{"127.0.0.1", 8}}, {{"::1", 128}}},
                              {"eth0", "02:00:00:00:00:04", true, {{"192.0.2.10", 24}, {"10.1.2.3", 8}}, {{"fe80::1", 64}}}};
  std::map<std::string, std::string> canonical{{"web1", "web1.example.org"}};
  std::map<std::string, std::string> variables{{"PATH", "/usr/bin:/bin"}, {"LANG", "en_US.UTF-8"}};
  int look_ups = 0;

  KernelNames kernel() override { return names; }
  std::vector<Interface> interfaces() override { return list; }
  std::optional<std::string> canonical_name(const std::string& host) override {
    ++look_ups;
    const auto found = canonical.find(host);
    return found == canonical.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string> addresses(const std::string&, bool is_v6) override {
    return is_v6 ? std::vector<std::string>{} : std::vector<std::string>{"192.0.2.10"};
  }
  std::optional<std::string> name_of(const std::string& address) override {
    if (address == "192.0.2.10") return "web1.example.org";
    return std::nullopt;
  }
  std::optional<std::string> environment(const std::string& variable) override {
    const auto found = variables.find(variable);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
  uid_t uid() override { return 0; }
  gid_t gid() override { return 0; }
  pid_t pid() override { return 42; }
  std::string working_directory() override { return "/"; }
  std::string executable() override { return "/usr/bin/halite-minion"; }
  std::string timezone() override { return "UTC"; }
};

}  // namespace halite::minion
