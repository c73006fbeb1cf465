#include "bench/swarm/request_pool.h"

#include <algorithm>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace halite::swarm {

namespace asio = boost::asio;

struct RequestPool::Line : std::enable_shared_from_this<Line> {
  explicit Line(const asio::any_io_executor& executor) : timer(executor) {}
  std::shared_ptr<Connection> connection;
  asio::steady_timer timer;
  Answer answer;  // of the question that is under way
};

RequestPool::RequestPool(asio::any_io_executor executor, RequestPoolOptions options)
    : executor_(std::move(executor)), options_(std::move(options)) {}
RequestPool::~RequestPool() { close(); }

void RequestPool::close() {
  is_closed_ = true;
  for (auto& line : lines_) {
    if (line->connection) line->connection->close();
    line->timer.cancel();
  }
}

Task<std::optional<std::string>> RequestPool::ask(std::string payload, bool is_urgent) {
  auto initiate = [this, is_urgent](auto handler, std::string bytes) {
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    // Resumed by the loop, so that no coroutine runs inside of pump().
    auto answer = [kept, executor = executor_](std::optional<std::string> reply) {
      asio::post(executor, [kept, reply = std::move(reply)]() mutable { (*kept)(std::move(reply)); });
    };
    Question question{std::move(bytes), std::move(answer)};
    if (is_urgent) waiting_.push_front(std::move(question));
    else waiting_.push_back(std::move(question));
    pump();
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<asio::any_io_executor>, void(std::optional<std::string>)>(
      std::move(initiate), asio::use_awaitable, std::move(payload));
}

// Idle connections take what waits; more are opened while more waits than is being opened.
void RequestPool::pump() {
  while (!waiting_.empty() && !idle_.empty() && !is_closed_) {
    Line& line = *idle_.back();
    idle_.pop_back();
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    start(line, std::move(question));
  }
  while (waiting_.size() > opening_ && lines_.size() < options_.connections_max && !is_closed_) {
    lines_.push_back(std::make_shared<Line>(executor_));
    open(*lines_.back());
  }
}

void RequestPool::open(Line& line) {
  ++opening_;
  Connection::Handlers handlers;
  handlers.ready = [this, &line] {
    --opening_;
    idle_.push_back(&line);
    pump();
  };
  handlers.message = [this, &line](std::string_view payload) {
    if (line.answer) finish(line, std::string(payload));
  };
  handlers.lost = [this, &line](const std::string&) { lose(line); };
  line.connection = std::make_shared<Connection>(executor_, wire::ZmtpRole::requester, std::move(handlers));
  line.connection->open(options_.master);
}

void RequestPool::start(Line& line, Question question) {
  line.answer = std::move(question.answer);
  line.timer.expires_after(options_.answer_limit);
  line.timer.async_wait([this, held = line.shared_from_this()](const boost::system::error_code& error) {
    if (error || is_closed_ || !held->answer) return;
    // Its late answer must not be taken for another's.
    held->connection->close();
    lose(*held);
  });
  line.connection->send(wire::zmtp_request(question.payload));
}

void RequestPool::finish(Line& line, std::optional<std::string> payload) {
  Answer answer = std::move(line.answer);
  line.answer = nullptr;
  line.timer.cancel();
  idle_.push_back(&line);
  answer(std::move(payload));
  pump();
}

void RequestPool::lose(Line& line) {
  if (is_closed_) return;
  const std::size_t was_idle = std::erase(idle_, &line);
  if (line.answer) {
    Answer answer = std::move(line.answer);
    line.answer = nullptr;
    answer(std::nullopt);
  } else if (was_idle == 0) {
    --opening_;
  }
  line.timer.expires_after(options_.reconnect_pause);
  line.timer.async_wait([this, held = line.shared_from_this()](const boost::system::error_code& error) {
    if (!error && !is_closed_) open(*held);
  });
}

void RequestPool::shrink(std::size_t keep) {
  while (lines_.size() > keep && !idle_.empty()) {
    Line* const line = idle_.back();
    idle_.pop_back();
    line->connection->close();
    std::erase_if(lines_, [line](const auto& held) { return held.get() == line; });
  }
}

}  // namespace halite::swarm
