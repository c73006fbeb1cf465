// Catch2's main, compiled once for every test program: it takes 20 s.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
