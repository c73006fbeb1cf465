// Asio's part of the loop. For the sources of this folder alone.
#pragma once

#include "common/wire/loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <new>

namespace halite::wire {

struct Loop::Impl {
  boost::asio::io_context context{1};
  std::unique_ptr<boost::asio::signal_set> signals;
};

// The loop that runs the calling coroutine's awaits.
inline boost::asio::io_context& context_of(Loop& loop) { return loop.impl().context; }

// Waits for the next connection. To find no memory for that is an error as any other.
template <class Acceptor, class Socket>
Task<boost::system::error_code> accept_next(Acceptor& acceptor, Socket& socket) {
  boost::system::error_code error;
  try {
    co_await acceptor.async_accept(socket, boost::asio::redirect_error(boost::asio::use_awaitable, error));
  } catch (const std::bad_alloc&) {
    error = make_error_code(boost::system::errc::not_enough_memory);
  }
  co_return error;
}

}  // namespace halite::wire
