#include "common/crypto/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "common/crypto/bytes.h"
#include "common/crypto/openssl.h"

namespace halite::crypto {
namespace {

using Certificate = std::unique_ptr<X509, Releaser<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Releaser<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using NameList = std::unique_ptr<GENERAL_NAMES, Releaser<GENERAL_NAMES_free>>;

constexpr std::size_t serial_bytes = 20;
constexpr std::size_t pem_limit_bytes = 64 << 10;

Bio reader(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(bio != nullptr, "reading text");
  return bio;
}

template <class Write>
std::string written(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(bio && write(bio.get()) == 1, "writing PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate read_certificate(std::string_view pem, std::string_view what) {
  if (pem.size() > pem_limit_bytes) throw Error(ErrorKind::invalid, "{} is too long to be a certificate", what);
  const Bio bio = reader(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) throw Error(ErrorKind::invalid, "{} is no certificate in PEM", what);
  return certificate;
}

int no_passphrase(char*, int, int, void*) { return 0; }

KeyPointer read_key(std::string_view pem) {
  const Bio bio = reader(pem.substr(0, pem_limit_bytes));
  KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) throw Error(ErrorKind::invalid, "the authority's key is no private key in PEM without a passphrase");
  return key;
}

void set_name(X509* certificate, const DistinguishedName& name) {
  const auto add = [subject = X509_get_subject_name(certificate)](const char* field, const std::string& text) {
    if (text.empty()) return;
    const int added = X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes_of(text), static_cast<int>(text.size()), -1, 0);
    ERR_clear_error();
    if (added != 1) throw Error(ErrorKind::invalid, "'{}' can't be the {} of a certificate's name", text, field);
  };
  add("C", name.country);
  add("ST", name.state);
  add("L", name.locality);
  add("O", name.organization);
  add("OU", name.unit);
  add("CN", name.common_name);
  add("emailAddress", name.email);
}

void set_serial(X509* certificate) {
  const std::string bytes = random_bytes(serial_bytes);
  const Number number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
  must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)), "making a serial number");
}

void set_times(X509* certificate, const CertificateWish& wish) {
  const std::time_t from = std::chrono::system_clock::to_time_t(wish.from);
  const std::time_t until = std::chrono::system_clock::to_time_t(wish.from + wish.lifetime);
  must(ASN1_TIME_set(X509_getm_notBefore(certificate), from) && ASN1_TIME_set(X509_getm_notAfter(certificate), until),
       "setting a certificate's times");
}

// `text` is one of our own constants: OpenSSL reads it as configuration.
void add_extension(X509* certificate, X509* issuer, int kind, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, text));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

// Built from parts, so that no name can say more than one name.
void add_dns_name(X509* certificate, const std::string& name) {
  const NameList names(GENERAL_NAMES_new());
  GENERAL_NAME* entry = GENERAL_NAME_new();
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  must(names && entry && text && ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) == 1, "writing a DNS name");
  GENERAL_NAME_set0_value(entry, GEN_DNS, text);
  must(sk_GENERAL_NAME_push(names.get(), entry) > 0, "writing a DNS name");
  must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1, "adding a DNS name");
}

struct Draft {
  KeyPointer key;
  Certificate certificate;
};

Draft draft(const CertificateWish& wish) {
  Draft made{KeyPointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(wish.bits))), Certificate(X509_new())};
  must(made.key && made.certificate && X509_set_version(made.certificate.get(), X509_VERSION_3) == 1, "starting a certificate");
  set_serial(made.certificate.get());
  set_times(made.certificate.get(), wish);
  set_name(made.certificate.get(), wish.subject);
  must(X509_set_pubkey(made.certificate.get(), made.key.get()) == 1, "setting a certificate's key");
  return made;
}

CertificateAndKey finished(const Draft& made, EVP_PKEY* signer) {
  must(X509_sign(made.certificate.get(), signer, EVP_sha256()) > 0, "signing a certificate");
  return {written([&](BIO* bio) { return PEM_write_bio_X509(bio, made.certificate.get()); }), written([&](BIO* bio) {
            return PEM_write_bio_PKCS8PrivateKey(bio, made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace

CertificateAndKey make_authority(const CertificateWish& wish) {
  const Draft made = draft(wish);
  X509* certificate = made.certificate.get();
  must(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1, "naming the issuer");
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  add_extension(certificate, certificate, NID_authority_key_identifier, "keyid:always,issuer:always");
  return finished(made, made.key.get());
}

CertificateAndKey issue_certificate(const CertificateWish& wish, const CertificateAndKey& authority) {
  const Certificate issuer = read_certificate(authority.certificate, "the authority's certificate");
  const KeyPointer signer = read_key(authority.key);
  const Draft made = draft(wish);
  X509* certificate = made.certificate.get();
  must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get())) == 1, "naming the issuer");
  add_dns_name(certificate, wish.subject.common_name);
  add_extension(certificate, issuer.get(), NID_key_usage, "critical,digitalSignature,keyEncipherment");
  add_extension(certificate, issuer.get(), NID_ext_key_usage, "serverAuth");
  return finished(made, signer.get());
}

std::chrono::system_clock::time_point certificate_end(std::string_view pem, std::string_view what) {
  const Certificate certificate = read_certificate(pem, what);
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
    throw Error(ErrorKind::invalid, "{} has no readable end of its time", what);
  return std::chrono::system_clock::from_time_t(::timegm(&end));
}

bool verified_by(std::string_view pem, std::string_view authority_pem) {
  const Certificate certificate = read_certificate(pem, "the certificate");
  const Certificate authority = read_certificate(authority_pem, "the authority's certificate");
  const bool is_good = X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
  ERR_clear_error();
  return is_good;
}

}  // namespace halite::crypto
