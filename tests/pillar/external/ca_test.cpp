// External pillar `ca`: what is made, for whom, and when it is made anew.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/crypto/certificate.h"
#include "common/data/path.h"
#include "pillar/external/externals.h"
#include "tests/support/fake_host.h"

namespace halite::pillar {
namespace {

const std::string folder = "/etc/ssl/TEST_CA";

struct World {
  FakeHost host;
  target::Nodegroups nodegroups;
  std::vector<NamedExternal> externals;

  World() {
    host.add_directory("/etc");
    externals = externals_from(List{Map{{"ca", Map{{"name", "TEST_CA"}, {"cert_opts", Map{{"O", "Test"}, {"OU", ""}}}}}}},
                               {.host = host, .nodegroups = nodegroups});
  }

  Map operator()(const std::string& id, Map more = {}) {
    Map pillar{{"roles", Map{{"web", Map{{"pattern", "web*"}}}, {"odd", Map{{"pattern", "and and"}}}}},
               {"tls", Map{{"gen_certs", Map{{"www.example.org", Map{{"roles", List{"web"}}}}}}}}};
    for (const auto& [key, value] : more) pillar.set(key, value);
    return externals[0].run({.minion_id = id}, pillar);
  }
};

std::string at(const Map& data, std::string_view path) {
  return find_path(Value(data), path, "|")->as_string();
}

}  // namespace

TEST_CASE("The authority is made once, for the first minion that asks, with its folders") {
  World ca;
  const auto first = ca("db1");
  const auto certificate = at(first, "tls|ca|TEST_CA");
  CHECK(certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(ca.host.files[folder + "/TEST_CA_ca_cert.crt"] == certificate);
  CHECK(ca.host.status(folder + "/TEST_CA_ca_cert.key")->mode == 0600);
  CHECK(ca.host.files[folder + "/TEST_CA_ca_cert.key"].starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(at(ca("web1"), "tls|ca|TEST_CA") == certificate);
  const auto days = std::chrono::duration_cast<std::chrono::hours>(crypto::certificate_end(certificate, "it") - ca.host.now()) / 24;
  CHECK(days.count() == 5 * 365);
}

TEST_CASE("A key goes to the minions of its role alone") {
  World ca;
  CHECK(find_path(Value(ca("db1")), "tls:certs")->as_map().empty());
  CHECK(ca.host.files.count(folder + "/private/www.example.org.key") == 0);
  const auto pair = at(ca("web1"), "tls|certs|www.example.org");
  CHECK(pair.find("-----END CERTIFICATE-----\n\n-----BEGIN PRIVATE KEY-----") != std::string::npos);
  CHECK(at(ca("web2"), "tls|certs|www.example.org") == pair);
  CHECK(find_path(Value(ca("db1")), "tls:certs")->as_map().empty());
  CHECK(ca.host.status(folder + "/private/www.example.org.key")->mode == 0600);
  CHECK(ca.host.status(folder + "/certs/www.example.org.crt")->mode == 0644);
}

TEST_CASE("A certificate is kept until a quarter of its time is left, then pair and key are new") {
  World ca;
  const auto pair = at(ca("web1"), "tls|certs|www.example.org");
  ca.host.clock += std::chrono::hours(17);
  CHECK(at(ca("web1"), "tls|certs|www.example.org") == pair);
  ca.host.clock += std::chrono::hours(2);
  const auto renewed = at(ca("web1"), "tls|certs|www.example.org");
  CHECK(renewed != pair);
  CHECK(renewed.substr(renewed.find("PRIVATE")) != pair.substr(pair.find("PRIVATE")));
}

TEST_CASE("A certificate that lost its key is made anew") {
  World ca;
  const auto pair = at(ca("web1"), "tls|certs|www.example.org");
  ca.host.files.erase(folder + "/private/www.example.org.key");
  CHECK(at(ca("web1"), "tls|certs|www.example.org") != pair);
}

TEST_CASE("ACME certificates are read for their roles, and left out while they are not there") {
  World ca;
  const Map more{{"tls", Map{{"acme_cert_configs", Map{{"example.org", Map{{"roles", List{"web"}}, {"name", "live.example.org"}}}}}}}};
  CHECK(find_path(Value(ca("web1", more)), "tls:acme_certs")->as_map().empty());
  ca.host.files["/etc/letsencrypt/live/live.example.org/fullchain.pem"] = "CHAIN\n";
  ca.host.files["/etc/letsencrypt/live/live.example.org/privkey.pem"] = "KEY\n";
  CHECK(at(ca("web1", more), "tls|acme_certs|example.org") == "CHAIN\n\nKEY\n");
  CHECK(find_path(Value(ca("db1", more)), "tls:acme_certs")->as_map().empty());
}

TEST_CASE("Names that would leave the folder, and options that there are not, are refused") {
  World ca;
  for (const auto* name : {"../x", "a/b", "", "-x", ".x", "a,DNS:b"}) {
    INFO(name);
    CHECK_THROWS_AS(ca("web1", {{"tls", Map{{"gen_certs", Map{{name, Map{{"roles", List{"web"}}}}}}}}}), Error);
  }
  CHECK_THROWS_AS(ca("web1", {{"tls", Map{{"gen_certs", Map{{"x", Map{{"roles", List{"web"}}, {"days", 0}}}}}}}}), Error);
  for (const auto& arguments : {Map{{"nme", "x"}}, Map{{"name", "../x"}}, Map{{"cert_opts", Map{{"CN", "x"}}}}})
    CHECK_THROWS_AS(externals_from(List{Map{{"ca", arguments}}}, {.host = ca.host, .nodegroups = ca.nodegroups}), Error);
}

TEST_CASE("What was issued is signed by the authority, for one DNS name") {
  const crypto::CertificateWish wish{.subject = {.country = "US", .common_name = "Root"},
                                     .from = std::chrono::system_clock::now(),
                                     .lifetime = std::chrono::hours(24)};
  const auto root = crypto::make_authority(wish);
  auto named = wish;
  named.subject.common_name = "x.example.org";
  const auto issued = crypto::issue_certificate(named, root);
  CHECK(crypto::verified_by(issued.certificate, root.certificate));
  CHECK_FALSE(crypto::verified_by(issued.certificate, crypto::make_authority(wish).certificate));
  CHECK_THROWS_AS(crypto::issue_certificate(named, {root.certificate, "no key"}), Error);
  CHECK_THROWS_AS(crypto::certificate_end("no certificate", "it"), Error);
}

}  // namespace halite::pillar
