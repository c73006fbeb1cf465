#include "common/crypto/rsa.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>

#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/openssl.h"
#include "common/crypto/pem.h"
#include "common/crypto/x931.h"

namespace halite::crypto {
namespace {

constexpr std::size_t public_pem_limit_bytes = 4096, private_pem_limit_bytes = 16384;
constexpr unsigned long exponent_min = 65537;
constexpr int exponent_bits_max = 32;

const EVP_MD* digest(RsaHash hash) {
  static constexpr std::array<HashType, 3> table{HashType::sha1, HashType::sha224, HashType::sha256};
  return digest_of(table[static_cast<std::size_t>(hash)]);
}

Number number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &number) == 1, "reading a key's numbers");
  return Number(number);
}

void check(const EVP_PKEY* key, std::string_view what) {
  ERR_clear_error();
  if (!key) throw Error(ErrorKind::invalid, "{} is damaged: it does not decode as an RSA key", what);
  if (!EVP_PKEY_is_a(key, "RSA")) throw Error(ErrorKind::invalid, "{} is no RSA key; Salt's protocol knows only those", what);
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < rsa_bits_min || bits > rsa_bits_max)
    throw Error(ErrorKind::invalid, "{} has {} bits; it must have {} to {}", what, bits, rsa_bits_min, rsa_bits_max);
  const Number modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N), exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  if (!BN_is_odd(modulus.get())) throw Error(ErrorKind::invalid, "{} has an even modulus and is worthless", what);
  if (!BN_is_odd(exponent.get()) || BN_num_bits(exponent.get()) > exponent_bits_max || BN_get_word(exponent.get()) < exponent_min)
    throw Error(ErrorKind::invalid, "{} has an unsafe exponent; 65537 is usual", what);
}

template <class Encode>
std::string to_der(const EVP_PKEY* key, Encode encode) {
  unsigned char* data = nullptr;
  const int size = encode(key, &data);
  must(size > 0, "encoding a key");
  std::string der(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  return der;
}

KeyContext context(EVP_PKEY* key) {
  KeyContext result(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  must(result != nullptr, "making a key context");
  return result;
}

void use_oaep(EVP_PKEY_CTX* context, RsaHash hash) {
  must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, digest(hash)) > 0 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest(hash)) > 0,
       "choosing OAEP");
}

}  // namespace

struct PublicKey::State {
  KeyPointer key;
  std::string pem;
};

struct PrivateKey::State {
  State(KeyPointer own, PublicKey shown) : key(std::move(own)), public_key(std::move(shown)) {}
  KeyPointer key;
  PublicKey public_key;
};

PublicKey PublicKey::from_pem(std::string_view pem, std::string_view what) {
  const PemBlock block = read_pem(pem, public_pem_limit_bytes, what);
  const unsigned char* at = bytes_of(block.der);
  const unsigned char* end = at + block.der.size();
  KeyPointer key;
  if (block.label == "PUBLIC KEY") key.reset(d2i_PUBKEY(nullptr, &at, static_cast<long>(block.der.size())));
  else if (block.label == "RSA PUBLIC KEY") key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(block.der.size())));
  else throw Error(ErrorKind::invalid, "{} is a '{}', where a 'PUBLIC KEY' is wanted", what, escape_control(block.label.substr(0, 40)));
  if (at != end) key.reset();
  check(key.get(), what);
  auto state = std::make_shared<State>();
  state->pem = clean_pem(write_pem("PUBLIC KEY", to_der(key.get(), i2d_PUBKEY)));
  state->key = std::move(key);
  return PublicKey(std::move(state));
}

const std::string& PublicKey::pem() const { return state_->pem; }
std::string PublicKey::fingerprint(HashType type) const { return pem_fingerprint(state_->pem, type); }
int PublicKey::bits() const { return EVP_PKEY_get_bits(state_->key.get()); }

std::string PublicKey::encrypt(std::string_view plaintext, RsaHash hash) const {
  const KeyContext work = context(state_->key.get());
  must(EVP_PKEY_encrypt_init(work.get()) > 0, "starting RSA encryption");
  use_oaep(work.get(), hash);
  std::string result(static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get())), '\0');
  std::size_t size = result.size();
  must(EVP_PKEY_encrypt(work.get(), bytes_of(result), &size, bytes_of(plaintext), plaintext.size()) > 0, "encrypting");
  result.resize(size);
  return result;
}

bool PublicKey::verify(std::string_view message, std::string_view signature, RsaHash hash) const {
  const DigestContext work(EVP_MD_CTX_new());
  must(work && EVP_DigestVerifyInit(work.get(), nullptr, digest(hash), nullptr, state_->key.get()) == 1, "starting a verification");
  const bool good =
      EVP_DigestVerify(work.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

std::optional<std::string> PublicKey::recover_x931(std::string_view signature) const {
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get()));
  if (signature.size() != size) return std::nullopt;
  const KeyContext work = context(state_->key.get());
  must(EVP_PKEY_encrypt_init(work.get()) > 0 && EVP_PKEY_CTX_set_rsa_padding(work.get(), RSA_NO_PADDING) > 0, "starting RSA");
  std::string raw(size, '\0');
  std::size_t raw_size = size;
  const bool done = EVP_PKEY_encrypt(work.get(), bytes_of(raw), &raw_size, bytes_of(signature), size) > 0;
  ERR_clear_error();  // a signature above the modulus fails here
  if (!done || raw_size != size) return std::nullopt;
  return x931_unpad(raw, number_of(state_->key.get(), OSSL_PKEY_PARAM_RSA_N).get());
}

PrivateKey PrivateKey::generate(int bits) {
  if (bits < rsa_bits_min || bits > rsa_bits_max)
    throw Error(ErrorKind::invalid, "a key of {} bits can't be made; {} to {} are allowed", bits, rsa_bits_min, rsa_bits_max);
  KeyPointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  must(key != nullptr, "generating a key");
  auto shown = PublicKey::from_pem(write_pem("PUBLIC KEY", to_der(key.get(), i2d_PUBKEY)));
  return PrivateKey(std::make_shared<State>(std::move(key), std::move(shown)));
}

PrivateKey PrivateKey::from_pem(std::string_view pem, std::string_view what) {
  PemBlock block = read_pem(pem, private_pem_limit_bytes, what);
  if (block.label == "ENCRYPTED PRIVATE KEY")
    throw Error(ErrorKind::invalid, "{} is encrypted with a passphrase; give one that is not", what);
  if (block.label != "RSA PRIVATE KEY" && block.label != "PRIVATE KEY")
    throw Error(ErrorKind::invalid, "{} is a '{}', where an 'RSA PRIVATE KEY' is wanted", what, escape_control(block.label.substr(0, 40)));
  const unsigned char* at = bytes_of(block.der);
  KeyPointer key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(block.der.size())));
  wipe(block.der);
  check(key.get(), what);
  auto shown = PublicKey::from_pem(write_pem("PUBLIC KEY", to_der(key.get(), i2d_PUBKEY)), what);
  return PrivateKey(std::make_shared<State>(std::move(key), std::move(shown)));
}

std::string PrivateKey::pem() const {
  std::string der = to_der(state_->key.get(), i2d_PrivateKey);
  std::string pem = write_pem("RSA PRIVATE KEY", der);
  wipe(der);
  return pem;
}

const PublicKey& PrivateKey::public_key() const { return state_->public_key; }

std::optional<std::string> PrivateKey::decrypt(std::string_view ciphertext, RsaHash hash) const {
  const KeyContext work = context(state_->key.get());
  must(EVP_PKEY_decrypt_init(work.get()) > 0, "starting RSA decryption");
  use_oaep(work.get(), hash);
  std::string result(static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get())), '\0');
  std::size_t size = result.size();
  const bool done = EVP_PKEY_decrypt(work.get(), bytes_of(result), &size, bytes_of(ciphertext), ciphertext.size()) > 0;
  ERR_clear_error();
  if (!done) return std::nullopt;
  result.resize(size);
  return result;
}

std::string PrivateKey::sign(std::string_view message, RsaHash hash) const {
  const DigestContext work(EVP_MD_CTX_new());
  must(work && EVP_DigestSignInit(work.get(), nullptr, digest(hash), nullptr, state_->key.get()) == 1, "starting a signature");
  std::string result(static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get())), '\0');
  std::size_t size = result.size();
  must(EVP_DigestSign(work.get(), bytes_of(result), &size, bytes_of(message), message.size()) == 1, "signing");
  result.resize(size);
  return result;
}

std::string PrivateKey::sign_x931(std::string_view message) const {
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get()));
  const std::string block = x931_pad(message, size);
  const KeyContext work = context(state_->key.get());
  must(EVP_PKEY_decrypt_init(work.get()) > 0 && EVP_PKEY_CTX_set_rsa_padding(work.get(), RSA_NO_PADDING) > 0, "starting RSA");
  std::string raw(size, '\0');
  std::size_t raw_size = size;
  must(EVP_PKEY_decrypt(work.get(), bytes_of(raw), &raw_size, bytes_of(block), block.size()) > 0, "signing");
  return x931_smaller(raw, number_of(state_->key.get(), OSSL_PKEY_PARAM_RSA_N).get());
}

}  // namespace halite::crypto
