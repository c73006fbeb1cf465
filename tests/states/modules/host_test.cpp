#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
Scene with_hosts(const std::string& text) {
  Scene scene;
  scene.host.files["/etc/hosts"] = text;
  return scene;
}
std::string& hosts(Scene& scene) {
  return scene.host.files["/etc/hosts"];
}

}  // namespace

TEST_CASE("host.present plans, adds, and leaves every other line as it is") {
  Scene scene = with_hosts("# mine\n127.0.0.1   localhost   # local\n\n10.0.0.5 db1\n");
  const Map args{{"name", "web1"}, {"ip", List{"10.0.0.5", "10.0.0.6"}}};
  CHECK(comment(scene.dry("host.present", args)) ==
        "Host web1 (10.0.0.5) would be added\nHost web1 (10.0.0.6) would be added");
  const Map made = scene.state("host.present", args);
  CHECK(comment(made) == "Added host web1 (10.0.0.5)\nAdded host web1 (10.0.0.6)");
  CHECK(changes(made) == Map{{"added", Map{{"10.0.0.5", List{"web1"}}, {"10.0.0.6", List{"web1"}}}}});
  CHECK(hosts(scene) == "# mine\n127.0.0.1   localhost   # local\n\n10.0.0.5\t\tdb1 web1\n10.0.0.6\t\tweb1\n");
  CHECK(comment(scene.state("host.present", args)) ==
        "Host web1 (10.0.0.5) already present\nHost web1 (10.0.0.6) already present");
}

TEST_CASE("another address keeps the name, or loses it with clean; comments are set") {
  Scene scene = with_hosts("10.0.0.4 web1 old\n");
  scene.state("host.present", {{"name", "web1"}, {"ip", "10.0.0.5"}});
  CHECK(hosts(scene) == "10.0.0.4 web1 old\n10.0.0.5\t\tweb1\n");
  const Map made = scene.state("host.present", {{"name", "web1"}, {"ip", "10.0.0.5"}, {"clean", true}, {"comment", "ours"}});
  CHECK(comment(made) ==
        "Host web1 (10.0.0.5) already present\nSet comment for host 10.0.0.5 (ours)\nRemoved host web1 (10.0.0.4)");
  CHECK(changes(made) == Map{{"comment_added", Map{{"10.0.0.5", List{"ours"}}}},
                             {"removed", Map{{"10.0.0.4", List{"web1"}}}}});
  CHECK(hosts(scene) == "10.0.0.4\t\told\n10.0.0.5\t\tweb1\t\t# ours\n");
}

TEST_CASE("host.absent and host.only") {
  Scene scene = with_hosts("10.0.0.5 a b\n10.0.0.5 c # note\n");
  CHECK(comment(scene.dry("host.absent", {{"name", "a"}, {"ip", "10.0.0.5"}})) == "Host a (10.0.0.5) needs to be removed");
  CHECK(comment(scene.state("host.absent", {{"name", "a"}, {"ip", List{"10.0.0.5", "10.0.0.9"}}})) ==
        "Removed host a (10.0.0.5)\nHost a (10.0.0.9) already absent");
  CHECK(comment(scene.state("host.absent", {{"name", "a"}, {"ip", "10.0.0.5"}})) == "Host a (10.0.0.5) already absent");
  CHECK(comment(scene.dry("host.only", {{"name", "10.0.0.5"}, {"hostnames", "d e"}})) ==
        "Would change 10.0.0.5 from \"b c\" to \"d e\"");
  CHECK(changes(scene.state("host.only", {{"name", "10.0.0.5"}, {"hostnames", List{"d", "e"}}})) ==
        Map{{"10.0.0.5", Map{{"old", "b c"}, {"new", "d e"}}}});
  CHECK(hosts(scene) == "10.0.0.5\t\td e\n");
  CHECK(comment(scene.state("host.only", {{"name", "10.0.0.5"}, {"hostnames", "d e"}})) ==
        "IP address 10.0.0.5 already set to \"d e\"");
  scene.state("host.only", {{"name", "10.0.0.5"}, {"hostnames", List{}}});
  CHECK(hosts(scene).empty());
}

TEST_CASE("what is no address or no name is refused") {
  Scene scene;
  CHECK(comment(scene.state("host.present", {{"name", "a"}, {"ip", "10.0.0.300"}})) ==
        "Invalid IP Address for a (10.0.0.300)");
  CHECK(comment(scene.state("host.present", {{"name", "a b"}, {"ip", "10.0.0.3"}})) == "'a b' is no name of a host");
  CHECK(scene.state("host.present", {{"name", "a"}, {"ip", "fe80::1"}}).at("result") == Value(true));
}

}  // namespace halite::states
