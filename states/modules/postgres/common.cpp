#include "states/modules/postgres/common.h"

#include "common/base/error.h"

namespace halite::states {

void failing_as(const std::string& what, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    throw Error(error.kind(), "{}: {}", what, error.what());
  }
}

Map named_change(const std::string& name, const std::string& word) { return {{name, word}}; }

}  // namespace halite::states
