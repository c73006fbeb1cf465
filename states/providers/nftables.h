// nftables through nft.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

class Nftables {
 public:
  // `family` by Salt's names (ipv4, ipv6, inet, arp, bridge, netdev) or nft's own. Throws Error(invalid) for others,
  // Error(unavailable) when nft is not there.
  Nftables(const std::string& family, Host& host);

  const std::string& family() const { return family_; }
  bool has_table(const std::string& table) const;
  struct Rule {
    std::string text, handle;
  };
  struct Chain {
    std::string type, hook, priority, policy;
    std::vector<Rule> rules;
  };
  std::optional<Chain> chain(const std::string& table, const std::string& chain) const;
  // How many rules a table has.
  std::size_t rule_count(const std::string& table) const;
  // The rule as nft itself writes it, learnt in an empty network namespace; as it was given where that can't be made.
  std::string canonical(const std::string& rule) const;
  // nft with these words; throws Error(unavailable) in its own.
  void change(const Argv& words) const;
  std::string ruleset() const;

 private:
  CommandResult run(const Argv& words) const;
  Host& host_;
  std::string family_;
};

}  // namespace halite::states
