// Salt's filters that encode and hash.
#include <random>

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/digest.h"
#include "common/render/filters.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

// The bytes of a text or of bytes; nothing else has any.
const std::string& bytes_of(const Value& value) {
  if (const std::string* text = if_text(value)) return *text;
  if (const Bytes* bytes = value.if_bytes()) return bytes->data;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("expected str, bytes, or bytearray not <class '{}'>", python_type(value));
}

Value text_or_bytes(std::string data) { return is_valid_utf8(data) ? Value(std::move(data)) : Value(Bytes{std::move(data)}); }

Value to_bytes(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "to_bytes", {"s", "encoding", "errors"}, 1);
  return Bytes{bytes_of(p[0])};
}

Value encode64(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "base64_encode", {"instr"}, 1);
  return to_base64(bytes_of(p[0]));
}

// As Python: characters outside the alphabet are dropped.
Value decode64(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "base64_decode", {"instr"}, 1);
  std::string kept;
  for (const char c : bytes_of(p[0]))
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '=') kept += c;
  auto decoded = from_base64(kept);
  if (!decoded) fail("Incorrect padding");
  return text_or_bytes(std::move(*decoded));
}

struct Md5 { static constexpr std::string_view name = "md5"; };
struct Sha1 { static constexpr std::string_view name = "sha1"; };
struct Sha256 { static constexpr std::string_view name = "sha256"; };
struct Sha512 { static constexpr std::string_view name = "sha512"; };

template <class Algorithm>
Value hashed(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, Algorithm::name, {"instr"}, 1);
  return to_hex(digest(Algorithm::name, bytes_of(p[0])));
}

Value hmac(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "hmac", {"string", "shared_secret", "challenge_hmac"}, 3);
  return to_base64(hmac_sha256(bytes_of(p[1]), bytes_of(p[0]))) == bytes_of(p[2]);
}

Value hmac_compute(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "hmac_compute", {"string", "shared_secret"}, 2);
  return to_hex(hmac_sha256(bytes_of(p[1]), bytes_of(p[0])));
}

// Version 5 (RFC 4122) in Salt's own namespace.
Value uuid(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "uuid", {"val"}, 1);
  const std::string space = *from_hex("91633EBF1C865E33935A28061F4B480E");
  std::string id = digest("sha1", space + bytes_of(p[0])).substr(0, 16);
  id[6] = static_cast<char>((id[6] & 0x0F) | 0x50);
  id[8] = static_cast<char>((id[8] & 0x3F) | 0x80);
  const std::string hex = to_hex(id);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string random_bytes(std::size_t count) {
  std::random_device source;
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>(source() & 0xFF);
  return bytes;
}

Value random_hash(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "random_hash", {"size", "hash_type"});
  return to_hex(digest(p.has(1) && !p[1].is_null() ? p.text(1) : "md5", random_bytes(32)));
}

Value random_text(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "random_str", {"size"});
  const std::int64_t size = p.integer(0, 32);
  if (size < 0 || size > 1'000'000) fail("random_str() takes a size from 0 to 1000000, not {}", size);
  return to_base64(random_bytes(static_cast<std::size_t>(size))).substr(0, static_cast<std::size_t>(size));
}

constexpr FilterEntry filters[] = {
    {"to_bytes", to_bytes, "The text as bytes (Salt's).", "'abc'|to_bytes"},
    {"base64_encode", encode64, "In base 64 (Salt's).", "'hello'|base64_encode"},
    {"base64_decode", decode64, "From base 64 (Salt's).", "'aGVsbG8='|base64_decode"},
    {"md5", hashed<Md5>, "The MD5 digest in hexadecimal (Salt's).", "'abc'|md5"},
    {"sha1", hashed<Sha1>, "The SHA-1 digest in hexadecimal (Salt's).", "'abc'|sha1"},
    {"sha256", hashed<Sha256>, "The SHA-256 digest in hexadecimal (Salt's).", "'abc'|sha256"},
    {"sha512", hashed<Sha512>, "The SHA-512 digest in hexadecimal (Salt's).", "'abc'|sha512"},
    {"hmac", hmac, "Whether a base 64 HMAC-SHA-256 fits (Salt's).", "text|hmac('secret', mac)"},
    {"hmac_compute", hmac_compute, "The HMAC-SHA-256 in hexadecimal (Salt's).", "text|hmac_compute('secret')"},
    {"uuid", uuid, "A UUID made of the text (Salt's).", "'example'|uuid"},
    {"random_hash", random_hash, "The hash of a random number (Salt's).", "1|random_hash"},
    {"rand_str", random_hash, "The same as random_hash (Salt's).", "1|rand_str"},
    {"random_str", random_text, "Random text of a length (Salt's).", "12|random_str"},
};

}  // namespace

std::span<const FilterEntry> salt_hash_filters() { return filters; }

}  // namespace halite::render
