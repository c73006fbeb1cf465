// master_tops: programs of the site that assign states to minions, beside the top file.
#pragma once

#include <string>

#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::master {

class Tops {
 public:
  // `configured` is the option master_tops: {ext_nodes: PROGRAM and arguments}. Throws Error(invalid) for another kind.
  Tops(const Map& configured, Host& host);

  // Environment -> SLS names: what the program prints for the minion's id as {environment: NAME, classes: [SLS, ...]}.
  // No shell reads the id. Blocks: for a worker. Throws Error when the program fails or prints something else.
  Map of(const std::string& minion_id) const;

 private:
  Argv program_;
  Host& host_;
};

}  // namespace halite::master
