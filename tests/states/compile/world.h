// A small state tree for tests of the compiler: YAML without Jinja, targets as globs on one minion id.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "states/compile/compile.h"
#include "tests/support/memory_tree.h"

namespace halite::states {

struct SlsWorld {
  test::MemoryTree tree;
  CompileContext context;

  explicit SlsWorld(test::MemoryTree files)
      : tree(std::move(files)),
        context{.files = tree,
                .render = [](const SlsFile& file) { return from_yaml(file.text, file.path); },
                .matches =
                    [](const std::string& target, const std::string& matcher) {
                      return matcher == "nodegroup" ? target == "web" : glob_match(target, "web1.example.org");
                    },
                .saltenv = {}} {}
  SlsWorld(const SlsWorld&) = delete;  // the context refers to the tree
  SlsWorld& operator=(const SlsWorld&) = delete;

  Compiled sls(const std::vector<std::string>& names = {"a"}) { return compile_sls(names, context); }
  Compiled highstate() { return compile_highstate(context); }
};

// A world of one SLS file named "a".
inline SlsWorld one_file(const std::string& text) {
  return SlsWorld(test::MemoryTree::Files{{"a.sls", text}});
}

// "state|id|name|fun" of each chunk, in order.
inline std::vector<std::string> steps(const Compiled& compiled) {
  std::vector<std::string> steps;
  for (const auto& chunk : compiled.low) {
    std::vector<std::string> words;
    for (const auto* key : {"state", "__id__", "name", "fun"}) words.push_back(chunk.find(key)->as_string());
    steps.push_back(join(words, "|"));
  }
  return steps;
}

// One argument of the chunk with this id, as JSON; "" when there is none.
inline std::string argument(const Compiled& compiled, const std::string& id, const std::string& key) {
  for (const auto& chunk : compiled.low)
    if (*chunk.find("__id__") == Value(id))
      if (const auto* value = chunk.find(key)) return to_json(*value);
  return "";
}

}  // namespace halite::states
