#include <catch2/catch.hpp>

#include <algorithm>

#include "common/base/strings.h"
#include "states/providers/authorized_keys.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

std::string line_of(Scene& scene, const std::string& file, const std::string& name) {
  for (const auto& line : split_lines(scene.host.files[file]))
    if (line.starts_with(name + ":")) return line;
  return "";
}

// A key whose blob really says its type (RFC 4253), told apart by its last byte.
std::string blob(char last) {
  std::string text("\0\0\0\x0bssh-ed25519\0\0\0\x20", 19);
  return to_base64(text + std::string(31, 'k') + last);
}

}  // namespace

TEST_CASE("group.present plans, creates, and then leaves the group alone") {
  Scene scene;
  const Map args{{"name", "web"}, {"gid", 1001}, {"addusers", List{"alice"}}};
  CHECK(comment(scene.dry("group.present", args)) == "Group web set to be added");
  CHECK(scene.host.ran.empty());
  const Map made = scene.state("group.present", args);
  CHECK(comment(made) == "New group web created");
  CHECK(changes(made) == Map{{"name", "web"}, {"passwd", "x"}, {"gid", 1001}, {"members", List{"alice"}}});
  CHECK(scene.host.ran == std::vector<Argv>{{"groupadd", "-g", "1001", "web"}, {"gpasswd", "-M", "alice", "web"}});
  CHECK(comment(scene.state("group.present", args)) == "Group web is present and up to date");
  CHECK(scene.host.ran.size() == 2);
}

TEST_CASE("group.present changes members and ids") {
  Scene scene;
  scene.host.files["/etc/group"] += "web:x:1001:alice,root\n";
  CHECK(changes(scene.state("group.present", {{"name", "web"}, {"delusers", List{"root"}}})) ==
        Map{{"members", Map{{"old", List{"alice", "root"}}, {"new", List{"alice"}}}}});
  CHECK(changes(scene.state("group.present", {{"name", "web"}, {"gid", 1005}, {"members", List{}}})) ==
        Map{{"gid", Map{{"old", 1001}, {"new", 1005}}}, {"members", Map{{"old", List{"alice"}}, {"new", List{}}}}});
}

TEST_CASE("group.present refuses what contradicts itself and an id that is taken") {
  Scene scene;
  CHECK(comment(scene.state("group.present", {{"name", "web"}, {"members", List{"a"}}, {"addusers", List{"b"}}}))
            .find("Conflicting options") != std::string::npos);
  CHECK(comment(scene.state("group.present", {{"name", "web"}, {"gid", 27}})) ==
        "Group web is not present but gid 27 is already taken by group sudo");
}

TEST_CASE("group.present fails when groupadd says yes and does nothing") {
  Scene scene;
  scene.host.programs["groupadd"] = [](const Command&) { return CommandResult{}; };
  const Map result = scene.state("group.present", {{"name", "web"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result).find("did not hold") != std::string::npos);
}

TEST_CASE("group.absent removes the group once") {
  Scene scene;
  CHECK(changes(scene.state("group.absent", {{"name", "users"}})) == Map{{"users", ""}});
  CHECK(comment(scene.state("group.absent", {{"name", "users"}})) == "Group not present");
}

TEST_CASE("user.present plans, creates, and then leaves the user alone") {
  Scene scene;
  const Map args{{"name", "bob"},
                 {"groups", List{"sudo"}},
                 {"shell", "/bin/zsh"},
                 {"fullname", "Bob Ängström"},
                 {"password", "$6$salt$hash"},
                 {"expire", 30000}};
  CHECK(comment(scene.dry("user.present", args)) == "User bob set to be added");
  CHECK(scene.host.ran.empty());
  const Map made = scene.state("user.present", args);
  CHECK(comment(made) == "New user bob created");
  CHECK(changes(made).at("uid") == Value(1001));
  CHECK(changes(made).at("groups") == Value(List{"sudo"}));
  CHECK(changes(made).at("password") == Value("XXX-REDACTED-XXX"));
  CHECK(line_of(scene, "/etc/passwd", "bob") == "bob:x:1001:1001:Bob Ängström:/home/bob:/bin/zsh");
  CHECK(line_of(scene, "/etc/shadow", "bob") == "bob:$6$salt$hash:20000:0:99999:7::30000:");
  const std::size_t ran = scene.host.ran.size();
  const Map again = scene.state("user.present", args);
  CHECK(comment(again) == "User bob is present and up to date");
  CHECK(scene.host.ran.size() == ran);
}

TEST_CASE("a password never stands in an argument or in a result") {
  Scene scene;
  const Map result = scene.state("user.present", {{"name", "alice"}, {"password", "$6$secret$hash"}});
  CHECK(changes(result) == Map{{"passwd", "XXX-REDACTED-XXX"}});
  for (const Argv& argv : scene.host.ran)
    for (const auto& word : argv) CHECK(word.find("secret") == std::string::npos);
  CHECK(line_of(scene, "/etc/shadow", "alice").starts_with("alice:$6$secret$hash:"));
}

TEST_CASE("a password in clear text is hashed, and the same one is left alone") {
  Scene scene;
  const Map args{{"name", "alice"}, {"password", "open sesame"}, {"hash_password", true}};
  CHECK(scene.state("user.present", args).at("result") == Value(true));
  CHECK(line_of(scene, "/etc/shadow", "alice").starts_with("alice:$6$"));
  CHECK(changes(scene.state("user.present", args)).empty());
}

TEST_CASE("enforce_password false leaves a password that is set") {
  Scene scene;
  scene.state("user.present", {{"name", "alice"}, {"password", "$6$a$first"}, {"enforce_password", false}});
  CHECK(line_of(scene, "/etc/shadow", "alice").starts_with("alice:$6$a$first:"));
  CHECK(
      changes(scene.state("user.present", {{"name", "alice"}, {"password", "$6$a$other"}, {"enforce_password", false}}))
          .empty());
}

TEST_CASE("groups are exact, an empty list leaves none, remove_groups false keeps the others") {
  Scene scene;
  scene.host.files["/etc/group"] = "root:x:0:\nsudo:x:27:alice\nusers:x:100:\nalice:x:1000:\n";
  CHECK(
      changes(scene.state("user.present", {{"name", "alice"}, {"groups", List{"users"}}, {"remove_groups", false}})) ==
      Map{{"groups", List{"sudo", "users"}}});
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"groups", List{"sudo", "alice"}}})) ==
        Map{{"groups", List{"sudo"}}});
  CHECK(changes(scene.state("user.present", {{"name", "alice"}})).empty());
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"groups", List{}}})) == Map{{"groups", List{}}});
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"optional_groups", List{"users", "none"}}})) ==
        Map{{"groups", List{"users"}}});
}

TEST_CASE("user.present refuses missing groups, bad names, and id changes that are not allowed") {
  Scene scene;
  CHECK(comment(scene.state("user.present", {{"name", "alice"}, {"groups", List{"no", "sudo", "nil"}}})) ==
        "The following group(s) are not present: no,nil");
  CHECK(comment(scene.state("user.present", {{"name", "-rf"}})) == "'-rf' is no name for a user");
  CHECK(comment(scene.state("user.present", {{"name", "alice"}, {"fullname", "A,B"}})) ==
        "Unsupported char ',' in A,B");
  CHECK(comment(scene.state("user.present", {{"name", "alice"}, {"uid", 1234}}))
            .find("Changing uid (1000 -> 1234) not permitted") != std::string::npos);
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"uid", 1234}, {"allow_uid_change", true}})) ==
        Map{{"uid", 1234}});
  CHECK(comment(scene.state("user.present", {{"name", "alice"}, {"gid", "users"}}))
            .find("set allow_gid_change to True") != std::string::npos);
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"gid", "users"}, {"allow_gid_change", true}})) ==
        Map{{"gid", "users"}});
}

TEST_CASE("user.present makes a missing home, and locks and unlocks a password") {
  Scene scene;
  scene.host.remove_tree("/home/alice");
  scene.host.add_directory("/home");
  CHECK(changes(scene.state("user.present", {{"name", "alice"}})) == Map{{"home directory", true}});
  CHECK(scene.host.nodes["/home/alice"].uid == 1000);
  scene.host.files["/etc/shadow"] = "alice:$6$a$b:20000:0:99999:7:::\n";
  scene.state("user.present", {{"name", "alice"}, {"password", "$6$a$b"}, {"password_lock", true}});
  CHECK(line_of(scene, "/etc/shadow", "alice").starts_with("alice:!$6$a$b:"));
  CHECK(changes(scene.state("user.present", {{"name", "alice"}, {"password", "$6$a$b"}, {"password_lock", true}}))
            .empty());
  scene.state("user.present", {{"name", "alice"}, {"password_lock", false}});
  CHECK(line_of(scene, "/etc/shadow", "alice").starts_with("alice:$6$a$b:"));
}

TEST_CASE("user.absent removes the user, with its home when asked, and looks only when there is none") {
  Scene scene;
  CHECK(comment(scene.dry("user.absent", {{"name", "alice"}})) == "User alice set for removal");
  const Map gone = scene.state("user.absent", {{"name", "alice"}, {"purge", true}});
  CHECK(comment(gone) == "Removed user alice");
  CHECK(changes(gone) == Map{{"alice", "removed"}});
  CHECK_FALSE(scene.host.status("/home/alice"));
  scene.host.ran.clear();
  CHECK(comment(scene.state("user.absent", {{"name", "alice"}, {"purge", true}})) == "User alice is not present");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("ssh_auth.present adds a key, updates it, and then leaves it alone") {
  Scene scene;
  const std::string key = blob('1');
  const Map args{{"name", "ssh-ed25519 " + key + " alice@laptop"}, {"user", "alice"}};
  CHECK(comment(scene.dry("ssh_auth.present", args)) == "Key " + key + " for user alice is set to be added");
  CHECK(scene.host.files.count("/home/alice/.ssh/authorized_keys") == 0);
  CHECK(changes(scene.state("ssh_auth.present", args)) == Map{{key, "New"}});
  CHECK(scene.host.files["/home/alice/.ssh/authorized_keys"] == "ssh-ed25519 " + key + " alice@laptop\n");
  CHECK(scene.host.nodes["/home/alice/.ssh"].mode == 0700);
  CHECK(scene.host.nodes["/home/alice/.ssh/authorized_keys"].mode == 0600);
  CHECK(scene.host.nodes["/home/alice/.ssh/authorized_keys"].uid == 1000);
  CHECK(changes(scene.state("ssh_auth.present", args)).empty());
  const Map updated = scene.state(
      "ssh_auth.present",
      {{"name", key + "\n"}, {"user", "alice"}, {"enc", "ed25519"}, {"options", List{"no-pty", "command=\"a, b\""}}});
  CHECK(changes(updated) == Map{{key, "Updated"}});
  CHECK(scene.host.files["/home/alice/.ssh/authorized_keys"] == "no-pty,command=\"a, b\" ssh-ed25519 " + key + "\n");
}

TEST_CASE("ssh_auth keeps the other lines of the file") {
  Scene scene;
  const std::string file = "/home/alice/.ssh/authorized_keys";
  scene.host.files[file] = "# mine\nssh-ed25519 " + blob('1') + " one\n\nssh-ed25519 " + blob('2') + " two";
  scene.state("ssh_auth.present", {{"name", "ssh-ed25519 " + blob('3') + " three"}, {"user", "alice"}});
  CHECK(scene.host.files[file] == "# mine\nssh-ed25519 " + blob('1') + " one\n\nssh-ed25519 " + blob('2') +
                                      " two\nssh-ed25519 " + blob('3') + " three\n");
  const Map removed = scene.state("ssh_auth.absent", {{"name", "ssh-ed25519 " + blob('2')}, {"user", "alice"}});
  CHECK(changes(removed) == Map{{blob('2'), "Removed"}});
  CHECK(comment(removed) == "Key removed");
  CHECK(comment(scene.state("ssh_auth.absent", {{"name", "ssh-ed25519 " + blob('2')}, {"user", "alice"}})) ==
        "Key is already absent");
  const Map managed =
      scene.state("ssh_auth.manage",
                  {{"name", "keys"}, {"user", "alice"}, {"ssh_keys", List{"ssh-ed25519 " + blob('4') + " four"}}});
  CHECK(changes(managed).size() == 3);
  CHECK(scene.host.files[file] == "# mine\n\nssh-ed25519 " + blob('4') + " four\n");
}

TEST_CASE("a key is taken away by its text alone, whatever its type") {
  Scene scene;
  scene.state("ssh_auth.present", {{"name", blob('1')}, {"user", "alice"}, {"enc", "ed25519"}});
  CHECK(comment(scene.state("ssh_auth.absent", {{"name", blob('1')}, {"user", "alice"}})) == "Key removed");
}

TEST_CASE("ssh_auth refuses what is no key, and users that are not there") {
  Scene scene;
  const std::string wrong = to_base64(std::string("\0\0\0\x07ssh-rsa", 11));
  CHECK(comment(scene.state("ssh_auth.present", {{"name", "ssh-ed25519 " + wrong}, {"user", "alice"}})) ==
        "Invalid public ssh key, most likely has spaces or invalid syntax");
  CHECK(comment(scene.state("ssh_auth.present", {{"name", "ssh-ed25519 " + blob('1')}, {"user", "bob"}})) ==
        "User bob is not available: its keys can't be managed");
  CHECK(comment(scene.state("ssh_auth.absent", {{"name", "ssh-ed25519 " + blob('1')}, {"user", "bob"}})) ==
        "Key is already absent");
  CHECK(comment(scene.state("ssh_auth.present", {{"name", blob('1')}, {"user", "alice"}, {"enc", "sha"}})) ==
        "Incorrect encryption key type 'sha'.");
}

TEST_CASE("authorized_keys lines keep quoted options whole") {
  const auto key = parse_authorized_key("command=\"rdiff-backup --server \\\"x, y\\\"\",no-pty ssh-ed25519 QUJD a b c");
  REQUIRE(key);
  CHECK(key->options == std::vector<std::string>{"command=\"rdiff-backup --server \\\"x, y\\\"\"", "no-pty"});
  CHECK(key->comment == "a b c");
  CHECK(to_line(*key) == "command=\"rdiff-backup --server \\\"x, y\\\"\",no-pty ssh-ed25519 QUJD a b c");
  CHECK_FALSE(parse_authorized_key("# ssh-ed25519 QUJD"));
  CHECK_FALSE(parse_authorized_key("hello world"));
}

}  // namespace halite::states
