#include "states/providers/known_hosts.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"
#include "common/crypto/keyed_hash.h"

namespace halite::states {
namespace {

constexpr std::size_t sha1_size = 20;

std::string hmac_sha1(const std::string& key, const std::string& text) {
  return crypto::hmac_bytes(crypto::HashType::sha1, key, text);
}

// "|1|SALT|HASH"
bool is_hash_of(const std::string& hashed, const std::string& host) {
  const auto parts = split(hashed, '|');
  if (parts.size() != 4 || parts[1] != "1") return false;
  const auto salt = from_base64(parts[2]);
  return salt && to_base64(hmac_sha1(*salt, host)) == parts[3];
}

bool names_host(const std::string& names, const std::string& host) {
  if (names.starts_with('|')) return is_hash_of(names, host);
  const auto all = split(names, ',');
  return std::any_of(all.begin(), all.end(), [&](const std::string& name) { return to_lower(name) == to_lower(host); });
}

std::optional<HostKey> parse(const std::string& line) {
  const auto words = split_words(line);
  if (words.size() < 3 || words[0].starts_with('#') || words[0].starts_with('@')) return std::nullopt;
  if (!from_base64(words[2])) return std::nullopt;
  return HostKey{words[0], words[1], words[2]};
}

}  // namespace

std::string host_and_port(const std::string& host, std::optional<std::int64_t> port) {
  return port && *port != 22 ? fmt::format("[{}]:{}", host, *port) : host;
}

std::vector<HostKey> keys_of_host(const std::string& text, const std::string& host) {
  std::vector<HostKey> keys;
  for (const auto& line : split_lines(text))
    if (auto key = parse(line); key && names_host(key->host, host)) keys.push_back(std::move(*key));
  return keys;
}

std::string without_host(const std::string& text, const std::string& host, const std::string& type) {
  std::string left;
  for (const auto& line : split_lines(text)) {
    const auto key = parse(line);
    if (key && names_host(key->host, host) && (type.empty() || key->type == type)) continue;
    left += line + "\n";
  }
  return left;
}

std::string known_hosts_line(const HostKey& key, bool hash_host) {
  std::string host = key.host;
  if (hash_host && !host.starts_with('|')) {
    const std::string salt = crypto::random_bytes(sha1_size);
    host = "|1|" + to_base64(salt) + "|" + to_base64(hmac_sha1(salt, host));
  }
  return host + " " + key.type + " " + key.key + "\n";
}

std::string fingerprint_of(const std::string& key, const std::string& hash_type) {
  const auto raw = from_base64(key);
  if (!raw) return "";
  const auto type = crypto::hash_type_from(hash_type.empty() ? "sha256" : to_lower(hash_type));
  const std::string hex = crypto::hash_hex(type, *raw);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) text += (i == 0 ? "" : ":") + hex.substr(i, 2);
  return text;
}

bool has_fingerprint(const HostKey& key, const std::string& asked, const std::string& hash_type) {
  if (asked.starts_with("SHA256:")) {
    std::string encoded = to_base64(crypto::hash_bytes(crypto::HashType::sha256, from_base64(key.key).value_or("")));
    while (encoded.ends_with('=')) encoded.pop_back();
    return asked.substr(7) == encoded;
  }
  return to_lower(asked) == fingerprint_of(key.key, hash_type);
}

std::vector<HostKey> scan_host(Host& machine, const std::string& host, std::optional<std::int64_t> port,
                               const std::string& type, std::int64_t timeout_s) {
  constexpr int attempts = 5;
  Command command{.argv = {"ssh-keyscan"}};
  if (port) command.argv.insert(command.argv.end(), {"-p", std::to_string(*port)});
  if (!type.empty()) command.argv.insert(command.argv.end(), {"-t", type});
  command.argv.insert(command.argv.end(), {"-T", std::to_string(timeout_s), "--", host});
  command.timeout = std::chrono::seconds(4 * timeout_s + 10);
  std::vector<HostKey> keys;
  for (int attempt = 0; attempt < attempts && keys.empty(); ++attempt)
    for (const auto& line : split_lines(machine.execute(command).output))
      if (auto key = parse(line)) keys.push_back(std::move(*key));
  for (HostKey& key : keys) key.host = host_and_port(host, port);
  return keys;
}

List shown_keys(const std::vector<HostKey>& keys, const std::string& hash_type) {
  List shown;
  for (const HostKey& key : keys)
    shown.push_back(Map{{"hostname", key.host},
                        {"key", key.key},
                        {"enc", key.type},
                        {"fingerprint", fingerprint_of(key.key, hash_type)}});
  return shown;
}

}  // namespace halite::states
