// Properties of requisites over random trees: whatever the graph, a compile and a run respect every requisite, and a
// circle is told with exactly its members.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "states/compile/compile.h"
#include "tests/states/compile/world.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

constexpr int round_count = 120;
constexpr int state_count = 14;

struct Edge {
  int from = 0;  // is to run before `to`
  int to = 0;
  std::string kind;
};

const std::vector<std::string> plain_kinds{"require", "watch", "onchanges", "require_any", "watch_any", "onchanges_any"};
const std::vector<std::string> in_kinds{"require_in", "watch_in", "onchanges_in"};

std::string name_of(int state) {
  return "s" + std::to_string(state);
}

// Written on either side, as an id, a pair, or a glob that means but one.
std::string tree_of(const std::vector<Edge>& edges, std::mt19937& random) {
  std::map<int, std::map<std::string, std::vector<std::string>>> arguments;
  for (const auto& edge : edges) {
    const bool is_in = edge.kind.ends_with("_in");
    const int target = is_in ? edge.to : edge.from;
    const auto form = random() % 3;
    const auto name = name_of(target);
    const auto written = form == 0 && !is_in ? name : form == 1 && !is_in ? "{test: '" + name + "[!0-9]*'}" : "{test: " + name + "}";
    arguments[is_in ? edge.from : edge.to][edge.kind].push_back(form == 1 && !is_in ? "{test: '" + name + "_x'}" : written);
  }
  std::vector<int> order(state_count);
  for (int i = 0; i < state_count; ++i) order[static_cast<std::size_t>(i)] = i;
  std::shuffle(order.begin(), order.end(), random);
  std::string text;
  for (const int state : order) {
    text += name_of(state) + ":\n  test.succeed_with_changes:\n    - name: " + name_of(state) + "_x\n";
    if (random() % 5 == 0) text += "    - order: " + std::to_string(random() % 40) + "\n";
    for (const auto& [kind, targets] : arguments[state]) text += "    - " + kind + ": [" + join(targets, ", ") + "]\n";
  }
  return text;
}

std::vector<Edge> edges_of(int count, bool may_circle, std::mt19937& random) {
  std::vector<Edge> edges;
  for (int i = 0; i < count; ++i) {
    int from = static_cast<int>(random() % state_count), to = static_cast<int>(random() % state_count);
    if (from == to) continue;
    if (!may_circle && from > to) std::swap(from, to);
    const auto& kinds = random() % 3 == 0 ? in_kinds : plain_kinds;
    edges.push_back({from, to, kinds[random() % kinds.size()]});
  }
  return edges;
}

std::int64_t number_of(const RunResult& run, int state) {
  return result_of(run, name_of(state)).find("__run_num__")->as_int();
}

// The states that some path leads from and back to.
std::set<std::string> in_circles(const std::vector<Edge>& edges) {
  bool reaches[state_count][state_count] = {};
  for (const auto& edge : edges) reaches[edge.from][edge.to] = true;
  for (int k = 0; k < state_count; ++k)
    for (int i = 0; i < state_count; ++i)
      for (int j = 0; j < state_count; ++j) reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
  std::set<std::string> names;
  for (int i = 0; i < state_count; ++i)
    if (reaches[i][i]) names.insert(name_of(i));
  return names;
}

// "a -> b -> a" of a result's comment.
std::vector<std::string> circle_in(const Map& result) {
  const auto& comment = result.find("comment")->as_string();
  const std::string start = "Recursive requisite found: ";
  if (!comment.starts_with(start)) return {};
  std::vector<std::string> names;
  auto rest = comment.substr(start.size());
  for (auto at = rest.find(" -> "); at != std::string::npos; at = rest.find(" -> ")) {
    names.push_back(rest.substr(0, at));
    rest = rest.substr(at + 4);
  }
  names.push_back(rest);
  return names;
}

bool has_edge(const std::vector<Edge>& edges, const std::string& from, const std::string& to) {
  return std::any_of(edges.begin(), edges.end(), [&](const Edge& edge) { return name_of(edge.from) == from && name_of(edge.to) == to; });
}

}  // namespace

TEST_CASE("States run in an order that respects every requisite of random graphs") {
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto edges = edges_of(static_cast<int>(random() % 30), false, random);
    const auto text = tree_of(edges, random);
    INFO("seed " << seed << "\n" << text);
    const auto compiled = one_file(text).sls();
    REQUIRE(compiled.errors.empty());
    REQUIRE(compiled.low.size() == state_count);
    const auto run = Scene().run(compiled.low);
    for (int state = 0; state < state_count; ++state)
      CHECK(*result_of(run, name_of(state)).find("result") == Value(true));
    for (const auto& edge : edges) {
      INFO(name_of(edge.from) << " before " << name_of(edge.to) << " by " << edge.kind);
      CHECK(number_of(run, edge.from) < number_of(run, edge.to));
    }
  }
}

TEST_CASE("A circle is always told, and with a real circle's members") {
  int circles = 0;
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto edges = edges_of(static_cast<int>(4 + random() % 18), true, random);
    const auto text = tree_of(edges, random);
    INFO("seed " << seed << "\n" << text);
    const auto compiled = one_file(text).sls();
    const auto expected = in_circles(edges);
    if (!compiled.ok()) {  // two states that name each other are found while compiling
      for (const auto& error : compiled.errors) CHECK(error.find("A recursive requisite was found, SLS \"a\" ID \"s") == 0);
      CHECK_FALSE(expected.empty());
      ++circles;
      continue;
    }
    const auto run = Scene().run(compiled.low);
    int told = 0;
    for (int state = 0; state < state_count; ++state) {
      const auto members = circle_in(result_of(run, name_of(state)));
      if (members.empty()) continue;
      ++told;
      REQUIRE(members.size() >= 2);
      CHECK(members.front() == members.back());
      for (std::size_t i = 0; i + 1 < members.size(); ++i) {
        INFO(members[i] << " needs " << members[i + 1]);
        CHECK(expected.count(members[i]) == 1);
        CHECK(has_edge(edges, members[i + 1], members[i]));
      }
    }
    CHECK((told > 0) == !expected.empty());
    circles += expected.empty() ? 0 : 1;
  }
  CHECK(circles > round_count / 4);
}

TEST_CASE("Explicit orders are kept where no requisite speaks against them") {
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto text = tree_of({}, random);
    INFO("seed " << seed << "\n" << text);
    const auto compiled = one_file(text).sls();
    std::vector<double> orders;
    std::set<std::string> ids;
    for (const auto& chunk : compiled.low) {
      orders.push_back(chunk.find("order")->as_real());
      ids.insert(chunk.find("__id__")->as_string());
    }
    CHECK(std::is_sorted(orders.begin(), orders.end()));
    CHECK(ids.size() == state_count);
    const auto run = Scene().run(compiled.low);
    for (std::size_t i = 0; i < compiled.low.size(); ++i)
      CHECK(*result_of(run, compiled.low[i].find("__id__")->as_string()).find("__run_num__") == Value(i));
  }
}

}  // namespace halite::states
