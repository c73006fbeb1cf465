#include "common/target/target.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"

using namespace halite;
using namespace halite::target;
using Catch::Contains;

namespace {

const Map grains{{"os", "Debian"},
                 {"cpus", 4},
                 {"virtual", true},
                 {"none", Value()},
                 {"roles", List{"web", "Cache", Map{{"tier", "front"}}}},
                 {"ports", Map{{8080, "http"}}},
                 {"a:b", "colon"},
                 {"deep", Map{{"one", Map{{"two", "three:four"}}}, {"list", List{"x", "y"}}}},
                 {"ipv4", List{"127.0.0.1", "10.2.3.4"}},
                 {"ipv6", List{"::1", "fe80::a:1"}}};
const Map pillar{{"users", Map{{"ann", Map{{"admin", true}}}}}, {"env", "prod*"}};

bool means(Kind kind, const Value& expression, const Nodegroups& groups = {}) {
  return Matcher::compile(kind, expression, ":", groups).matches({"web1.example.org", &grains, &pillar});
}

}  // namespace

TEST_CASE("globs and patterns are of the id") {
  CHECK(means(Kind::glob, "web*"));
  CHECK(means(Kind::glob, "web[0-9].*"));
  CHECK_FALSE(means(Kind::glob, "Web*"));
  CHECK_FALSE(means(Kind::glob, "web"));
  CHECK(means(Kind::pcre, "web"));  // anchored at the start only
  CHECK_FALSE(means(Kind::pcre, "example"));
  CHECK_FALSE(means(Kind::pcre, "web1$"));
  CHECK_THROWS_WITH(means(Kind::pcre, "web["), Contains("position 3"));
}

TEST_CASE("a list is of whole ids, as text or as a list") {
  CHECK(means(Kind::list, "db1,web1.example.org"));
  CHECK_FALSE(means(Kind::list, "web1,example.org"));
  CHECK(means(Kind::list, List{"web1.example.org"}));
  CHECK_FALSE(means(Kind::list, List{}));
  CHECK_THROWS_WITH(means(Kind::list, List{1}), Contains("an id in a list target must be text"));
  CHECK_THROWS_WITH(means(Kind::list, 1), Contains("a list target must be a list"));
}

TEST_CASE("grains are compared regardless of case, whatever their type") {
  for (const char* yes : {"os:debian", "os:DEB*", "cpus:4", "virtual:True", "none:None", "roles:cache", "roles:tier:front",
                          "roles:tier", "ports:8080:http", "deep:one:two:three:four",
                          "deep:list:y", "deep:one", "deep:*", "*:debian", "deep:*:two:three:four", "roles:0:web"}) {
    INFO(yes);
    CHECK(means(Kind::grain, yes));
  }
  for (const char* no : {"os:ubuntu", "OS:debian", "cpus:4.0", "roles:we", "nothing:x", "deep:one:two:three", "ports:80", "ports:8080", "a:b:colon",
                         "deep:none"}) {
    INFO(no);
    CHECK_FALSE(means(Kind::grain, no));
  }
  CHECK_THROWS_WITH(means(Kind::grain, "os"), Contains("the grain target 'os' has no value; write KEY:VALUE"));
}

TEST_CASE("grain patterns are anchored at the start of the value") {
  CHECK(means(Kind::grain_pcre, "os:deb"));
  CHECK(means(Kind::grain_pcre, "os:(debian|ubuntu)$"));
  CHECK(means(Kind::grain_pcre, "os:\\S+$"));  // Salt lowers this to \s
  CHECK(means(Kind::grain_pcre, "roles:c.che"));
  CHECK_FALSE(means(Kind::grain_pcre, "os:ebian"));
  CHECK_THROWS_WITH(means(Kind::grain_pcre, "os:("), Contains("bad regular expression '('"));
  CHECK(means(Kind::grain_pcre, "deep:one:two:(three:four)"));
}

TEST_CASE("pillar targets come in three strengths") {
  CHECK(means(Kind::pillar, "users:ann"));
  CHECK(means(Kind::pillar, "users:*:admin:true"));
  CHECK(means(Kind::pillar_pcre, "users:ann:admin:t"));
  CHECK(means(Kind::pillar_exact, "env:prod*"));
  CHECK_FALSE(means(Kind::pillar_exact, "env:pro*"));
  CHECK_FALSE(means(Kind::pillar, "users:bob"));
}

TEST_CASE("another delimiter parts the keys") {
  const Subject web{"web1", &grains, &pillar};
  CHECK(Matcher::compile(Kind::grain, "deep|list|y", "|").matches(web));
  CHECK(Matcher::compile(Kind::grain, "a:b|colon", "|").matches(web));
  CHECK_THROWS_WITH(Matcher::compile(Kind::grain, "os:x", "|"), Contains("write KEY|VALUE"));
  CHECK_THROWS_WITH(Matcher::compile(Kind::grain, "os:x", ""), Contains("is empty"));
  CHECK(means(Kind::compound, "G|@deep|list|y and I;@users;ann"));
  CHECK(means(Kind::compound, "G\u00e9@os\u00e9debian"));
}

TEST_CASE("addresses and subnets are found among the grains") {
  CHECK(means(Kind::ipcidr, "10.2.3.4"));
  CHECK(means(Kind::ipcidr, "10.2.0.0/16"));
  CHECK(means(Kind::ipcidr, "10.2.0.0/255.255.0.0"));
  CHECK(means(Kind::ipcidr, "0.0.0.0/0"));
  CHECK(means(Kind::ipcidr, "fe80::/10"));
  CHECK(means(Kind::ipcidr, "FE80:0::a:1"));
  CHECK_FALSE(means(Kind::ipcidr, "10.3.0.0/16"));
  CHECK_FALSE(means(Kind::ipcidr, "10.2.3.5"));
  CHECK_THROWS_WITH(means(Kind::ipcidr, "10.2.3.4/16"), Contains("did you mean '10.2.0.0/16'?"));
  CHECK_THROWS_WITH(means(Kind::ipcidr, "10.0.0.0/33"), Contains("bad prefix length '33'; it is 0 to 32"));
  CHECK_THROWS_WITH(means(Kind::ipcidr, "10.0.0.0/255.0.255.0"), Contains("bad prefix"));
  CHECK_THROWS_WITH(means(Kind::ipcidr, "ten"), Contains("'ten' is no address"));
}

TEST_CASE("compound targets join words by operators") {
  CHECK(means(Kind::compound, "web* and G@os:Debian"));
  CHECK(means(Kind::compound, "db* or E@web\\d and S@10.0.0.0/8"));
  CHECK(means(Kind::compound, "web* not G@os:Ubuntu"));
  CHECK(means(Kind::compound, "not db*"));
  CHECK(means(Kind::compound, "web* and not ( G@os:Ubuntu or L@db1,db2 )"));
  CHECK_FALSE(means(Kind::compound, "( web* or db* ) and I@users:bob"));
  CHECK(means(Kind::compound, "web* or db* and db*"));  // `and` binds stronger
  CHECK(means(Kind::compound, "P@os:deb and J@users:ann:admin:t"));
  CHECK(means(Kind::compound, List{"web*", "and", "G@os:Debian"}));
}

TEST_CASE("a malformed compound target is an error that names the place") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "is empty"},
      {"and web*", "expected a target at word 1, 'and'"},
      {"web* and", "expected a target at its end"},
      {"web* db*", "expected 'and' or 'or' at word 2, 'db*'"},
      {"web* and and db*", "expected a target at word 3, 'and'"},
      {"not not web*", "expected a target at word 2, 'not'"},
      {"( web*", "expected 'and', 'or' or ')' at its end"},
      {"web* )", "at word 2, ')'"},
      {"( )", "expected a target at word 2"},
      {"(web* or db*)", "a parenthesis is a word of its own"},
      {"web* and X@y", "there is no kind of target 'X@'"},
      {"R@%cluster", "the range target '%cluster' is for commands on a master"},
      {"G@", "'G@' is followed by nothing"},
      {"G@os", "has no value"},
      {"web* and E@web(", "reading word 3"},
      {"N@front", "there is no nodegroup 'front'"}};
  for (const auto& [expression, problem] : rows) {
    INFO(expression);
    CHECK_THROWS_WITH(means(Kind::compound, expression), Contains(problem));
  }
  CHECK_THROWS_WITH(means(Kind::compound, 1), Contains("must be a list"));
}

TEST_CASE("nodegroups nest, and stand for themselves in parentheses") {
  const Nodegroups groups{{"front", "web* or lb*"},
                          {"both", "N@front and G@os:Debian"},
                          {"words", List{"db*", "or", "web*"}},
                          {"ids", "db1,web1.example.org"},
                          {"several", List{"db1", "web1.example.org"}},
                          {"pattern", "web[0-9]+\\.example"},
                          {"loop", "N@round"},
                          {"round", "N@loop"},
                          {"odd", 5}};
  for (const char* name : {"front", "both", "words", "ids", "several", "pattern"}) {
    INFO(name);
    CHECK(means(Kind::nodegroup, name, groups));
  }
  CHECK_FALSE(means(Kind::compound, "N@front and db*", groups));
  CHECK_THROWS_WITH(means(Kind::nodegroup, "loop", groups), Contains("names itself: loop -> round -> loop"));
  CHECK_THROWS_WITH(means(Kind::nodegroup, "fronk", groups), Contains("did you mean 'front'?"));
  CHECK_THROWS_WITH(means(Kind::nodegroup, "odd", groups), Contains("the nodegroup 'odd' must be a list"));
}

TEST_CASE("range targets mean the hosts that the range server gives") {
  const RangeLookup ranges = [](const std::string& expression) {
    return expression == "%web" ? std::vector<std::string>{"web1.example.org", "web2"} : std::vector<std::string>{};
  };
  const auto means_range = [&](Kind kind, const Value& expression, const Nodegroups& groups = {}) {
    return Matcher::compile(kind, expression, ":", groups, ranges).matches({"web1.example.org"});
  };
  CHECK(means_range(Kind::range, "%web"));
  CHECK_FALSE(means_range(Kind::range, "%db"));
  CHECK(means_range(Kind::compound, "R@%web and web1*"));
  CHECK_FALSE(means_range(Kind::compound, "R@%web not web1*"));
  CHECK(means_range(Kind::nodegroup, "front", {{"front", "db* or R@%web"}}));
  CHECK_THROWS_WITH(means_range(Kind::compound, "R@"), Contains("'R@' is followed by nothing"));
}

TEST_CASE("a plain target says the same without nodegroups and ranges") {
  const RangeLookup ranges = [](const std::string& expression) {
    return expression == "%web" ? std::vector<std::string>{"web1.example.org", "web2"} : std::vector<std::string>{};
  };
  const Nodegroups groups{{"front", "web* or R@%web"}, {"both", List{"N@front", "and", "G@os:Debian"}}, {"ids", "web1.example.org,db1"}};
  const auto plain = [&](Kind kind, const Value& expression) {
    const auto target = plain_target(kind, expression, groups, ranges);
    return std::string(to_string(target.kind)) + " " + to_json(target.expression);
  };
  CHECK(plain(Kind::glob, "web*") == R"(glob "web*")");
  CHECK(plain(Kind::range, "%web") == R"(list ["web1.example.org", "web2"])");
  CHECK(plain(Kind::range, "%nobody") == "list []");
  CHECK(plain(Kind::compound, "G@os:Debian  and E@x") == R"(compound "G@os:Debian  and E@x")");
  CHECK(plain(Kind::compound, "not R@%web") == R"(compound "not L@web1.example.org,web2")");
  CHECK(plain(Kind::compound, "R@%nobody or db1") == R"(compound "L@, or db1")");
  CHECK(plain(Kind::nodegroup, "both") == R"x(compound "( ( web* or L@web1.example.org,web2 ) and G@os:Debian )")x");
  CHECK(plain(Kind::nodegroup, "ids") == R"x(compound "( L@web1.example.org,db1 )")x");
  CHECK_FALSE(means(Kind::compound, "L@, or db1"));
}

TEST_CASE("missing facts are unknown where they decide") {
  const auto judge = [](const std::string& expression) {
    return Matcher::compile(Kind::compound, expression).judge({"web1", nullptr, nullptr});
  };
  CHECK(judge("G@os:Debian") == Verdict::unknown);
  CHECK(judge("not G@os:Debian") == Verdict::unknown);
  CHECK(judge("db* and G@os:Debian") == Verdict::no);
  CHECK(judge("web* or I@a:b") == Verdict::yes);
  CHECK(judge("S@10.0.0.0/8") == Verdict::unknown);
  CHECK_FALSE(Matcher::compile(Kind::grain, "os:Debian").matches({"web1"}));
}

TEST_CASE("kinds have Salt's names") {
  CHECK(kind_from("grain_pcre") == Kind::grain_pcre);
  CHECK(to_string(Kind::ipcidr) == "ipcidr");
  CHECK_THROWS_WITH(kind_from("grian"), Contains("did you mean 'grain'?"));
  CHECK_THROWS_WITH(means(Kind::range, "x"), Contains("range target 'x'"));
}

TEST_CASE("hostile targets end soon") {
  std::string deep;
  for (int i = 0; i < 50'000; ++i) deep += "( ";
  CHECK_THROWS_WITH(means(Kind::compound, deep), Contains("nested too deep"));
  std::string many = "web*";
  for (int i = 0; i < 200'000; ++i) many += " or x";
  CHECK_THROWS_WITH(means(Kind::compound, many), Contains("more than 100000 words"));
  CHECK_THROWS_WITH(means(Kind::grain, std::string(100, ':')), Contains("more than 64 parts"));

  const Matcher costly = Matcher::compile(Kind::pcre, "(a+)+$");
  CHECK_THROWS_WITH(costly.matches({std::string(60, 'a') + "!"}), Contains("too many steps"));

  Nodegroups doubling{{"g0", "web* or db*"}};
  for (int i = 1; i < 60; ++i) {
    const std::string last = "N@g" + std::to_string(i - 1);
    doubling.set("g" + std::to_string(i), last + " and " + last);
  }
  CHECK_THROWS_WITH(means(Kind::nodegroup, "g59", doubling), Contains("more than"));

  Value nest = "end";
  for (int i = 0; i < 60; ++i) nest = Map{{"a", nest}};
  std::string path = "a";
  for (int i = 0; i < 60; ++i) path += ":a";
  const Map hostile = nest.as_map();
  CHECK_THROWS_WITH(Matcher::compile(Kind::grain, path + ":no").matches({"m", &hostile}), Contains("too many steps"));
}
