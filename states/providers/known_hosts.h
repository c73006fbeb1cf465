// Keys of SSH servers, as a known_hosts file keeps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::states {

struct HostKey {
  std::string host;  // as the file or ssh-keyscan has it; may be hashed
  std::string type;  // "ssh-ed25519"
  std::string key;   // base64
};

// "[host]:port" for another port than 22.
std::string host_and_port(const std::string& host, std::optional<std::int64_t> port);

// Entries of a host in the text of a known_hosts file, hashed ones too. Marked lines (@revoked, ...) are none.
std::vector<HostKey> keys_of_host(const std::string& text, const std::string& host);
// The text without the entries of a host; with `type`, without those of that type.
std::string without_host(const std::string& text, const std::string& host, const std::string& type = "");
std::string known_hosts_line(const HostKey& key, bool hash_host);

// "aa:bb:..." of the key by that hash ("sha256" when empty). Empty for what is no base64.
std::string fingerprint_of(const std::string& key, const std::string& hash_type);
// As asked in either form, "aa:bb:..." or "SHA256:base64".
bool has_fingerprint(const HostKey& key, const std::string& asked, const std::string& hash_type);

// What ssh-keyscan sees; empty when the host does not answer. `timeout_s` is for each of up to five attempts.
std::vector<HostKey> scan_host(Host& machine, const std::string& host, std::optional<std::int64_t> port,
                               const std::string& type, std::int64_t timeout_s);

// {hostname, key, enc, fingerprint}, as Salt shows it.
List shown_keys(const std::vector<HostKey>& keys, const std::string& hash_type);

}  // namespace halite::states
