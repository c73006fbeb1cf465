#include "common/base/memory_reserve.h"

#include <catch2/catch.hpp>
#include <new>

namespace halite {

TEST_CASE("the first allocation that fails gets the reserve, later ones fail until it is restored") {
  MemoryReserve reserve(1 << 20);
  const std::new_handler handler = std::get_new_handler();
  REQUIRE(handler);
  CHECK_FALSE(reserve.restore());
  CHECK_NOTHROW(handler());
  CHECK_THROWS_AS(handler(), std::bad_alloc);
  CHECK(reserve.restore());
  CHECK_NOTHROW(handler());
}

TEST_CASE("without a reserve an allocation fails as ever") {
  { const MemoryReserve reserve(1 << 20); }
  CHECK_FALSE(std::get_new_handler());
}

}  // namespace halite
