// iptables and ip6tables, always waiting for their lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

class Iptables {
 public:
  // Throws Error(invalid) for another family than ipv4 and ipv6, Error(unavailable) when the program is not there.
  Iptables(const std::string& family, Host& host);

  struct Chain {
    std::string policy;              // empty: one that people made
    std::vector<std::string> rules;  // as iptables -S lists them: "-A INPUT -j ACCEPT"
  };
  // Nothing when there is no such chain.
  std::optional<Chain> chain(const std::string& table, const std::string& chain) const;
  // How many rules a table has.
  std::size_t rule_count(const std::string& table) const;
  bool has_rule(const std::string& table, const std::string& chain, const Argv& rule) const;
  // iptables -t TABLE with these words. Throws Error(unavailable) in its own words.
  void change(const std::string& table, const Argv& words) const;

  // What iptables-restore takes.
  std::string saved_form() const;
  std::string save_path(const std::string& asked) const;
  // The chain in the file is as the kernel has it. Other chains may change by the minute (containers make theirs).
  bool is_saved(const std::string& path, const std::string& table, const std::string& chain) const;
  void save(const std::string& path) const;

  const std::string& program() const { return program_; }

 private:
  CommandResult run(const Argv& words) const;

  Host& host_;
  std::string program_;
  bool is_v6_ = false;
};

}  // namespace halite::states
