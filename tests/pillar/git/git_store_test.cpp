// Fetching remotes, reading commits, and what a remote may not be.
#include "pillar/git/git_store.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/unique_fd.h"
#include "tests/support/git_fixture.h"

using namespace halite;
using namespace halite::pillar;
using test::GitFixture;
using test::symlink_to;
using test::TemporaryFolder;

namespace {

std::vector<std::string> paths(FileTree& tree) {
  std::vector<std::string> paths;
  for (const auto& entry : tree.list("base", "")) paths.push_back(entry.path);
  return paths;
}

std::string refusal(const GitRemote& remote) {
  try {
    check(remote);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

ErrorKind kind_of_fetch(GitStore& store, std::string& text) {
  try {
    store.fetch();
  } catch (const Error& error) {
    text = error.what();
    return error.kind();
  }
  return ErrorKind::internal;
}

}  // namespace

TEST_CASE("A fetched commit is read as files") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto commit = remote.commit({{"top.sls", "base: {}\n"},
                                     {"users/init.sls", "users: 1\n"},
                                     {"bin/tool", {"#!/bin/sh\n", GIT_FILEMODE_BLOB_EXECUTABLE}}});
  GitStore store(folder.path("stores"), {.url = remote.path()});

  CHECK_FALSE(store.head());
  CHECK(store.fetch() == commit);
  CHECK(store.head() == commit);
  const auto tree = store.tree(commit);
  CHECK(tree->environments() == std::vector<std::string>{"base"});
  CHECK(paths(*tree) == std::vector<std::string>{"bin/tool", "top.sls", "users/init.sls"});
  CHECK(tree->read("base", "users/init.sls") == "users: 1\n");
  CHECK(tree->find("base", "bin/tool")->mode == 0755);
  CHECK(tree->find("base", "bin/tool")->size_bytes == 10);
  CHECK(tree->sha256("base", "top.sls") == "c79ab27fe6f2b4f1697d48affb118ad52a480137cd1afa91471eb386103d3701");
  CHECK(tree->revision("base") == "git:" + remote.path() + "@" + commit);
  CHECK_FALSE(tree->read("base", "nosuch"));
  CHECK_FALSE(tree->read("dev", "top.sls"));
  CHECK(tree->list("base", "users").size() == 1);
  CHECK(tree->list("base", "use").empty());

  struct stat status {};
  REQUIRE(::stat(folder.path("stores").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK_FALSE(std::filesystem::exists(folder.path("stores/top.sls")));
}

TEST_CASE("A held tree stays as it is while the branch moves") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto first = remote.commit({{"a.sls", "1"}});
  GitStore store(folder.path("stores"), {.url = "file://" + remote.path()});
  store.fetch();
  const auto old_tree = store.tree(first);
  const auto second = remote.commit({{"a.sls", "2"}, {"b.sls", "3"}}, "master", "second\n\nbody");

  CHECK(store.head() == first);
  CHECK(store.fetch() == second);
  CHECK(old_tree->read("base", "a.sls") == "1");
  CHECK_FALSE(old_tree->read("base", "b.sls"));
  CHECK(store.tree(second)->read("base", "a.sls") == "2");

  const auto history = store.history(second, 10);
  REQUIRE(history.size() == 2);
  CHECK(history[0].subject == "second");
  CHECK(history[1].id == first);
  CHECK(store.history(second, 1).size() == 1);
}

TEST_CASE("A rewritten branch is followed and a removed one is reported with those there are") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  remote.commit({{"a", "1"}});
  remote.commit({{"a", "1"}}, "main");
  GitStore store(folder.path("stores"), {.url = remote.path()});
  store.fetch();
  remote.remove_branch("master");
  const auto rewritten = remote.commit({{"a", "other"}});
  CHECK(store.fetch() == rewritten);

  remote.remove_branch("master");
  std::string text;
  CHECK(kind_of_fetch(store, text) == ErrorKind::not_found);
  CHECK(text.find("no branch or tag 'master'; it has main") != std::string::npos);
}

TEST_CASE("A tag can be named in place of a branch") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto first = remote.commit({{"a", "1"}});
  remote.tag("v1", first);
  remote.commit({{"a", "2"}});
  GitStore store(folder.path("stores"), {.url = remote.path(), .branch = "v1"});
  CHECK(store.fetch() == first);
}

TEST_CASE("The root of a remote is all that its tree shows") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto commit = remote.commit({{"secret", "x"},
                                     {"pillar/prod/top.sls", "1"},
                                     {"pillar/prod/up", symlink_to("../../secret")},
                                     {"pillar/prod/side", symlink_to("../other")},
                                     {"pillar/other", "2"}});
  GitStore store(folder.path("stores"), {.url = remote.path(), .root = "pillar/prod", .environment = "prod"});
  store.fetch();
  const auto tree = store.tree(commit);
  REQUIRE(tree->list("prod", "").size() == 1);
  CHECK(tree->list("prod", "")[0].path == "top.sls");
  CHECK(tree->list("base", "").empty());

  GitStore wrong(folder.path("stores"), {.url = remote.path(), .root = "pillar/dev"});
  CHECK_THROWS_WITH(wrong.tree(commit), Catch::Contains("there is no folder 'pillar/dev'"));
  GitStore file(folder.path("stores"), {.url = remote.path(), .root = "secret"});
  CHECK_THROWS_WITH(file.tree(commit), Catch::Contains("is no folder"));
}

TEST_CASE("Symlinks are followed inside the tree and never out of it") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto commit = remote.commit({
      {"modules/consul.py", "code"},
      {"ext/modules/consul.py", symlink_to("../../modules/consul.py")},
      {"again", symlink_to("ext/modules/consul.py")},
      {"folder", symlink_to("modules")},
      {"through", symlink_to("folder/../modules/./consul.py")},
      {"absolute", symlink_to("/etc/passwd")},
      {"above", symlink_to("../../etc/passwd")},
      {"nowhere", symlink_to("nosuch")},
      {"itself", symlink_to("itself")},
      {"root", symlink_to(".")},
      {"deep/loop", symlink_to("../deep")},
      {"deep/file", "f"},
      {"submodule", {"", GIT_FILEMODE_COMMIT}},
  });
  GitStore store(folder.path("stores"), {.url = remote.path()});
  store.fetch();
  const auto tree = store.tree(commit);
  CHECK(paths(*tree) == std::vector<std::string>{"again", "deep/file", "ext/modules/consul.py", "folder/consul.py",
                                                 "modules/consul.py", "through"});
  CHECK(tree->read("base", "through") == "code");
  CHECK_FALSE(tree->read("base", "absolute"));
  CHECK_FALSE(tree->read("base", "../../../etc/passwd"));
}

TEST_CASE("A remote that is not there is unavailable, and what was fetched stays") {
  TemporaryFolder folder;
  std::string text;
  GitStore missing(folder.path("stores"), {.url = folder.path("nosuch.git")});
  CHECK(kind_of_fetch(missing, text) == ErrorKind::unavailable);
  CHECK(text.find("nosuch.git' failed") != std::string::npos);

  auto remote = std::make_unique<GitFixture>(folder.path("remote.git"));
  const auto commit = remote->commit({{"a", "1"}});
  GitStore store(folder.path("stores"), {.url = remote->path()});
  store.fetch();
  remote.reset();
  std::filesystem::remove_all(folder.path("remote.git"));
  CHECK(kind_of_fetch(store, text) == ErrorKind::unavailable);
  CHECK(store.head() == commit);
  CHECK(store.tree(commit)->read("base", "a") == "1");
}

TEST_CASE("An empty repository has no branches") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  GitStore store(folder.path("stores"), {.url = remote.path()});
  std::string text;
  CHECK(kind_of_fetch(store, text) == ErrorKind::not_found);
  CHECK(text.find("no branches at all") != std::string::npos);
}

TEST_CASE("A server that never answers ends the fetch in time") {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);

  TemporaryFolder folder;
  GitRemote remote{.url = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/pillar.git"};
  remote.timeout = std::chrono::milliseconds(50);
  GitStore store(folder.path("stores"), remote);
  std::string text;
  const auto start = std::chrono::steady_clock::now();
  CHECK(kind_of_fetch(store, text) == ErrorKind::timeout);
  CHECK(text.find("took longer than 0.05 s") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("A commit can be remembered under a name") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto first = remote.commit({{"a", "1"}});
  GitStore store(folder.path("stores"), {.url = remote.path()});
  CHECK_FALSE(store.remembered("good"));
  store.fetch();
  store.remember("good", first);
  const auto second = remote.commit({{"a", "2"}});
  store.fetch();
  CHECK(GitStore(folder.path("stores"), {.url = remote.path()}).remembered("good") == first);
  store.remember("good", second);
  CHECK(store.remembered("good") == second);
  CHECK_THROWS_AS(store.remember("../../heads/master", first), Error);
  CHECK_THROWS_AS(store.remember("good", std::string(40, '0')), Error);
}

TEST_CASE("Commits are named by their full id") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  remote.commit({{"a", "1"}});
  GitStore store(folder.path("stores"), {.url = remote.path()});
  store.fetch();
  for (const auto* id : {"master", "HEAD", "--upload-pack=id", "", "0123456789012345678901234567890123456789"})
    CHECK_THROWS_AS(store.tree(id), Error);
}

TEST_CASE("A remote is a path, a file URL, an https URL or one over ssh, and nothing else") {
  for (const auto* url : {"/srv/git/pillar.git", "file:///srv/git/pillar.git", "https://example.org/psf/pillar.git",
                          "https://git.example.org:8443/p"}) {
    INFO(url);
    CHECK(refusal({.url = url}).empty());
  }
  for (const auto* url : {"ext::sh -c id",
                          "ext::sh%20-c%20id",
                          "fd::3",
                          "git://example.org/p",
                          "http://example.org/p",
                          "-u./x",
                          "--upload-pack=id",
                          "ftp://example.org/p",
                          "file://host/p",
                          "pillar.git",
                          "../p",
                          "https://",
                          "https://example.org",
                          "https://example.org/",
                          "https://-x.org/p",
                          "https://a b/p",
                          "https://example.org:0/p",
                          "https://example.org:99999/p",
                          "https://example.org:/p",
                          "/srv/a\nb",
                          "/srv/a\x1b[0m"}) {
    INFO(url);
    CHECK(refusal({.url = url}).find("remote is an absolute path") != std::string::npos);
  }
  CHECK(refusal({.url = ""}).find("no URL") != std::string::npos);
  CHECK(refusal({.url = "/" + std::string(5000, 'x')}).find("5001 characters") != std::string::npos);
}

TEST_CASE("A password in a URL is refused without being shown") {
  const auto text = refusal({.url = "https://me:hunter2@example.org/p"});
  CHECK(text.find("options user and password") != std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("Branches and roots are checked before git sees them") {
  for (const auto* branch : {"-c core.x=y", "a..b", "a b", "a~1", "@{-1}", "a:b", "a.lock", "a\nb", "/a", ""}) {
    INFO(branch);
    CHECK_FALSE(refusal({.url = "/p", .branch = branch}).empty());
  }
  CHECK(refusal({.url = "/p", .branch = "feature/x"}).empty());
  for (const auto* root : {"/etc", "..", "a/../../b", "a//b", "./a"}) {
    INFO(root);
    CHECK(refusal({.url = "/p", .root = root}).find("inside the repository") != std::string::npos);
  }
}

TEST_CASE("Remotes are read as Salt writes them") {
  const Value entries = List{"main https://example.org/p",
                             Map{{"main /srv/git/p", List{Map{{"root", "pillar"}}, Map{{"env", "prod"}}}}}};
  const auto remotes = git_remotes_from(entries);
  REQUIRE(remotes.size() == 2);
  CHECK(remotes[0].branch == "main");
  CHECK(remotes[0].url == "https://example.org/p");
  CHECK(remotes[1].branch == "main");
  CHECK(remotes[1].root == "pillar");
  CHECK(remotes[1].environment == "prod");

  CHECK_THROWS_WITH(git_remotes_from(List{"https://example.org/p"}), Catch::Contains("BRANCH URL"));
  CHECK_THROWS_WITH(git_remotes_from(List{"main ext::x"}), Catch::Contains("helper program"));
  CHECK_THROWS_WITH(git_remotes_from(List{Map{{"main /p", List{Map{{"rot", "x"}}}}}}),
                    Catch::Contains("did you mean 'root'"));
  CHECK_THROWS_AS(git_remotes_from(Value("main /p")), Error);
}
