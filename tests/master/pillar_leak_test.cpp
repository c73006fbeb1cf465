// A pillar never leaks: every request a minion can make, with every way to name another one, gives it its own pillar and
// nothing of another's; without trust it gets none.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"
#include "tests/master/support/fleet.h"

using namespace halite;
using namespace halite::master;

namespace {

const std::string own_secret = "SECRET-OF-web1", other_secret = "SECRET-OF-web2", file_secret = "SECRET-FILE-OF-web2";

// Secrets by id, by grain, by a template that asks grains and minion_id, by nodegroup, and from an external pillar.
void write_pillar(Place& place) {
  place.write("pillar/top.sls",
              "base:\n"
              "  'web1': [web1]\n"
              "  'web2': [web2]\n"
              "  'id:web2': [{match: grain}, web2]\n"
              "  'others': [{match: nodegroup}, web2]\n"
              "  '*': [by_grain, by_id]\n");
  place.write("pillar/web1.sls", "mine: " + own_secret + "\n");
  place.write("pillar/web2.sls", "secret: " + other_secret + "\n");
  place.write("pillar/by_grain.sls", "{% if grains['id'] == 'web2' %}grain: " + other_secret + "{% endif %}\n");
  place.write("pillar/by_id.sls", "{% if minion_id == 'web2' or salt['grains.get']('id') == 'web2' %}id: " + other_secret + "{% endif %}\n");
  place.write("external/hosts/web1/token", own_secret);
  place.write("external/hosts/web2/token", file_secret);
}

MasterSettings settings_of(Place& place) {
  auto settings = place.settings();
  settings.nodegroups = {{"others", "L@web2"}};
  settings.ext_pillar = {Map{{"file_tree", Map{{"root_dir", (place.path / "external").string()}}}}};
  return settings;
}

// A request that is refused gives nothing.
Value reply_of(Minion& minion, const std::string& command, const Map& load) {
  try {
    return minion.ask(command, load);
  } catch (const Error&) {
    return {};
  }
}

bool names_another(const Value& value) {
  const auto text = to_json(value);
  return text.find(other_secret) != std::string::npos || text.find(file_secret) != std::string::npos;
}

// Ways to say "web2" in every field of any command.
std::vector<Map> loads_naming(const std::string& id) {
  std::vector<Map> loads;
  const Map grains{{"id", id}, {"host", id}, {"fqdn", id}, {"nodename", id}};
  for (const Value& name : {Value(id), Value(List{id}), Value(Map{{"id", id}}), Value("*"), Value("../" + id)}) {
    Map load{{"id", name}, {"minion_id", name}, {"tgt", name}, {"tgt_type", "glob"}, {"fun", "pillar.items"}, {"arg", List{name}}, {"grains", grains}};
    loads.push_back(load);
    for (const auto* path : {"pillar/web2.sls", "web2.sls", "../pillar/web2.sls", "../external/hosts/web2/token", "/etc/passwd", "|../pillar/web2.sls"}) {
      load.set("path", path);
      load.set("saltenv", "base");
      load.set("loc", 0);
      loads.push_back(load);
    }
    for (const auto* environment : {"base", "pillar", "../pillar", "__env__", "web2", ""})
      loads.push_back({{"saltenv", environment}, {"pillarenv", environment}, {"prefix", name}, {"path", "web2.sls"}, {"loc", 0}, {"fun", "pillar.items"}, {"tgt", name}});
    for (const auto* kind : {"pillar", "pillar_pcre", "pillar_exact", "compound", "grain", "list"})
      loads.push_back({{"tgt", "secret:" + other_secret}, {"tgt_type", kind}, {"fun", "pillar.items"}, {"id", name}});
    loads.push_back({{"jid", "20260101000000000000"}, {"return", true}, {"id", name}, {"fun", "pillar.items"}, {"tag", "salt/minion/web2/start"}, {"data", Map{{"id", id}}}});
  }
  return loads;
}

std::vector<Map> pillar_loads_naming(const std::string& id) {
  const Map grains{{"id", id}, {"host", id}, {"fqdn", id}};
  std::vector<Map> loads;
  for (const auto& given : {grains, Map{{"id", List{id}}}, Map{{"id", Map{{"x", id}}}}, Map{}})
    for (const Value& environment : {Value("base"), Value(), Value("web2"), Value("../x")})
      for (const Value& own : {Value("web1"), Value(id)}) {
        loads.push_back({{"id", own}, {"grains", given}, {"saltenv", environment}, {"ver", "2"}});
        loads.push_back({{"id", own}, {"grains", given}, {"saltenv", environment}, {"pillarenv", environment}, {"ver", "2"}, {"pillar_override", Map{{"id", id}, {"minion_id", id}}},
                         {"ext", Map{{"file_tree", Map{{"root_dir", "/"}}}}}, {"extra_minion_data", Map{{"id", id}}}});
      }
  return loads;
}

}  // namespace

// U04 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("No request of a minion gives it anything of another's pillar", "[e2e]") {
  Place place;
  write_pillar(place);
  Fleet fleet(place, settings_of(place));
  Minion one(fleet, "web1", 0), two(fleet, "web2", 1);
  for (auto* minion : {&one, &two}) minion->enrol();
  for (const auto* id : {"web1", "web2"}) accept(fleet, id);
  for (auto* minion : {&one, &two}) minion->enrol();

  // The other's pillar is there, is its own, and the master remembers it.
  const Map others = await(fleet.loop, two.connection.request_pillar({{"grains", Map{{"id", "web2"}}}, {"saltenv", "base"}, {"ver", "2"}}));
  REQUIRE(names_another(others));
  REQUIRE(others.at("token") == Value(file_secret));
  REQUIRE(to_json(others).find(own_secret) == std::string::npos);

  int answered = 0;
  for (const auto& load : pillar_loads_naming("web2")) {
    INFO(to_json(load));
    try {
      const Map own = await(fleet.loop, one.connection.request_pillar(load));
      CHECK_FALSE(names_another(own));
      if (own.contains("mine")) {
        CHECK(own.at("mine") == Value(own_secret));
        CHECK(own.at("token") == Value(own_secret));
        ++answered;
      }
    } catch (const Error&) {  // refused: then nothing was given
    }
  }
  CHECK(answered > 0);

  const auto commands = fleet.master->minion_commands();
  CHECK(commands.size() > 15);
  for (const auto& command : commands)
    for (const auto& load : loads_naming("web2")) {
      if (command.name == "revoke_auth") continue;  // would end the minion's own trust
      INFO(command.name << " " << to_json(load));
      CHECK_FALSE(names_another(reply_of(one, command.name, load)));
    }
  // The requests that Salt's minions know and this master has not.
  for (const auto* name : {"minion_pub", "minion_publish", "minion_runner", "pub_ret", "_pillar", "pillar", "runner", "wheel", "publish", "_syndic_return", "get_token"})
    for (const auto& load : loads_naming("web2")) CHECK_FALSE(names_another(reply_of(one, name, load)));

  // Its own is the same as before all that.
  const Map own = await(fleet.loop, one.connection.request_pillar({{"grains", Map{{"id", "web1"}}}, {"saltenv", "base"}, {"ver", "2"}}));
  CHECK(own == Map{{"mine", own_secret}, {"token", own_secret}});
}

TEST_CASE("A minion that is not accepted, or no longer, gets no pillar", "[e2e]") {
  Place place;
  write_pillar(place);
  Fleet fleet(place, settings_of(place));
  const Map load{{"id", "web2"}, {"grains", Map{{"id", "web2"}}}, {"saltenv", "base"}, {"ver", "2"}};
  const auto gets_none = [&](Minion& minion) {
    try {
      wire::RequestOptions quick;
      quick.timeout = std::chrono::seconds(2);
      quick.tries = 1;
      const Map got = await(fleet.loop, minion.connection.request_pillar(load, quick));
      return got.empty() || !names_another(got);
    } catch (const Error&) {
      return true;
    }
  };
  Minion owner(fleet, "web2", 1);
  CHECK(owner.enrol() == wire::AuthOutcome::pending);
  CHECK(gets_none(owner));
  accept(fleet, "web2");
  CHECK(owner.enrol() == wire::AuthOutcome::accepted);
  CHECK(names_another(await(fleet.loop, owner.connection.request_pillar(load))));
  {
    Minion thief(fleet, "web2", 0);  // the same name with another key
    CHECK(thief.enrol() == wire::AuthOutcome::rejected);
    CHECK(gets_none(thief));
  }
  fleet.call("key.reject", {{"match", List{"web2"}}, {"states", List{"accepted"}}});
  CHECK(gets_none(owner));
  fleet.call("key.delete", {{"match", List{"web2"}}, {"states", List{"rejected"}}});
  CHECK(gets_none(owner));
}
