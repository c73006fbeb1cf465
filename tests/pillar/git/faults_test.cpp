// What goes wrong with a remote and with a fetch: rewritten branches, damaged and hostile repositories, fetches that die.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <fstream>
#include <random>

#include "common/base/error.h"
#include "pillar/git/git_store.h"
#include "tests/support/git_fixture.h"

using namespace halite;
using namespace halite::pillar;
using test::GitFixture;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::string failure(GitStore& store, ErrorKind& kind) {
  try {
    store.fetch();
  } catch (const Error& error) {
    kind = error.kind();
    return error.what();
  }
  return "";
}

// Reads all that there is.
std::size_t read_everything(GitStore& store, const std::string& commit) {
  const auto tree = store.tree(commit);
  std::size_t files = 0;
  for (const auto& entry : tree->list("base", "")) files += tree->read("base", entry.path) ? 1 : 0;
  return files;
}

std::vector<std::string> objects_of(const std::string& repository) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(repository + "/objects"))
    if (entry.is_regular_file()) found.push_back(entry.path().string().substr(repository.size()));
  std::sort(found.begin(), found.end());
  return found;
}

enum class Damage { missing, flipped, empty, cut, cut_at_the_end };

void damage(const std::string& file, Damage how) {
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  const auto size = fs::file_size(file);
  if (how == Damage::missing) fs::remove(file);
  if (how == Damage::empty) fs::resize_file(file, 0);
  if (how == Damage::cut) fs::resize_file(file, size / 2);
  if (how == Damage::cut_at_the_end) fs::resize_file(file, size - 1);
  if (how == Damage::flipped) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(size / 2));
    stream.put('\x5a');
  }
}

void set_master(const std::string& repository, const std::string& commit) {
  std::ofstream(repository + "/refs/heads/master") << commit << "\n";
}

// A repository whose tree objects are written as they come, without anybody's checks.
class RawFixture {
 public:
  explicit RawFixture(const std::string& path) {
    git_libgit2_init();
    REQUIRE(git_repository_init(&repository_, path.c_str(), 1) == 0);
    REQUIRE(git_repository_odb(&odb_, repository_) == 0);
  }
  ~RawFixture() {
    git_odb_free(odb_);
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }
  git_oid write(git_object_t kind, const std::string& content) {
    git_oid oid;
    REQUIRE(git_odb_write(&oid, odb_, content.data(), content.size(), kind) == 0);
    return oid;
  }
  static std::string entry(const std::string& mode, const std::string& name, const git_oid& oid) {
    return mode + " " + name + std::string(1, '\0') + std::string(reinterpret_cast<const char*>(oid.id), GIT_OID_RAWSZ);
  }
  void commit(const git_oid& tree) {
    char text[GIT_OID_HEXSZ + 1];
    const std::string who = "A <a@example.org> 1700000000 +0000\n";
    const git_oid oid = write(GIT_OBJECT_COMMIT, std::string("tree ") + git_oid_tostr(text, sizeof text, &tree) + "\nauthor " + who + "committer " + who + "\nraw\n");
    git_reference* reference = nullptr;
    REQUIRE(git_reference_create(&reference, repository_, "refs/heads/master", &oid, 1, nullptr) == 0);
    git_reference_free(reference);
  }

 private:
  git_repository* repository_ = nullptr;
  git_odb* odb_ = nullptr;
};

}  // namespace

TEST_CASE("With ff-only a rewritten, rewound or removed branch is refused, and what was there is served on") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto first = remote.commit({{"a", "1"}});
  const auto second = remote.commit({{"a", "2"}});
  remote.commit({{"a", "x"}}, "other");
  GitStore store(folder.path("stores"), {.url = remote.path(), .history = "ff-only"});
  REQUIRE(store.fetch() == second);

  ErrorKind kind{};
  remote.remove_branch("master");
  const auto rewritten = remote.commit({{"a", "forged"}});
  CHECK_THAT(failure(store, kind), Catch::Contains("was rewritten") && Catch::Contains(rewritten) && Catch::Contains("history: any"));
  CHECK(kind == ErrorKind::denied);
  CHECK(store.head() == second);
  CHECK(GitStore(folder.path("stores"), {.url = remote.path(), .history = "ff-only"}).head() == second);  // after a restart, too

  remote.remove_branch("master");
  remote.set_branch("master", first);
  CHECK_THAT(failure(store, kind), Catch::Contains("was rewritten"));
  CHECK(store.head() == second);

  remote.set_branch("master", second);
  const auto third = remote.commit({{"a", "3"}});
  CHECK(store.fetch() == third);
}

TEST_CASE("Without it a rewritten branch is followed") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  remote.commit({{"a", "1"}});
  GitStore store(folder.path("stores"), {.url = remote.path()});
  store.fetch();
  remote.remove_branch("master");
  const auto rewritten = remote.commit({{"a", "other"}});
  CHECK(store.fetch() == rewritten);
  CHECK_THROWS_WITH(check({.url = "/srv/x.git", .history = "no"}), Catch::Contains("must be any or ff-only"));
}

TEST_CASE("Whatever is damaged in a remote, a fetch brings a commit that is whole or leaves the one before") {
  TemporaryFolder folder;
  const std::string path = folder.path("remote.git");
  GitFixture remote(path);
  const auto good = remote.commit({{"top.sls", "base: {}"}, {"deep/er/file", "1"}});
  GitStore(folder.path("start"), {.url = path}).fetch();
  const auto before = objects_of(path);
  const auto newer = remote.commit({{"top.sls", "base: {}"}, {"deep/er/file", "2"}, {"large", std::string(100'000, 'x')}});
  std::vector<std::string> added;
  const auto after = objects_of(path);
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added));
  REQUIRE(added.size() >= 5);

  int tried = 0, refused = 0;
  for (const auto& object : added)
    for (const auto how : {Damage::missing, Damage::flipped, Damage::empty, Damage::cut, Damage::cut_at_the_end}) {
      const std::string stores = folder.path("stores" + std::to_string(tried));
      const std::string broken = folder.path("broken" + std::to_string(tried++));
      fs::copy(path, broken, fs::copy_options::recursive);
      // The store has the good commit of this very remote.
      GitStore store(stores, {.url = broken});
      set_master(broken, good);
      REQUIRE(store.fetch() == good);
      set_master(broken, newer);
      damage(broken + object, how);
      INFO(object << ", damage " << static_cast<int>(how));
      ErrorKind kind{};
      if (failure(store, kind).empty()) {
        CHECK(read_everything(store, newer) == 3);
      } else {
        ++refused;
        CHECK(store.head() == good);
      }
      CHECK(read_everything(store, good) == 2);
    }
  CHECK(refused >= tried / 2);
}

TEST_CASE("An object that is cut is named, in a repository that another one borrows from as well") {
  TemporaryFolder folder;
  GitFixture lender(folder.path("lender.git"));
  const auto first = lender.commit({{"a", std::string(5'000, 'x')}});
  const std::string borrower = folder.path("borrower.git");
  fs::copy(lender.path(), borrower, fs::copy_options::recursive);
  for (const auto& object : objects_of(borrower)) fs::remove(borrower + object);
  std::ofstream(borrower + "/objects/info/alternates") << lender.path() << "/objects\n";
  GitStore store(folder.path("stores"), {.url = "file://" + borrower});
  CHECK(store.fetch() == first);
  const std::string object = objects_of(lender.path()).front();
  damage(lender.path() + object, Damage::cut);
  ErrorKind kind{};
  CHECK_THAT(failure(store, kind), Catch::Contains(object + " ends early") && Catch::Contains("git fsck"));
  CHECK(kind == ErrorKind::unavailable);
  CHECK(store.head() == first);
}

TEST_CASE("Names that no tree should have lead nowhere outside of it") {
  TemporaryFolder folder;
  const std::string path = folder.path("remote.git");
  RawFixture remote(path);
  const git_oid blob = remote.write(GIT_OBJECT_BLOB, "secret");
  std::string tree;
  for (const std::string name : {".", "..", ".git", "../../etc/passwd", "/etc/shadow", "a\\b", "new\nline", "-option", "\xff\xfe", ""})
    tree += RawFixture::entry("100644", name, blob);
  tree += RawFixture::entry("120000", "link", remote.write(GIT_OBJECT_BLOB, "../../../../etc/passwd"));
  tree += RawFixture::entry("160000", "module", blob);
  tree += RawFixture::entry("777", "odd-mode", blob);
  tree += RawFixture::entry("100644", "plain", blob);
  remote.commit(remote.write(GIT_OBJECT_TREE, tree));
  GitStore store(folder.path("stores"), {.url = path});
  std::string commit;
  try {
    commit = store.fetch();
    for (const auto& entry : store.tree(commit)->list("base", "")) {
      CHECK(entry.path.find("..") == std::string::npos);
      CHECK_FALSE(entry.path.starts_with('/'));
    }
    CHECK_FALSE(store.tree(commit)->read("base", "../../etc/passwd"));
    CHECK_FALSE(store.tree(commit)->read("base", "link"));
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() > 10);  // refused as a whole is as good
  }
}

TEST_CASE("A tree nested very deep ends in an answer, not in a crash") {
  TemporaryFolder folder;
  const std::string path = folder.path("remote.git");
  RawFixture remote(path);
  git_oid tree = remote.write(GIT_OBJECT_TREE, RawFixture::entry("100644", "leaf", remote.write(GIT_OBJECT_BLOB, "x")));
  for (int depth = 0; depth < 3000; ++depth) tree = remote.write(GIT_OBJECT_TREE, RawFixture::entry("40000", "d", tree));
  remote.commit(tree);
  GitStore store(folder.path("stores"), {.url = path});
  try {
    CHECK(read_everything(store, store.fetch()) <= 1);
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Catch::Contains("deep") || Catch::Contains("long") || Catch::Contains("fetching"));
  }
}

TEST_CASE("A repository larger than the limit is refused, and nothing of it is served") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  std::string noise(300'000, '\0');
  std::mt19937 random(1);
  for (char& c : noise) c = static_cast<char>(random());
  remote.commit({{"huge", noise}});
  GitStore store(folder.path("stores"), {.url = remote.path(), .size_limit_bytes = 10'000});
  ErrorKind kind{};
  CHECK_THAT(failure(store, kind), Catch::Contains("fetching"));
  CHECK_FALSE(store.head());
}

TEST_CASE("What a fetch that died left behind is removed by the next one") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  remote.commit({{"a", "1"}});
  GitStore store(folder.path("stores"), {.url = remote.path()});
  const auto first = store.fetch();
  std::string bare;
  for (const auto& entry : fs::directory_iterator(folder.path("stores")))
    if (entry.is_directory()) bare = entry.path();
  REQUIRE_FALSE(bare.empty());
  for (const char* leftover : {"/refs/halite/heads/master.lock", "/packed-refs.lock", "/HEAD.lock", "/config.lock", "/objects/pack/pack_git2_cut",
                               "/objects/pack/tmp_pack_cut"})
    std::ofstream(bare + leftover) << "cut";
  const auto second = remote.commit({{"a", "2"}});
  CHECK(store.fetch() == second);
  CHECK_FALSE(fs::exists(bare + "/refs/halite/heads/master.lock"));
  CHECK_FALSE(fs::exists(bare + "/objects/pack/tmp_pack_cut"));
  CHECK(read_everything(store, second) == 1);
  CHECK(first != second);
}

TEST_CASE("A fetch that is killed at any moment leaves a store that serves, and that the next fetch completes", "[e2e]") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const std::string stores = folder.path("stores");
  std::string last = remote.commit({{"a", "0"}});
  GitStore(stores, {.url = remote.path()}).fetch();
  int cut = 0;
  for (int round = 1; round <= 24; ++round) {
    std::map<std::string, test::GitFile> files;
    for (int i = 0; i < 10; ++i) files.emplace("f" + std::to_string(i), std::to_string(round * 100 + i));
    const auto next = remote.commit(files);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        GitStore(stores, {.url = remote.path()}).fetch();
      } catch (...) {
      }
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round * 73 % 4000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    cut += WIFSIGNALED(status) ? 1 : 0;
    GitStore store(stores, {.url = remote.path()});
    const auto head = store.head();
    REQUIRE(head);
    CHECK((*head == last || *head == next));
    CHECK(read_everything(store, *head) >= 1);
    if (round % 3 == 0) {
      CHECK(store.fetch() == next);
      CHECK(read_everything(store, next) == 10);
    }
    last = *store.head();
  }
  CHECK(cut > 3);
}
