// Where this minion's pillar comes from: the master, or its own pillar tree.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/data/value.h"

namespace halite::minion {

struct PillarRequest {
  std::optional<std::string> saltenv;
  std::optional<std::string> pillarenv;
  Map overrides;  // merged over the result: state.apply pillar='{...}'
};

class PillarSource {
 public:
  virtual ~PillarSource() = default;
  // The pillar in use; compiled or fetched when first asked for. A pillar with errors has them under "_errors".
  virtual Map current() = 0;
  // A new one, for one run; the one in use stays.
  virtual Map compile(const PillarRequest& request) = 0;
  // Makes the one in use anew.
  virtual void refresh() = 0;
  // What it was made of, "git:URL@COMMIT"; empty when not known.
  virtual std::string revision() = 0;
};

}  // namespace halite::minion
