// X.509 certificates of a small authority: made, issued, and asked how long they last. RSA keys, SHA-256.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace halite::crypto {

// What is empty is left out; the order in the certificate is this one.
struct DistinguishedName {
  std::string country = {}, state = {}, locality = {}, organization = {}, unit = {}, common_name = {}, email = {};
};

struct CertificateWish {
  DistinguishedName subject = {};
  std::chrono::system_clock::time_point from = {};
  std::chrono::seconds lifetime{0};
  int bits = 2048;
};

// Both as PEM. The key is PKCS#8 without a passphrase: a secret.
struct CertificateAndKey {
  std::string certificate, key;
};

// A self-signed authority that may sign certificates and revocations and nothing below it.
CertificateAndKey make_authority(const CertificateWish& wish);
// A server's certificate for the DNS name that is the subject's common name, with a new key.
// Throws Error(invalid) when the authority's PEM can't be read, without showing it.
CertificateAndKey issue_certificate(const CertificateWish& wish, const CertificateAndKey& authority);
// The end of its time. Throws Error(invalid) that names WHAT.
std::chrono::system_clock::time_point certificate_end(std::string_view pem, std::string_view what);
// Was it signed with the key of that authority? Times are not looked at.
bool verified_by(std::string_view pem, std::string_view authority_pem);

}  // namespace halite::crypto
