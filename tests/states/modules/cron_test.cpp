#include <catch2/catch.hpp>

#include "states/providers/crontab.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string marker = "# Lines below here are managed by Salt, do not edit\n";

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
std::string crontab_of(Scene& scene, const std::string& user) {
  return read_crontab(user, scene.host);
}
void set_crontab(Scene& scene, const std::string& text) {
  scene.host.files["/var/spool/cron/crontabs/root"] = text;
}

}  // namespace

TEST_CASE("cron.present plans, adds below the marker, and then leaves the job alone") {
  Scene scene;
  set_crontab(scene, "# mine\n5 4 * * * mine\n");
  const Map args{{"name", "/usr/bin/backup  \n"}, {"identifier", "backup"}, {"minute", 30}, {"hour", "*/2"},
                 {"comment", "Nightly\nand daily"}};
  CHECK(comment(scene.dry("cron.present", args)) == "Cron /usr/bin/backup is set to be added");
  CHECK(scene.host.ran.empty());
  const Map made = scene.state("cron.present", args);
  CHECK(comment(made) == "Cron /usr/bin/backup added to root's crontab");
  CHECK(changes(made) == Map{{"root", "/usr/bin/backup"}});
  CHECK(crontab_of(scene, "root") ==
        "# mine\n5 4 * * * mine\n" + marker +
            "# Nightly\n# and daily SALT_CRON_IDENTIFIER:backup\n30 */2 * * * /usr/bin/backup\n");
  scene.host.ran.clear();
  CHECK(comment(scene.state("cron.present", args)) == "Cron /usr/bin/backup already present");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("a crontab that Salt wrote is taken over as it is, and nothing is there twice") {
  Scene scene;
  const std::string text = marker +
                           "MAILTO=root\nEMPTY=\"\"\n# SALT_CRON_IDENTIFIER:a job\n*/15 * * * * one two\n"
                           "# why SALT_CRON_IDENTIFIER:off\n#DISABLED#1 2 3 4 5 three\n7 * * * * plain\n"
                           "# SALT_CRON_IDENTIFIER:boot\n@reboot four\n";
  set_crontab(scene, text);
  CHECK(crontab_text(parse_crontab(text)) == text);
  CHECK(changes(scene.state("cron.present", {{"name", "one two"}, {"identifier", "a job"}, {"minute", "*/15"}})).empty());
  CHECK(changes(scene.state("cron.present", {{"name", "four"}, {"identifier", "boot"}, {"special", "@reboot"}})).empty());
  // A job without an identifier is known by its command, and gets one.
  const Map named = scene.state("cron.present", {{"name", "plain"}, {"minute", "7"}});
  CHECK(comment(named) == "Cron plain updated");
  CHECK(crontab_of(scene, "root").find("# SALT_CRON_IDENTIFIER:plain\n7 * * * * plain\n") != std::string::npos);
  // The command behind an identifier changes; another time; switched on again.
  CHECK(comment(scene.state("cron.present", {{"name", "one three"}, {"identifier", "a job"}, {"minute", "*/15"}})) ==
        "Cron one three updated");
  CHECK(comment(scene.state("cron.present", {{"name", "three"}, {"identifier", "off"}, {"minute", 1}, {"hour", 2},
                                             {"daymonth", 3}, {"month", 4}, {"dayweek", 5}})) == "Cron three updated");
  const std::string now = crontab_of(scene, "root");
  CHECK(now.find("one two") == std::string::npos);
  CHECK(now.find("# why SALT_CRON_IDENTIFIER:off\n1 2 3 4 5 three\n") != std::string::npos);
}

TEST_CASE("random times are chosen once, told by the dry run, and kept") {
  Scene scene;
  const Map args{{"name", "job"}, {"minute", "random"}, {"hour", "2:5"}};
  scene.state("cron.present", args);
  const std::string first = crontab_of(scene, "root");
  CHECK(first.find("random") == std::string::npos);
  CHECK(changes(scene.state("cron.present", args)).empty());
  CHECK(crontab_of(scene, "root") == first);
  CHECK(changes(scene.state("cron.present", {{"name", "job"}, {"minute", "random"}, {"hour", "9:12"}})).size() == 1);
}

TEST_CASE("a job becomes a special one and back, and goes") {
  Scene scene;
  scene.state("cron.present", {{"name", "job"}, {"minute", 1}});
  scene.state("cron.present", {{"name", "job"}, {"special", "@daily"}});
  CHECK(crontab_of(scene, "root") == marker + "# SALT_CRON_IDENTIFIER:job\n@daily job\n");
  scene.state("cron.present", {{"name", "job"}, {"minute", 2}});
  CHECK(crontab_of(scene, "root") == marker + "# SALT_CRON_IDENTIFIER:job\n2 * * * * job\n");
  CHECK(changes(scene.state("cron.absent", {{"name", "job"}, {"special", "@daily"}})).empty());
  CHECK(comment(scene.dry("cron.absent", {{"name", "job"}})) == "Cron job is set to be removed");
  CHECK(comment(scene.state("cron.absent", {{"name", "job"}})) == "Cron job removed from root's crontab");
  CHECK(comment(scene.state("cron.absent", {{"name", "job"}})) == "Cron job already absent");
  CHECK(crontab_of(scene, "root") == marker);
}

TEST_CASE("variables of a crontab come, change and go") {
  Scene scene;
  CHECK(comment(scene.state("cron.env_present", {{"name", "MAILTO"}, {"value", "a@b"}})) ==
        "Cron env MAILTO added to root's crontab");
  CHECK(comment(scene.state("cron.env_present", {{"name", "MAILTO"}, {"value", "c@d"}})) == "Cron env MAILTO updated");
  CHECK(comment(scene.state("cron.env_present", {{"name", "MAILTO"}, {"value", "c@d"}})) ==
        "Cron env MAILTO already present");
  scene.state("cron.env_present", {{"name", "EMPTY"}});
  CHECK(changes(scene.state("cron.env_present", {{"name", "EMPTY"}})).empty());
  CHECK(crontab_of(scene, "root") == marker + "MAILTO=c@d\nEMPTY=\"\"\n");
  CHECK(comment(scene.state("cron.env_absent", {{"name", "MAILTO"}})) == "Cron env MAILTO removed from root's crontab");
  CHECK(comment(scene.state("cron.env_absent", {{"name", "MAILTO"}})) == "Cron env MAILTO already absent");
  CHECK(comment(scene.state("cron.env_present", {{"name", "A B"}})) == "'A B' is no name of a variable");
}

TEST_CASE("cron.file gives a user a whole crontab") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"tab", "0 4 * * * true"}});
  const Map args{{"name", "salt://tab"}, {"user", "alice"}};
  CHECK(comment(scene.dry("cron.file", args)) == "Crontab for user alice is set to be updated");
  const Map made = scene.state("cron.file", args);
  CHECK(comment(made) == "Crontab for user alice was updated");
  CHECK(changes(made).at("diff") == Value("<secret content is not shown; show_changes: True shows it>"));
  CHECK(comment(scene.state("cron.file", args)) == "Crontab for user alice is in the correct state");
  CHECK(comment(scene.state("cron.file", {{"name", "salt://other"}, {"user", "alice"}, {"replace", false}})) ==
        "User alice already has a crontab. No changes made");
}

TEST_CASE("cron.file shows what differs when that is asked for") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"tab", "0 4 * * * true"}});
  const Map made = scene.state("cron.file", {{"name", "salt://tab"}, {"user", "alice"}, {"show_changes", true}});
  CHECK(changes(made).at("diff").as_string().find("+0 4 * * * true") != std::string::npos);
}

TEST_CASE("what crontab refuses, users that are not there and nonsense are failures that say why") {
  Scene scene;
  CHECK(comment(scene.state("cron.present", {{"name", "job"}, {"user", "nobody"}})) ==
        "Cron job for user nobody failed to commit with error \nthere is no user nobody");
  CHECK(comment(scene.state("cron.present", {{"name", "job"}, {"minute", "a:b"}})) ==
        "minute 'a:b' is no range; one looks like 10:20");
  scene.host.programs["crontab"] = [](const Command&) { return FakeHost::result(1, "", "bad minute\n"); };
  const Map refused = scene.state("cron.present", {{"name", "job"}, {"minute", 99}});
  CHECK(comment(refused) == "bad minute");
  CHECK(refused.at("result") == Value(false));
}

TEST_CASE("lines below the marker that are no jobs stay") {
  const std::string text = marker + "half a line\n1 2 3 4 5 job\n# the end\n";
  CHECK(crontab_text(parse_crontab(text)) == marker + "half a line\n# the end\n1 2 3 4 5 job\n");
}

}  // namespace halite::states
