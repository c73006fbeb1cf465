#include "common/crypto/session_key.h"

#include <openssl/core_names.h>

#include "common/base/strings.h"
#include "common/crypto/keyed_hash.h"
#include "common/crypto/openssl.h"

namespace halite::crypto {
namespace {

constexpr std::size_t cipher_key_bytes = 24;
constexpr std::size_t mac_key_bytes = 32;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t mac_bytes = 32;
constexpr std::size_t text_size = 76;

CipherContext cipher(std::string_view key, std::string_view iv, bool encrypt) {
  CipherContext context(EVP_CIPHER_CTX_new());
  // Looked up once: by name it takes locks that all threads share.
  static const EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-192-CBC", nullptr);
  must(context && EVP_CipherInit_ex(context.get(), aes, nullptr, bytes_of(key), bytes_of(iv), encrypt) == 1,
       "starting a cipher");
  must(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1, "switching padding off");
  return context;
}

// Without padding of its own: Salt's receivers look at the last byte only, and so do we.
std::string decrypt(std::string_view key, std::string_view iv, std::string_view input) {
  const CipherContext context = cipher(key, iv, false);
  std::string output(input.size(), '\0');
  int done = 0;
  must(EVP_CipherUpdate(context.get(), bytes_of(output), &done, bytes_of(input), static_cast<int>(input.size())) == 1,
       "running a cipher");
  return output;
}

}  // namespace

SessionKey SessionKey::generate() {
  Secret bytes(random_bytes(cipher_key_bytes + mac_key_bytes));
  Secret text(to_base64(bytes.text()));
  return SessionKey(std::move(text), std::move(bytes));
}

std::optional<SessionKey> SessionKey::from_text(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != cipher_key_bytes + mac_key_bytes) return std::nullopt;
  return SessionKey(Secret(std::string(text)), Secret(std::move(*bytes)));
}

std::string SessionKey::mac(std::string_view data) const {
  const std::string_view key = std::string_view(bytes_.text()).substr(cipher_key_bytes);
  return hmac_bytes(HashType::sha256, key, data);
}

std::size_t SessionKey::sealed_size(std::size_t plaintext_bytes) {
  return iv_bytes + (plaintext_bytes / block_bytes + 1) * block_bytes + mac_bytes;
}

// With the IV in its place.
void SessionKey::encrypt_in_place(std::string& buffer, std::size_t from) const {
  const std::size_t text_at = from + iv_bytes;
  const std::size_t pad = block_bytes - (buffer.size() - text_at) % block_bytes;
  buffer.append(pad, static_cast<char>(pad));
  const CipherContext context =
      cipher(std::string_view(bytes_.text()).substr(0, cipher_key_bytes), std::string_view(buffer).substr(from, iv_bytes), true);
  int done = 0;
  auto* text = bytes_of(buffer) + text_at;
  must(EVP_EncryptUpdate(context.get(), text, &done, text, static_cast<int>(buffer.size() - text_at)) == 1, "running a cipher");
  buffer += mac(std::string_view(buffer).substr(from));
}

void SessionKey::seal_in_place(std::string& buffer, std::size_t from) const {
  buffer.replace(from, iv_bytes, random_bytes(iv_bytes));
  encrypt_in_place(buffer, from);
}

std::string SessionKey::seal(std::string_view plaintext) const { return seal_with_iv(plaintext, random_bytes(iv_bytes)); }

std::string SessionKey::seal_with_iv(std::string_view plaintext, std::string_view iv) const {
  std::string blob;
  blob.reserve(sealed_size(plaintext.size()));
  blob += iv;
  blob += plaintext;
  encrypt_in_place(blob, 0);
  return blob;
}

std::optional<std::string> SessionKey::open(std::string_view blob) const {
  if (blob.size() < 2 * block_bytes + mac_bytes || blob.size() % block_bytes != 0 || blob.size() > (std::size_t{1} << 30))
    return std::nullopt;
  const std::string_view signed_part = blob.substr(0, blob.size() - mac_bytes);
  if (!equal_in_constant_time(mac(signed_part), blob.substr(signed_part.size()))) return std::nullopt;
  std::string plain = decrypt(std::string_view(bytes_.text()).substr(0, cipher_key_bytes), signed_part.substr(0, block_bytes),
                              signed_part.substr(block_bytes));
  const auto pad = static_cast<unsigned char>(plain.back());
  if (pad == 0 || pad > block_bytes) return std::nullopt;
  plain.resize(plain.size() - pad);
  return plain;
}

}  // namespace halite::crypto
