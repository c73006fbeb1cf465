// States run on this machine's real files, in a directory of the test's own.
#pragma once

#include <string>

#include "common/host/real_host.h"
#include "states/run/run.h"
#include "tests/states/told.h"
#include "tests/support/memory_tree.h"
#include "tests/support/temp_directory.h"

namespace halite::states {

struct Field {
  TempDirectory home;
  std::unique_ptr<Host> host = make_real_host();
  test::MemoryTree tree{test::MemoryTree::Files{}};

  Map state(const std::string& function, const Map& args) {
    const std::size_t dot = function.find('.');
    Map low{{"state", function.substr(0, dot)},
            {"fun", function.substr(dot + 1)},
            {"__id__", "it"},
            {"__sls__", "hostile"},
            {"__env__", "base"},
            {"name", "it"}};
    for (const auto& [key, value] : args) low.set(key, value);
    const RunContext context{.host = *host,
                             .files = tree,
                             .render = {},
                             .pillar = Map(),
                             .grains = Map(),
                             .cache_directory = home / "cache"};
    return run_low({low}, registry(), context).states.begin()->value.as_map();
  }
};

}  // namespace halite::states
