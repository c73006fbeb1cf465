// Remotes over ssh: fetched by the programs git and ssh, as libgit2's own ssh knows no deadline. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "common/host/host.h"
#include "pillar/git/git_store.h"

namespace halite::pillar {

// "ssh://[USER@]HOST[:PORT]/PATH" or "[USER@]HOST:PATH".
struct SshAddress {
  std::string user, host, port, path;
};
bool is_ssh(std::string_view url);
// Throws Error(invalid) for what git or ssh could take for an option or a command.
SshAddress ssh_address(const std::string& url);

// Brings the references that the refspecs name into a bare store. ssh takes the remote's private key, or without one what
// the user we run as has; it asks nothing, and the server's key must be in a known_hosts file already. Throws
// Error(denied) when either side refuses, (timeout), (invalid) for more than the size limit, else (unavailable).
void fetch_over_ssh(Host& host, const GitRemote& remote, const std::string& store, const std::vector<std::string>& refspecs);

}  // namespace halite::pillar
