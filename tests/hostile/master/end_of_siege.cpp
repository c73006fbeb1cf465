// Ends the siege after the last test.
#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>

#include "tests/hostile/master/siege.h"

namespace halite::hostile {
namespace {

struct EndOfSiege : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testRunEnded(const Catch::TestRunStats&) override { Siege::end(); }
};
CATCH_REGISTER_LISTENER(EndOfSiege)

}  // namespace
}  // namespace halite::hostile
