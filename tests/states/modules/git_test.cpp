#include <catch2/catch.hpp>

#include "states/providers/git.h"
#include "states/providers/secrets.h"
#include "tests/states/fake_git.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string url = "https://git.example.org/app.git";
const Map args{{"name", url}, {"target", "/srv/app"}};

std::string comment(const Map& result) { return result.at("comment").as_string(); }
const Map& changes(const Map& result) { return result.at("changes").as_map(); }
Map with(Map map, const Map& more) {
  for (const auto& [key, value] : more) map.set(key, value);
  return map;
}

struct GitScene : Scene {
  FakeGit git;
  std::string first;
  GitScene() {
    git.install(host);
    first = git.commit(url);
  }
};

}  // namespace

TEST_CASE("git.latest clones, follows the remote, and leaves alone what is up-to-date") {
  GitScene scene;
  const Map planned = scene.dry("git.latest", args);
  CHECK(comment(planned) == "Repository " + url + " would be cloned to /srv/app");
  CHECK(planned.at("result").is_null());
  const Map made = scene.state("git.latest", args);
  CHECK(comment(made) == url + " cloned to /srv/app");
  CHECK(changes(made) == Map{{"new", url + " => /srv/app"}, {"revision", Map{{"old", Value()}, {"new", scene.first}}}});
  CHECK(changes(planned) == changes(made));
  CHECK(comment(scene.state("git.latest", args)) == "Repository /srv/app is up-to-date");

  const std::string second = scene.git.commit(url);
  const Map update = scene.dry("git.latest", args);
  CHECK(comment(update) == "Remote 'origin' would be fetched. Repository would be updated from abc0000 to abc0001.");
  const Map updated = scene.state("git.latest", args);
  CHECK(changes(updated) == Map{{"revision", Map{{"old", scene.first}, {"new", second}}}});
  CHECK(changes(update) == changes(updated));
  CHECK(comment(updated) == url + " was fetched, resulting in updated refs. Repository was fast-forwarded to remote HEAD (abc0001).");
}

TEST_CASE("git.latest with a branch other than the remote's HEAD resets a fresh clone to it and follows it") {
  GitScene scene;
  const std::string stable = scene.git.commit(url, "stable");
  const Map made = scene.state("git.latest", with(args, {{"rev", "stable"}}));
  CHECK(comment(made) == url + " cloned to /srv/app. Repository was reset to origin/stable (abc0001). Tracking branch was updated to origin/stable.");
  CHECK(scene.git.at("/srv/app").refs.at("refs/heads/main") == stable);
  CHECK(comment(scene.state("git.latest", with(args, {{"rev", "stable"}}))) == "Repository /srv/app is up-to-date");
  CHECK(comment(scene.state("git.latest", with(args, {{"rev", "none"}}))) ==
        "No revision matching 'none' exists in the remote repository");
  const Map branched = scene.state("git.latest", with(args, {{"rev", "stable"}, {"branch", "stable"}}));
  CHECK(comment(branched) == "Repository /srv/app is up-to-date\n\nChanges made: New branch 'stable' was checked out, with origin/stable (abc0001) as a starting point");
  CHECK(changes(branched) == Map{{"branch", Map{{"old", "main"}, {"new", "stable"}}}});
}

TEST_CASE("git.latest stands at a tag and at a commit, and follows no branch then") {
  GitScene scene;
  scene.git.at(url).refs["refs/tags/v1"] = scene.first;
  scene.git.commit(url);
  const Map made = scene.state("git.latest", with(args, {{"rev", "v1"}}));
  CHECK(comment(made) == url + " cloned to /srv/app. Repository was reset to v1 (abc0000). Tracking branch was unset.");
  CHECK(changes(scene.state("git.latest", with(args, {{"rev", "v1"}}))).empty());
  CHECK(changes(scene.state("git.latest", with(args, {{"rev", scene.first.substr(0, 40)}}))).empty());
  // A tag that goes at the remote goes here.
  scene.git.at(url).refs.erase("refs/tags/v1");
  const Map gone = scene.state("git.latest", args);
  CHECK(changes(gone).at("deleted_tags") == Value(List{"v1"}));
  CHECK(changes(scene.state("git.latest", args)).empty());
}

TEST_CASE("git.latest throws nothing away unless it is told to") {
  GitScene scene;
  scene.state("git.latest", args);
  scene.git.at("/srv/app").is_dirty = true;
  CHECK(comment(scene.state("git.latest", args)) ==
        "Repository /srv/app is up-to-date, but with uncommitted changes. Set 'force_reset' to True to purge uncommitted changes.");
  const std::string second = scene.git.commit(url);
  const Map refused = scene.dry("git.latest", args);
  CHECK(refused.at("result") == Value(false));
  CHECK(comment(refused) == "Repository would be updated from abc0000 to abc0001, but there are uncommitted changes. Set 'force_reset' to True (or 'remote-changes') to force this update and discard these changes.");
  CHECK(comment(scene.state("git.latest", args)) == comment(refused));
  const Map forced = scene.state("git.latest", with(args, {{"force_reset", true}}));
  CHECK(changes(forced) == Map{{"revision", Map{{"old", scene.first}, {"new", second}}}, {"forced update", true}});
  CHECK_FALSE(scene.git.at("/srv/app").is_dirty);

  scene.git.at("/srv/app").is_dirty = true;
  CHECK(changes(scene.state("git.latest", with(args, {{"force_reset", "remote-changes"}}))).empty());
  CHECK(changes(scene.state("git.latest", with(args, {{"force_reset", true}}))) == Map{{"forced update", true}});
  CHECK(comment(scene.state("git.latest", with(args, {{"force_reset", "yes"}}))) ==
        "'force_reset' must be one of True, False, or 'remote-changes'");
}

TEST_CASE("git.latest meets a rewritten branch with force_fetch and force_reset alone") {
  GitScene scene;
  const Map branch = with(args, {{"rev", "main"}});
  scene.state("git.latest", branch);
  const std::string rewritten = scene.git.commit(url, "main", true);
  CHECK(comment(scene.state("git.latest", branch)).starts_with("Fetch failed. Set 'force_fetch' to True to force the fetch"));
  const Map refused = scene.state("git.latest", with(branch, {{"force_fetch", true}}));
  CHECK(comment(refused).starts_with("Repository would be updated to abc0001, but this is not a fast-forward merge."));
  CHECK(comment(refused).ends_with("Changes already made: " + url + " was fetched, resulting in updated refs"));
  const Map forced = scene.state("git.latest", with(branch, {{"force_fetch", true}, {"force_reset", true}}));
  CHECK(changes(forced) == Map{{"revision", Map{{"old", scene.first}, {"new", rewritten}}}, {"forced update", true}});
}

TEST_CASE("git.latest with update_head false fetches and leaves HEAD") {
  GitScene scene;
  scene.state("git.latest", args);
  const std::string second = scene.git.commit(url);
  const Map keep = with(args, {{"update_head", false}});
  CHECK(changes(scene.state("git.latest", keep)) == Map{{"fetched", second}});
  CHECK(comment(scene.state("git.latest", keep)) ==
        "Remote head (abc0001) is already present and local HEAD (abc0000) does not match, but update_head=False. HEAD has not been updated locally.");
}

TEST_CASE("git.latest does not clone over what is there, unless force_clone says so") {
  GitScene scene;
  scene.host.files["/srv/app/notes"] = "mine";
  CHECK(comment(scene.dry("git.latest", args)) ==
        "Target '/srv/app' exists, is non-empty and is not a git repository. Set the 'force_clone' option to True to remove this directory's contents and proceed with cloning the remote repository");
  CHECK(scene.state("git.latest", args).at("result") == Value(false));
  const Map forced = scene.state("git.latest", with(args, {{"force_clone", true}}));
  CHECK(changes(forced).at("forced clone") == Value(true));
  CHECK_FALSE(scene.host.files.count("/srv/app/notes"));
  scene.host.files["/srv/file"] = "x";
  CHECK(comment(scene.state("git.latest", with(args, {{"target", "/srv/file"}}))) ==
        "Target '/srv/file' exists and is a regular file, cannot proceed");
}

TEST_CASE("git.latest follows a remote that moved, without a word of passwords") {
  GitScene scene;
  scene.state("git.latest", args);
  scene.git.at("/srv/app").config = {{"remote.origin.url", "https://bob:secret@git.example.org/old.git"},
                                     {"branch.main.upstream", "origin/main"}};
  const Map moved = scene.state("git.latest", args);
  CHECK(comment(moved) == "Repository /srv/app is up-to-date\n\nChanges made: Remote 'origin' changed from https://<redacted>@git.example.org/old.git to " + url);
  CHECK(scene.git.at("/srv/app").config.size() == 2);
}

TEST_CASE("git runs as the user, with the keys and the password in its environment alone") {
  GitScene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"keys/deploy", "KEY"}});
  std::string key_file;
  auto run = scene.host.programs["git"];
  scene.host.programs["git"] = [&](const Command& command) {
    for (const auto& [path, content] : scene.host.files)
      if (content == "KEY") key_file = fmt::format("{} {:o} {}", path, scene.host.nodes[path].mode, scene.host.nodes[path].uid);
    return run(command);
  };
  scene.host.programs["su"] = [](const Command&) { return CommandResult{}; };
  const Map made = scene.state("git.latest", with(args, {{"user", "alice"}, {"identity", "salt://keys/deploy"}, {"https_user", "bob"}, {"https_pass", "secret"}}));
  CHECK(made.at("result") == Value(true));
  const Command& command = scene.git.commands.at(0);
  CHECK(command.run_as == "alice");
  CHECK(command.environment.at("GIT_TERMINAL_PROMPT") == "0");
  CHECK(command.environment.at("GIT_OPTIONAL_LOCKS") == "0");
  CHECK(command.environment.at("GIT_SSH_COMMAND").starts_with("ssh -o BatchMode=yes -o IdentitiesOnly=yes -i /tmp/"));
  CHECK(command.environment.at("GIT_CONFIG_KEY_0") == "credential.https://git.example.org.helper");
  CHECK(key_file.ends_with(" 600 1000"));
  for (const Command& ran : scene.git.commands) CHECK(join(ran.argv, " ").find("secret") == std::string::npos);
  for (const auto& [path, content] : scene.host.files) CHECK(content != "KEY");
  CHECK(comment(scene.state("git.latest", {{"name", "http://x/y"}, {"target", "/srv/x"}, {"https_user", "bob"}})) ==
        "Basic Auth only supported for HTTPS");
  CHECK(comment(scene.state("git.latest", with(args, {{"identity", "/none"}}))).find("The following identity file(s) were not found: /none") != std::string::npos);
}

TEST_CASE("git.latest tells why the remote can't be asked, and plans for a user that is still to come") {
  GitScene scene;
  CHECK(comment(scene.state("git.latest", {{"name", "https://none"}, {"target", "/srv/x"}})) ==
        "Failed to check remote refs: fatal: repository 'https://none' not found");
  scene.options.test = true;
  const auto run = scene.run({chunk("user.present", "newcomer"), chunk("git.latest", "app", with(args, {{"user", "newcomer"}}))});
  CHECK(result_of(run, "app").at("result").is_null());
  CHECK(changes(result_of(run, "app")).at("revision") == Value(Map{{"old", Value()}, {"new", scene.first}}));
}

TEST_CASE("git.latest keeps a bare repository and a mirror at the remote's references") {
  GitScene scene;
  for (const char* kind : {"bare", "mirror"}) {
    const Map bare{{"name", url}, {"target", std::string("/srv/") + kind}, {kind, true}};
    CHECK(comment(scene.state("git.latest", bare)).starts_with(url + " cloned to /srv/"));
    CHECK(comment(scene.state("git.latest", with(bare, {{"rev", "main"}}))) ==
          "'rev' is not compatible with the 'mirror' and 'bare' arguments");
  }
}

TEST_CASE("git.latest updates submodules that are behind") {
  GitScene scene;
  scene.state("git.latest", args);
  scene.git.at("/srv/app").old_submodules = {"lib"};
  CHECK(changes(scene.state("git.latest", args)).empty());
  const Map updated = scene.state("git.latest", with(args, {{"submodules", true}}));
  CHECK(changes(updated) == Map{{"submodules", Map{{"old", List{"lib"}}, {"new", List{}}}}});
  CHECK(changes(scene.state("git.latest", with(args, {{"submodules", true}}))).empty());
}

TEST_CASE("git.cloned clones once and changes to a branch when that is asked") {
  GitScene scene;
  scene.git.commit(url, "stable");
  CHECK(comment(scene.dry("git.cloned", args)) == url + " would be cloned to /srv/app");
  CHECK(changes(scene.state("git.cloned", args)) == Map{{"new", url + " => /srv/app"}});
  CHECK(comment(scene.state("git.cloned", args)) == "Repository already exists at /srv/app");
  const Map branch = with(args, {{"branch", "stable"}});
  CHECK(comment(scene.dry("git.cloned", branch)) == "Branch would be changed to 'stable'");
  CHECK(changes(scene.state("git.cloned", branch)) == Map{{"branch", Map{{"old", "main"}, {"new", "stable"}}}});
  CHECK(comment(scene.state("git.cloned", branch)) == "Repository already exists at /srv/app and is checked out to branch 'stable'");
  CHECK(comment(scene.state("git.cloned", with(args, {{"branch", "none"}}))).starts_with("Failed to change branch to 'none': "));
  CHECK(comment(scene.state("git.cloned", {{"name", "https://none"}, {"target", "/srv/x"}})) ==
        "Clone failed: fatal: repository 'https://none' not found");
}

TEST_CASE("git.detached stands at a commit, a tag or a branch's tip, on no branch") {
  GitScene scene;
  scene.git.at(url).refs["refs/tags/v1"] = scene.first;
  const std::string second = scene.git.commit(url);
  const Map tag = with(args, {{"rev", "v1"}});
  CHECK(comment(scene.dry("git.detached", tag)) == "Repository " + url + " would be cloned to /srv/app");
  const Map made = scene.state("git.detached", tag);
  CHECK(changes(made).at("HEAD") == Value(Map{{"old", Value()}, {"new", scene.first}}));
  CHECK(comment(scene.state("git.detached", tag)) == "Already checked out at correct revision");
  const Map moved = scene.state("git.detached", with(args, {{"rev", second}}));
  CHECK(comment(moved) == "Commit ID " + second + " was checked out at /srv/app");
  CHECK(scene.git.at("/srv/app").head == second);
  CHECK(comment(scene.state("git.detached", with(args, {{"rev", "none"}}))) == "Revision 'none' does not exist");
  CHECK(comment(scene.state("git.detached", with(args, {{"rev", "1234567"}, {"fetch_remote", false}}))) ==
        "Revision '1234567' does not exist");
  scene.git.at("/srv/app").is_dirty = true;
  CHECK(changes(scene.state("git.detached", with(args, {{"rev", second}, {"hard_reset", true}}))) == Map{{"forced update", true}});
}

TEST_CASE("git.present makes a repository where none is") {
  GitScene scene;
  CHECK(comment(scene.dry("git.present", {{"name", "/srv/site.git"}})) == "New bare repository would be created");
  CHECK(comment(scene.state("git.present", {{"name", "/srv/site.git"}, {"shared", 640}})) == "Initialized bare repository in /srv/site.git");
  CHECK(scene.host.ran.back() == Argv{"git", "init", "--bare", "--shared=0640", "--", "/srv/site.git"});
  CHECK(changes(scene.state("git.present", {{"name", "/srv/site.git"}})).empty());
  scene.host.files["/srv/full/x"] = "";
  CHECK(scene.state("git.present", {{"name", "/srv/full"}}).at("result") == Value(false));
  CHECK(changes(scene.state("git.present", {{"name", "/srv/full"}, {"force", true}, {"bare", false}})) ==
        Map{{"new", "/srv/full"}, {"forced init", true}});
}

TEST_CASE("git.config_set and config_unset manage keys of a repository and of a user") {
  GitScene scene;
  const Map set{{"name", "user.email"}, {"value", "a@b"}, {"global", true}};
  CHECK(comment(scene.dry("git.config_set", set)) == "Global key 'user.email' would be added as 'a@b'");
  CHECK(changes(scene.state("git.config_set", set)) == Map{{"user.email", Map{{"old", Value()}, {"new", List{"a@b"}}}}});
  CHECK(comment(scene.state("git.config_set", set)) == "Global key 'user.email' is already set to 'a@b'");
  scene.state("git.latest", args);
  const Map many{{"name", "x.y"}, {"multivar", List{"one", "two"}}, {"repo", "/srv/app"}};
  CHECK(comment(scene.state("git.config_set", many)) == "'x.y' was added as ['one', 'two']");
  CHECK(changes(scene.state("git.config_set", with(many, {{"multivar", "one,two"}}))).empty());
  CHECK(comment(scene.state("git.config_unset", {{"name", "x.*"}, {"repo", "/srv/app"}})) ==
        "Multivar(s) matched by the key expression (set 'all' to True to force removal): x.y (one, two)");
  CHECK(changes(scene.state("git.config_unset", {{"name", "x.*"}, {"repo", "/srv/app"}, {"all", true}})) == Map{{"x.y", List{"one", "two"}}});
  CHECK(comment(scene.state("git.config_unset", {{"name", "x.*"}, {"repo", "/srv/app"}})) == "No matching keys are set");
  CHECK(comment(scene.state("git.config_set", {{"name", "a.b"}, {"value", "1"}})) ==
        "Non-global config options require the 'repo' argument to be set");
  CHECK(comment(scene.state("git.config_set", {{"name", "a.b"}, {"value", "1"}, {"multivar", "2"}, {"global", true}})) ==
        "Only one of 'value' and 'multivar' is permitted");
}

TEST_CASE("passwords in URLs are not shown") {
  CHECK(without_password("from https://a:b@host/x to 'http://c@d/e'") == "from https://<redacted>@host/x to 'http://<redacted>@d/e'");
  CHECK(without_password("ssh://git@host/x and mail a@b") == "ssh://git@host/x and mail a@b");
}

}  // namespace halite::states
