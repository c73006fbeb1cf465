// One TCP connection that speaks ZMTP: to port 4505 as a subscriber or to 4506 as a requester. On the loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "common/wire/zmtp.h"

namespace halite::swarm {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Called on the loop, never from within a call of this class. A message is the last frame of what came. `lost` comes at
  // most once, and nothing after it. They live as long as the connection, so they hold no pointer that owns it.
  struct Handlers {
    std::function<void()> ready;
    std::function<void(std::string_view payload)> message;
    std::function<void(const std::string& reason)> lost;
  };

  Connection(boost::asio::any_io_executor executor, wire::ZmtpRole role, Handlers handlers);
  Connection(const Connection&) = delete;

  void open(const boost::asio::ip::tcp::endpoint& endpoint);
  // Once ready. What can't be written at once waits in memory.
  void send(std::string bytes);
  int peer_minor() const { return input_.peer_minor(); }
  bool is_ready() const { return is_ready_; }
  // No handler is called any more.
  void close();

 private:
  void wait_for_input();
  void read_input();
  void take(const wire::ZmtpFrame& frame);
  void flush();
  void fail(const std::string& reason);

  boost::asio::ip::tcp::socket socket_;
  wire::ZmtpRole role_;
  Handlers handlers_;
  wire::ZmtpInput input_;
  std::string output_;
  std::size_t written_ = 0;
  bool is_ready_ = false, is_writing_ = false;
  bool is_closed_ = false;    // by either side
  bool is_given_up_ = false;  // by the owner
};

}  // namespace halite::swarm
