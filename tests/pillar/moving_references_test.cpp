// Many compiles at once while the branches move: each result is of exactly one commit.
#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "common/data/json.h"
#include "common/render/sls.h"
#include "pillar/git/environments.h"
#include "pillar/service.h"
#include "states/compile/compile.h"
#include "tests/support/git_fixture.h"

using namespace halite;
using namespace halite::pillar;
using test::GitFixture;
using test::TemporaryFolder;

namespace {

constexpr int compiler_count = 50;
constexpr int compiles_each = 6;
constexpr int last_number = 12;

// Every file of a commit says its number, also through an import and an include.
std::map<std::string, test::GitFile> files_of(int number) {
  const auto text = std::to_string(number);
  return {{"top.sls", "base: {'*': [a" + text + ", b]}"},
          {"a" + text + ".sls", "include: [c]\na: " + text},
          {"b.sls", "{% import_yaml 'data.yaml' as data %}b: {{ data.n }}"},
          {"c.sls", "c: " + text},
          {"data.yaml", "n: " + text}};
}

std::map<std::string, test::GitFile> states_of(int number) {
  const auto text = std::to_string(number);
  return {{"top.sls", "base: {'*': [s" + text + "]}"},
          {"s" + text + ".sls", "include: [t]\nfirst: {test.nop: [{n: " + text + "}]}"},
          {"t.sls", "{% import_yaml 'data.yaml' as data %}second: {test.nop: [{n: {{ data.n }}}]}"},
          {"data.yaml", "n: " + text}};
}

// Runs `one` on many threads while `move` is called for each number.
void run_while_moving(const std::function<void(int)>& move, const std::function<void()>& one) {
  std::vector<std::thread> threads;
  for (int i = 0; i < compiler_count; ++i)
    threads.emplace_back([&] {
      for (int run = 0; run < compiles_each; ++run) one();
    });
  for (int number = 2; number <= last_number; ++number) move(number);
  for (auto& thread : threads) thread.join();
}

}  // namespace

// R72 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("Fifty pillar compiles while the branch moves are each of one commit") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  std::mutex mutex;
  std::map<std::string, std::int64_t> numbers;  // revision -> number
  PillarService service(PillarCompiler({}), nullptr, {{.url = remote.path()}}, folder.path("stores"));
  const auto move = [&](int number) {
    const auto commit = remote.commit(files_of(number));
    {
      const std::lock_guard lock(mutex);
      numbers["git:" + remote.path() + "@" + commit] = number;
    }
    service.update();
  };
  move(1);
  std::atomic<int> wrong = 0, compiled = 0;
  std::set<std::int64_t> seen;
  run_while_moving(move, [&] {
    const auto served = service.compile({.minion_id = "web1"});
    const std::lock_guard lock(mutex);
    const auto number = numbers.at(served.revision);
    const Map expected{{"c", number}, {"a", number}, {"b", number}};
    if (!(Value(served.pillar.data) == Value(expected))) ++wrong;
    seen.insert(number);
    ++compiled;
  });
  CHECK(wrong == 0);
  CHECK(compiled == compiler_count * compiles_each);
  CHECK(to_json(service.compile({.minion_id = "web1"}).pillar.data).find("\"a\": " + std::to_string(last_number)) != std::string::npos);
}

TEST_CASE("Fifty state compiles from the file server's tree are each of one commit") {
  TemporaryFolder folder;
  GitFixture remote(folder.path("remote.git"));
  const auto options = environments_remotes_from(List{remote.path()}).at(0);
  GitStore store(folder.path("stores"), options.remote);
  std::mutex mutex;
  std::shared_ptr<FileTree> served;
  const auto move = [&](int number) {
    remote.commit(states_of(number));
    store.fetch_all();
    auto tree = environments_tree(store, options);
    const std::lock_guard lock(mutex);
    served = std::move(tree);
  };
  move(1);
  std::atomic<int> wrong = 0;
  run_while_moving(move, [&] {
    std::shared_ptr<FileTree> tree;
    {
      const std::lock_guard lock(mutex);
      tree = served;
    }
    const auto compiled = states::compile_highstate(
        {.files = *tree,
         .render = [&](const SlsFile& file) { return render::render_sls(file, *tree, {}); },
         .matches = [](const std::string&, const std::string&) { return true; },
         .saltenv = {}});
    const auto& low = compiled.low;
    if (low.size() != 2 || !(*low[0].find("n") == *low[1].find("n"))) ++wrong;
  });
  CHECK(wrong == 0);
}
