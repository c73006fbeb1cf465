// External pillar `ca`: a small certificate authority. Every minion gets the authority's certificate; a key goes to the
// minions whose roles the certificate names, and to no one else.
#include <algorithm>
#include <cctype>
#include <mutex>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/crypto/certificate.h"
#include "common/data/schema.h"
#include "pillar/external/externals.h"

namespace halite::pillar {
namespace {

constexpr double renewal_share = 0.25;  // of the lifetime: a certificate with less left is replaced
constexpr std::chrono::hours day{24};

// The subject of everything that is made. The defaults are those of the PSF's own tree.
struct CertOptions {
  std::string country = "US", state = "NH", locality = "Wolfeboro", organization = "Python Software Foundation";
  std::string unit = "Infrastructure Team", email = "infrastructure@python.org";
  std::int64_t bits = 2048;
  std::int64_t days = 5 * 365;

  static const Schema<CertOptions>& schema() {
    static const auto schema = Schema<CertOptions>()
                                   .optional(&CertOptions::country, "C", "Country.")
                                   .optional(&CertOptions::state, "ST", "State.")
                                   .optional(&CertOptions::locality, "L", "Locality.")
                                   .optional(&CertOptions::organization, "O", "Organization.")
                                   .optional(&CertOptions::unit, "OU", "Unit.")
                                   .optional(&CertOptions::email, "emailAddress", "Address of who answers for it.")
                                   .optional(&CertOptions::bits, "bits", "Size of new keys.")
                                   .optional(&CertOptions::days, "days", "Life of the authority's own certificate.");
    return schema;
  }
};

struct CaOptions {
  std::string base = "/etc/ssl";
  std::string name = "PSFCA";
  Map cert_opts;

  static const Schema<CaOptions>& schema() {
    static const auto schema = Schema<CaOptions>()
                                   .optional(&CaOptions::base, "base", "Directory of the authorities.")
                                   .optional(&CaOptions::name, "name", "Name of this one.")
                                   .optional(&CaOptions::cert_opts, "cert_opts", "Parts of the subjects' names.");
    return schema;
  }
};

// It becomes a file's name and a DNS name.
const std::string& plain_name(const Value& key, std::string_view what) {
  const auto& name = key.as_string(what);
  const bool is_plain = !name.empty() && name.front() != '-' && name.front() != '.' &&
                        std::all_of(name.begin(), name.end(), [](unsigned char c) {
                          return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '*';
                        });
  if (!is_plain) throw Error(ErrorKind::invalid, "{} '{}' must be a host's name", what, escape_control(name));
  return name;
}

const Map& map_or_empty(const Value* value, std::string_view what) {
  static const Map empty;
  return value && !value->is_null() ? value->as_map(what) : empty;
}

class Authority {
 public:
  Authority(const Value& arguments, const ExternalTools& tools)
      : options_(CaOptions::schema().decode(map_or_empty(&arguments, "the arguments of ca"), Unknown::refuse, "ca")),
        cert_(CertOptions::schema().decode(options_.cert_opts, Unknown::refuse, "cert_opts")),
        host_(tools.host),
        nodegroups_(tools.nodegroups) {
    plain_name(options_.name, "the authority");
    while (options_.base.size() > 1 && options_.base.ends_with('/')) options_.base.pop_back();
    folder_ = options_.base + "/" + options_.name;
    own_path_ = fmt::format("{}/{}_ca_cert", folder_, options_.name);
  }

  Map pillar_of(const PillarRequest& request, const Map& pillar) {
    // Two compiles must not make one certificate twice. Other processes don't: a master holds its state alone.
    const std::lock_guard one_at_a_time(mutex_);
    const auto roles = roles_of(request, pillar);
    const auto* tls = pillar.find("tls");
    Map certificates, acme;
    const auto own = own_certificate();
    for (const auto& [key, config] : map_or_empty(tls ? tls->find("gen_certs") : nullptr, "tls:gen_certs"))
      if (is_for(config, roles)) {
        const auto& name = plain_name(key, "the certificate");
        certificates.set(name, certificate(name, config, own));
      }
    for (const auto& [key, config] : map_or_empty(tls ? tls->find("acme_cert_configs") : nullptr, "tls:acme_cert_configs"))
      if (is_for(config, roles))
        if (auto found = acme_certificate(key, config)) acme.set(key, std::move(*found));
    return {{"tls",
             Map{{"ca", Map{{options_.name, own}}}, {"certs", std::move(certificates)}, {"acme_certs", std::move(acme)}}}};
  }

 private:
  crypto::CertificateWish wish(const std::string& common_name, std::int64_t days) const {
    if (days < 1 || days > 100'000) throw Error(ErrorKind::invalid, "a certificate for {} days can't be made ('{}')", days, common_name);
    return {.subject = {cert_.country, cert_.state, cert_.locality, cert_.organization, cert_.unit, common_name, cert_.email},
            .from = host_.now(),
            .lifetime = day * days,
            .bits = static_cast<int>(cert_.bits)};
  }

  // The key before the certificate: a certificate on disk always has its key.
  void write(const std::string& certificate_path, const std::string& key_path, const crypto::CertificateAndKey& pair) {
    for (const auto* path : {&certificate_path, &key_path}) make_folders(host_, path->substr(0, path->rfind('/')));
    if (host_.status(certificate_path)) host_.remove_file(certificate_path);
    host_.replace_file(key_path, pair.key, {.mode = 0600, .uid = {}, .gid = {}});
    host_.replace_file(certificate_path, pair.certificate, {.mode = 0644, .uid = {}, .gid = {}});
  }

  // The authority's own, made when it is missing.
  std::string own_certificate() {
    if (!host_.status_of_target(own_path_ + ".crt"))
      write(own_path_ + ".crt", own_path_ + ".key", crypto::make_authority(wish(options_.name, cert_.days)));
    return host_.read_file(own_path_ + ".crt");
  }

  std::string certificate(const std::string& name, const Value& config, const std::string& own) {
    const auto certificate_path = fmt::format("{}/certs/{}.crt", folder_, name);
    const auto key_path = fmt::format("{}/private/{}.key", folder_, name);
    const auto* given = config.find("days");
    const auto days = given ? given->as_int("days of certificate '" + name + "'") : 1;
    if (!is_fresh(certificate_path, key_path, days))
      write(certificate_path, key_path,
            crypto::issue_certificate(wish(name, days), {own, host_.read_file(own_path_ + ".key")}));
    return host_.read_file(certificate_path) + "\n" + host_.read_file(key_path);
  }

  bool is_fresh(const std::string& certificate_path, const std::string& key_path, std::int64_t days) {
    if (!host_.status_of_target(key_path)) return false;
    const auto pem = host_.read_file_if_exists(certificate_path);
    if (!pem) return false;
    const std::chrono::duration<double> left = crypto::certificate_end(*pem, certificate_path) - host_.now();
    return left.count() > renewal_share * static_cast<double>(std::chrono::seconds(day).count()) * static_cast<double>(days);
  }

  // From Let's Encrypt's client on this machine; what is not there or not ours to read is left out.
  std::optional<Value> acme_certificate(const Value& domain, const Value& config) {
    const auto* given = config.find("name");
    const auto folder = "/etc/letsencrypt/live/" + plain_name(given ? *given : domain, "the ACME certificate");
    try {
      const auto chain = host_.read_file_if_exists(folder + "/fullchain.pem");
      const auto key = host_.read_file_if_exists(folder + "/privkey.pem");
      if (chain && key && !chain->empty() && !key->empty()) return Value(*chain + "\n" + *key);
    } catch (const Error& error) {
      log::warning("ext_pillar ca: {}", error.what());
    }
    return std::nullopt;
  }

  std::vector<std::string> roles_of(const PillarRequest& request, const Map& pillar) const {
    std::vector<std::string> roles;
    for (const auto& [name, role] : map_or_empty(pillar.find("roles"), "the pillar's roles"))
      if (const auto* pattern = role.find("pattern"); pattern && means(*pattern, request)) roles.push_back(name.as_string("a role"));
    return roles;
  }

  bool means(const Value& pattern, const PillarRequest& request) const {
    try {
      return target::Matcher::compile(target::Kind::compound, pattern, ":", nodegroups_).matches({request.minion_id, &request.grains, nullptr});
    } catch (const Error& error) {  // a role that can't be understood is nobody's
      log::error("ext_pillar ca: {}", error.what());
      return false;
    }
  }

  static bool is_for(const Value& config, const std::vector<std::string>& roles) {
    const auto* wanted = config.find("roles");
    if (!wanted) return false;
    const auto& list = wanted->as_list("the roles of a certificate");
    return std::any_of(roles.begin(), roles.end(),
                       [&](const std::string& role) { return std::find(list.begin(), list.end(), Value(role)) != list.end(); });
  }

  CaOptions options_;
  CertOptions cert_;
  Host& host_;
  const target::Nodegroups& nodegroups_;
  std::string folder_, own_path_;
  std::mutex mutex_;
};

}  // namespace

ExternalPillar ca_pillar(const Value& arguments, const ExternalTools& tools) {
  return [authority = std::make_shared<Authority>(arguments, tools)](const PillarRequest& request, Map& pillar) -> Map {
    return authority->pillar_of(request, pillar);
  };
}

}  // namespace halite::pillar
