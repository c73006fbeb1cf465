// Asio's part of the loop. For the sources of this folder alone.
#pragma once

#include "common/wire/loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <memory>

namespace halite::wire {

struct Loop::Impl {
  boost::asio::io_context context{1};
  std::unique_ptr<boost::asio::signal_set> signals;
};

// The loop that runs the calling coroutine's awaits.
inline boost::asio::io_context& context_of(Loop& loop) { return loop.impl().context; }

}  // namespace halite::wire
