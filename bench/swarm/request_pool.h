// Connections to port 4506, shared by all simulated minions: one question at a time on each, as REQ sockets have it.
//
// A real minion has a connection of its own; with a pool the generator and the master stay within their descriptors while
// ten thousand minions are connected to 4505. What waits for a free connection is counted into its latency.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bench/swarm/connection.h"
#include "common/wire/task.h"

namespace halite::swarm {

struct RequestPoolOptions {
  boost::asio::ip::tcp::endpoint master;
  std::size_t connections_max = 1000;
  std::chrono::milliseconds answer_limit{60'000};
  std::chrono::milliseconds reconnect_pause{200};
};

class RequestPool {
 public:
  RequestPool(boost::asio::any_io_executor executor, RequestPoolOptions options);
  ~RequestPool();
  RequestPool(const RequestPool&) = delete;

  // The payload of the answer; nothing when there was none within the limit or the connection broke. `is_urgent` goes before
  // all others that wait.
  Task<std::optional<std::string>> ask(std::string payload, bool is_urgent = false);
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t connections() const { return lines_.size(); }
  // Connections beyond `keep` that have nothing to do are closed.
  void shrink(std::size_t keep);
  void close();

 private:
  using Answer = std::function<void(std::optional<std::string>)>;
  struct Question {
    std::string payload;
    Answer answer;
  };
  struct Line;

  void pump();
  void open(Line& line);
  void start(Line& line, Question question);
  void finish(Line& line, std::optional<std::string> payload);
  void lose(Line& line);

  boost::asio::any_io_executor executor_;
  RequestPoolOptions options_;
  std::deque<Question> waiting_;
  std::vector<std::shared_ptr<Line>> lines_;
  std::vector<Line*> idle_;
  std::size_t opening_ = 0;
  bool is_closed_ = false;
};

}  // namespace halite::swarm
