// timezone and locale.
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

}  // namespace

TEST_CASE("timezone.system plans, sets, and then leaves it alone") {
  Scene scene;
  const Map args{{"name", "Europe/Berlin"}};
  CHECK(comment(scene.dry("timezone.system", args)) == "Timezone Europe/Berlin needs to be set");
  const Map made = scene.state("timezone.system", args);
  CHECK(comment(made) == "Set timezone Europe/Berlin");
  CHECK(changes(made) == Map{{"timezone", "Europe/Berlin"}});
  CHECK(scene.host.read_symlink("/etc/localtime") == "/usr/share/zoneinfo/Europe/Berlin");
  CHECK(scene.host.files["/etc/timezone"] == "Europe/Berlin\n");
  CHECK(comment(scene.state("timezone.system", args)) ==
        "Timezone Europe/Berlin already set, UTC already set to Europe/Berlin");
  CHECK(comment(scene.state("timezone.system", {{"name", "Europe/Nowhere"}})) ==
        "Unable to compare desired timezone 'Europe/Nowhere' to system timezone: Can't find a local timezone "
        "\"Europe/Nowhere\"");
  CHECK(comment(scene.state("timezone.system", {{"name", "../../etc/passwd"}})).find("is no name of a time zone") !=
        std::string::npos);
}

TEST_CASE("the hardware clock goes to UTC, unless it is to be left alone") {
  Scene scene;
  scene.host.files["/etc/adjtime"] = "0.0 0 0.0\n0\nLOCAL\n";
  CHECK(changes(scene.state("timezone.system", {{"name", "Etc/UTC"}, {"utc", false}})).empty());
  const Map made = scene.state("timezone.system", {{"name", "Etc/UTC"}});
  CHECK(comment(made) == "Set UTC to True");
  CHECK(changes(made) == Map{{"utc", true}});
  Scene bare;
  bare.host.programs.erase("timedatectl");
  bare.host.files["/etc/adjtime"] = "1.0 0 0.0\n0\nLOCAL\n";
  bare.state("timezone.system", {{"name", "Etc/UTC"}});
  CHECK(bare.host.files["/etc/adjtime"] == "1.0 0 0.0\n0\nUTC\n");
}

TEST_CASE("locale.present makes a locale, and locale.system takes it") {
  Scene scene;
  CHECK(comment(scene.dry("locale.present", {{"name", "de_DE.UTF-8"}})) == "Locale de_DE.UTF-8 needs to be generated");
  const Map made = scene.state("locale.present", {{"name", "de_DE.UTF-8"}});
  CHECK(comment(made) == "Generated locale de_DE.UTF-8");
  CHECK(changes(made) == Map{{"locale", "de_DE.UTF-8"}});
  CHECK(scene.host.files["/etc/locale.gen"] == "# a list\nde_DE.UTF-8 UTF-8\n");
  CHECK(comment(scene.state("locale.present", {{"name", "de_DE.utf8"}})) == "Locale de_DE.utf8 is already present");
  scene.host.files["/etc/default/locale"] = "# mine\nLANG=\"C\"\nLC_TIME=C\n";
  CHECK(comment(scene.dry("locale.system", {{"name", "de_DE.UTF-8"}})) == "System locale de_DE.UTF-8 needs to be set");
  CHECK(comment(scene.state("locale.system", {{"name", "de_DE.UTF-8"}})) == "Set system locale de_DE.UTF-8");
  CHECK(scene.host.files["/etc/default/locale"] == "# mine\nLANG=de_DE.UTF-8\nLC_TIME=C\n");
  CHECK(comment(scene.state("locale.system", {{"name", "de_DE.UTF-8"}})) == "System locale de_DE.UTF-8 already set");
}

TEST_CASE("a locale that can't be made or is not there is a failure that says why") {
  Scene scene;
  CHECK(comment(scene.state("locale.present", {{"name", "xx_XX"}})) ==
        "Failed to generate locale xx_XX: it is not in /usr/share/i18n/SUPPORTED");
  CHECK(comment(scene.state("locale.system", {{"name", "en_US.UTF-8"}})) ==
        "Failed to set system locale to en_US.UTF-8: it is not there (see locale.present)");
  scene.host.programs["locale-gen"] = [](const Command&) { return FakeHost::result(1, "", "no space left\n"); };
  CHECK(comment(scene.state("locale.present", {{"name", "en_US.UTF-8"}})) ==
        "Failed to generate locale en_US.UTF-8: no space left");
}

}  // namespace halite::states
