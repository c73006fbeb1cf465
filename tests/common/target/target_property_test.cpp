// Properties of compound targets: a random expression means what a plain evaluation of its tree says, for every minion;
// parentheses that are not needed change nothing; any damage is an error or another target, never a crash.
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <random>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/target/target.h"

using namespace halite;
using namespace halite::target;

namespace {

constexpr int round_count = 400;

struct Minion {
  std::string id;
  Map grains;
};

const std::vector<Minion> minions{{"web1.example.org", {{"os", "Debian"}, {"roles", List{"web", "cache"}}}},
                                  {"web2.example.org", {{"os", "Ubuntu"}, {"roles", List{"web"}}}},
                                  {"db1", {{"os", "Debian"}, {"roles", List{"db"}}, {"site", Map{{"rack", "r1"}}}}},
                                  {"mail", {{"os", "Fedora"}}},
                                  {"and-or-not", {{"os", "Debian"}}}};
const Nodegroups groups{{"webs", "web*"}, {"debian", "G@os:Debian"}, {"both", "N@webs and N@debian"}, {"listed", List{"db1", "mail"}}};

// A condition with its text, and what it says of each minion, worked out here.
struct Leaf {
  std::string text;
  std::vector<bool> means;
};
const std::vector<Leaf> leaves{{"web*", {true, true, false, false, false}},
                               {"*", {true, true, true, true, true}},
                               {"nosuch", {false, false, false, false, false}},
                               {"G@os:Debian", {true, false, true, false, true}},
                               {"G@roles:web", {true, true, false, false, false}},
                               {"G;@site;rack;r1", {false, false, true, false, false}},
                               {"P@os:^(Deb|Fed)", {true, false, true, true, true}},
                               {"E@web\\d", {true, true, false, false, false}},
                               {"L@db1,mail", {false, false, true, true, false}},
                               {"N@both", {true, false, false, false, false}},
                               {"N@listed", {false, false, true, true, false}},
                               {"and-or-not", {false, false, false, false, true}}};

struct Tree {
  std::string text;  // parenthesised only where it must be
  std::string full;  // with every parenthesis
  std::vector<bool> means;
  int strength = 0;  // 3: a leaf or in parentheses, 2: not, 1: and, 0: or
};

std::string in(const Tree& tree, int needed) {
  return tree.strength >= needed ? tree.text : "( " + tree.text + " )";
}

Tree random_tree(int depth, std::mt19937& random) {
  const auto pick = random() % (depth == 0 ? 1 : 4);
  if (pick == 0) {
    const auto& leaf = leaves[random() % leaves.size()];
    return {leaf.text, leaf.text, leaf.means, 3};
  }
  const auto left = random_tree(depth - 1, random);
  if (pick == 1) {
    std::vector<bool> means = left.means;
    means.flip();
    return {"not " + in(left, 3), "not ( " + left.full + " )", means, 2};
  }
  const auto right = random_tree(depth - 1, random);
  const bool is_and = pick == 2;
  std::vector<bool> means;
  for (std::size_t i = 0; i < left.means.size(); ++i)
    means.push_back(is_and ? left.means[i] && right.means[i] : left.means[i] || right.means[i]);
  const std::string word = is_and ? " and " : " or ";
  const int needed = is_and ? 1 : 0;
  return {in(left, needed) + word + in(right, needed), "( " + left.full + " )" + word + "( " + right.full + " )", means, needed};
}

std::vector<bool> meant(const Value& expression) {
  const auto matcher = Matcher::compile(Kind::compound, expression, ":", groups);
  std::vector<bool> results;
  for (const auto& minion : minions) results.push_back(matcher.matches({minion.id, &minion.grains, nullptr}));
  return results;
}

}  // namespace

TEST_CASE("A random compound target means what its tree means") {
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto tree = random_tree(4, random);
    INFO("seed " << seed << ": " << tree.text);
    CHECK(meant(tree.text) == tree.means);
    CHECK(meant(tree.full) == tree.means);
    CHECK(meant("not ( " + tree.text + " )") != tree.means);
    List words;
    for (auto& word : split_words(tree.text)) words.push_back(word);
    CHECK(meant(words) == tree.means);
    const Nodegroups wrapped{{"webs", "web*"}, {"debian", "G@os:Debian"}, {"both", "N@webs and N@debian"}, {"listed", List{"db1", "mail"}}, {"whole", "( " + tree.text + " )"}};
    const auto as_group = Matcher::compile(Kind::nodegroup, "whole", ":", wrapped);
    for (std::size_t i = 0; i < minions.size(); ++i)
      CHECK(as_group.matches({minions[i].id, &minions[i].grains, nullptr}) == tree.means[i]);
  }
}

TEST_CASE("What is not known decides nothing, and where it does not matter changes nothing") {
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    const auto tree = random_tree(3, random);
    INFO("seed " << seed << ": " << tree.text);
    const auto matcher = Matcher::compile(Kind::compound, tree.text, ":", groups);
    for (std::size_t i = 0; i < minions.size(); ++i) {
      const auto verdict = matcher.judge({minions[i].id, nullptr, nullptr});
      if (verdict != Verdict::unknown) CHECK((verdict == Verdict::yes) == tree.means[i]);
    }
  }
}

TEST_CASE("A damaged compound target is an error or a target, and nothing else") {
  int refused = 0;
  for (unsigned seed = 1; seed <= round_count; ++seed) {
    std::mt19937 random(seed);
    auto words = split_words(random_tree(4, random).text);
    for (int damage = 0; damage < 2 && !words.empty(); ++damage) {
      const auto at = static_cast<std::ptrdiff_t>(random() % words.size());
      if (random() % 2 == 0)
        words.erase(words.begin() + at);
      else
        words.insert(words.begin() + at, std::vector<std::string>{"and", "or", "not", "(", ")", "X@y", "G@"}[random() % 7]);
    }
    const auto text = join(words, " ");
    INFO("seed " << seed << ": " << text);
    try {
      meant(text);
    } catch (const Error& error) {
      ++refused;
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK(std::string(error.what()).find("target") != std::string::npos);
    }
  }
  CHECK(refused > round_count / 4);
}
