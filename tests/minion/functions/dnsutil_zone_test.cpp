#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("a zone file becomes its SOA and records by type and name") {
  Caller minion;
  minion.host.files["/etc/bind/db.example"] =
      "$TTL 1h ; one hour\n"
      "example.org. IN SOA ns1.example.org. host.master.example.org. (\n"
      "    2026010101 ; serial\n    1H 15m 4w 86400 )\n"
      "    IN NS ns1\n"
      "@   IN MX 10 mail\n    IN MX 20 mail2\n"
      "www 300 IN A 192.0.2.7\n"
      "ftp IN A 192.0.2.8\n"
      "v6  IN AAAA 2001:db8::1\n"
      "alias IN CNAME www\n"
      "txt IN TXT \"v=spf1; -all\"\n";
  CHECK(minion.call("dnsutil.parse_zone", {"/etc/bind/db.example"}) ==
        Value(Map{{"TTL", "1h"},
                  {"ORIGIN", "example.org."},
                  {"NETWORK", "IN"},
                  {"SOURCE", "ns1.example.org."},
                  {"CONTACT", "host@master.example.org."},
                  {"SERIAL", "2026010101"},
                  {"REFRESH", 3600},
                  {"RETRY", 900},
                  {"EXPIRE", 2419200},
                  {"MINTTL", 86400},
                  {"NS", List{"ns1"}},
                  {"MX", List{Map{{"priority", "10"}, {"host", "mail"}}, Map{{"priority", "20"}, {"host", "mail2"}}}},
                  {"A", Map{{"www.example.org.", Map{{"TARGET", "192.0.2.7"}, {"TTL", "300"}}}, {"ftp.example.org.", "192.0.2.8"}}},
                  {"AAAA", Map{{"v6.example.org.", "2001:db8::1"}}},
                  {"CNAME", Map{{"alias.example.org.", "www"}}},
                  {"TXT", Map{{"txt.example.org.", "\"v=spf1; -all\""}}}}));
  CHECK(minion.call("dnsutil.parse_zone", {"/etc/none"}) == Value("Error: Zone data was not found"));
}

TEST_CASE("what is no zone is an error that says where") {
  Caller minion;
  const auto parse = [&](const char* text) { return minion.call("dnsutil.parse_zone", {}, {{"zone", text}}).as_string(); };
  CHECK(parse("a IN SOA b c (\n1 2").find("never closed") != std::string::npos);
  CHECK(parse("a IN A )").find("a ')' without a '('") != std::string::npos);
  CHECK(parse("a IN MX 10").find("ends too early") != std::string::npos);
  CHECK(parse("a. IN SOA b. c. 1 soon 2 3 4").find("'soon' in the zone's SOA is no time") != std::string::npos);
  CHECK(parse("a").find("ends too early") != std::string::npos);
}

}  // namespace halite::minion
