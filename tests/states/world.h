// A world for tests of providers: a fake machine that is its own cache.
#pragma once

#include "states/world.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"

namespace halite::states {

struct TestWorld {
  FakeHost host;
  test::MemoryTree tree{test::MemoryTree::Files{}};
  World world{.host = host,
              .own_files = host,
              .files = tree,
              .render = {},
              .call = {},
              .pillar = Map(),
              .grains = Map(),
              .accounts = Accounts(host)};

  TestWorld() {
    host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n";
    host.files["/etc/group"] = "root:x:0:\nalice:x:1000:\n";
    host.add_directory("/srv");
    host.add_directory("/home/alice", 0755, 1000, 1000);
    world.cache_directory = "/cache";
    host.add_directory("/cache");
  }
};

}  // namespace halite::states
