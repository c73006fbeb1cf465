// One rule of iptables from arguments as Salt's trees give them: {"proto": "tcp", "dport": 22, "jump": "ACCEPT"}.
#pragma once

#include <string>

#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::states {

// The same rule as a person would type it and as words for the program.
struct FirewallRule {
  std::string text;
  Argv words;
};

// Every key is a long option but a few that have a meaning of their own (if, of, proto, connstate, dports, ...); a value
// that begins with "!" or "not" is negated. Throws Error(invalid) when dports stand without a protocol.
FirewallRule iptables_rule(const Map& options);

// nft's words: "tcp dport { 22 } accept".
std::string nftables_rule(const Map& options);

}  // namespace halite::states
