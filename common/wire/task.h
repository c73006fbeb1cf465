// Task<T>: the coroutine type of everything that waits on the loop.
#pragma once

// Boost 1.74's awaitable uses std::exchange without including it.
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace halite {

// Starts when awaited or given to Loop::spawn. Parameters by value, or references to parts that outlive the loop.
// g++ 12 errors, both cured by naming the value on a line before: a braced list inside a co_await expression does not compile,
// and a lambda written inside one is destroyed twice (its captures with it, which corrupts memory).
template <class T = void>
using Task = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace halite
