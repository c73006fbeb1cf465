// Salt's symmetric layer, "Crypticle": AES-192-CBC, then HMAC-SHA-256 (salt-wire-protocol.md, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/crypto/bytes.h"

namespace halite::crypto {

class SessionKey {
 public:
  static SessionKey generate();
  // 76 ASCII characters: base64 of 24 bytes for AES and 32 for HMAC. Anything else is nothing.
  static std::optional<SessionKey> from_text(std::string_view text);

  // The text is what is sent, hashed and stored; a secret.
  const std::string& text() const { return text_.text(); }

  // IV, ciphertext, HMAC.
  std::string seal(std::string_view plaintext) const;
  // Seals what stands behind the first `from` + iv_bytes bytes of a buffer, without a copy: what is before `from` stays, and the IV
  // comes before the ciphertext.
  static constexpr std::size_t iv_bytes = 16;
  void seal_in_place(std::string& buffer, std::size_t from) const;
  // How many bytes a text of that size takes when it is sealed.
  static std::size_t sealed_size(std::size_t plaintext_bytes);
  // As seal with a given 16-byte IV; for test vectors only.
  std::string seal_with_iv(std::string_view plaintext, std::string_view iv) const;
  // Nothing when the HMAC, which is checked first, or the padding is wrong.
  std::optional<std::string> open(std::string_view blob) const;

  bool operator==(const SessionKey& other) const { return equal_in_constant_time(text(), other.text()); }

 private:
  SessionKey(Secret text, Secret bytes) : text_(std::move(text)), bytes_(std::move(bytes)) {}
  std::string mac(std::string_view data) const;
  void encrypt_in_place(std::string& buffer, std::size_t from) const;
  Secret text_;
  Secret bytes_;
};

}  // namespace halite::crypto
