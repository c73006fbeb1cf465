#include "states/providers/postgres_password.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/keyed_hash.h"

namespace halite::states {
namespace {

constexpr std::string_view scram_start = "SCRAM-SHA-256$";
constexpr int standard_iterations = 4096;

std::string md5_of(const std::string& role, const std::string& password) {
  return "md5" + crypto::hash_hex(crypto::HashType::md5, password + role);
}

// RFC 5802 with SHA-256, in PostgreSQL's notation: SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY
std::string scram_of(const std::string& password, const std::string& salt, int iterations) {
  const auto type = crypto::HashType::sha256;
  const std::string salted = crypto::key_from_password(type, password, salt, iterations, 32);
  const std::string stored = crypto::hash_bytes(type, crypto::hmac_bytes(type, salted, "Client Key"));
  const std::string server = crypto::hmac_bytes(type, salted, "Server Key");
  return fmt::format("{}{}:{}${}:{}", scram_start, iterations, to_base64(salt), to_base64(stored), to_base64(server));
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_password_verifier(const std::string& password) {
  const bool is_md5 = password.size() == 35 && password.starts_with("md5") && from_hex(password.substr(3));
  return is_md5 || password.starts_with(scram_start);
}

std::string password_verifier(const std::string& role, const std::string& password, const std::string& method) {
  if (is_password_verifier(password)) return password;
  if (method == "md5") return md5_of(role, password);
  if (method != "scram-sha-256")
    throw Error(ErrorKind::invalid, "the way to keep a password must be md5 or scram-sha-256, not '{}'", method);
  if (!is_ascii(password))
    throw Error(ErrorKind::invalid,
                "the password of {} has characters outside ASCII: give it as a SCRAM-SHA-256 verifier, or encrypted: md5", role);
  return scram_of(password, crypto::random_bytes(16), standard_iterations);
}

bool is_password_of(const std::string& role, const std::string& password, const std::string& kept) {
  if (is_password_verifier(password) || !is_password_verifier(kept)) return crypto::equal_in_constant_time(password, kept);
  if (kept.starts_with("md5")) return crypto::equal_in_constant_time(md5_of(role, password), kept);
  const auto parts = split(kept, '$');
  const auto head = parts.size() == 3 ? split(parts[1], ':') : std::vector<std::string>();
  const auto iterations = head.size() == 2 ? parse_int(head[0]) : std::nullopt;
  const auto salt = head.size() == 2 ? from_base64(head[1]) : std::nullopt;
  if (!iterations || *iterations < 1 || *iterations > 10'000'000 || !salt) return false;
  return crypto::equal_in_constant_time(scram_of(password, *salt, static_cast<int>(*iterations)), kept);
}

}  // namespace halite::states
