#include "bench/swarm/connection.h"

#include <fcntl.h>

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "common/base/error.h"

namespace halite::swarm {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t frame_limit_bytes = std::size_t{256} << 20;
constexpr std::size_t read_size_bytes = std::size_t{256} << 10;
constexpr int reads_in_a_row_max = 8;  // then others get their turn

// One for all connections of the loop thread: an idle connection holds no buffer.
std::array<char, read_size_bytes>& scratch() {
  thread_local std::array<char, read_size_bytes> buffer;
  return buffer;
}

}  // namespace

Connection::Connection(asio::any_io_executor executor, wire::ZmtpRole role, Handlers handlers)
    : socket_(std::move(executor)), role_(role), handlers_(std::move(handlers)), input_(frame_limit_bytes) {}

void Connection::open(const asio::ip::tcp::endpoint& endpoint) {
  error_code failure;
  socket_.open(endpoint.protocol(), failure);
  if (failure) return fail(failure.message());
  // Asio does not do it, and the operator's commands are children of ours.
  ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
  socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& error) {
    if (self->is_closed_) return;
    if (error) return self->fail(error.message());
    error_code ignored;
    self->socket_.non_blocking(true, ignored);
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->wait_for_input();
    self->send(wire::zmtp_opening(self->role_));
  });
}

void Connection::close() {
  is_given_up_ = is_closed_ = true;
  error_code ignored;
  socket_.close(ignored);
}

// The owner is told later: it may be in the middle of send().
void Connection::fail(const std::string& reason) {
  if (is_closed_) return;
  is_closed_ = true;
  is_ready_ = false;
  error_code ignored;
  socket_.close(ignored);
  asio::post(socket_.get_executor(), [self = shared_from_this(), reason] {
    if (!self->is_given_up_ && self->handlers_.lost) self->handlers_.lost(reason);
  });
}

void Connection::wait_for_input() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    if (self->is_closed_) return;
    if (error) return self->fail(error.message());
    self->read_input();
    if (!self->is_closed_) self->wait_for_input();
  });
}

void Connection::read_input() {
  for (int reads = 0; reads < reads_in_a_row_max && !is_closed_; ++reads) {
    error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(scratch()), error);
    if (error == asio::error::would_block || error == asio::error::try_again) return;
    if (error) return fail(error == asio::error::eof ? "the master closed the connection" : error.message());
    input_.feed({scratch().data(), size});
    try {
      while (!is_closed_) {
        const auto frame = input_.next();
        if (!frame) break;
        take(*frame);
      }
    } catch (const Error& problem) {
      return fail(problem.message());
    }
    if (size < read_size_bytes) return;
  }
}

void Connection::take(const wire::ZmtpFrame& frame) {
  if (!frame.is_command) {
    if (!frame.has_more && handlers_.message) handlers_.message(frame.body);
    return;
  }
  const wire::ZmtpCommand command = wire::zmtp_command(frame.body);
  if (command.name == "READY") {
    is_ready_ = true;
    if (handlers_.ready) handlers_.ready();
  } else if (command.name == "PING") {
    send(wire::zmtp_pong(command.data));
  } else if (command.name == "ERROR") {
    throw Error(ErrorKind::unavailable, "the master refuses the connection");
  }
}

void Connection::send(std::string bytes) {
  if (output_.empty()) output_ = std::move(bytes);
  else output_ += bytes;
  flush();
}

void Connection::flush() {
  while (!is_writing_ && written_ < output_.size()) {
    error_code error;
    written_ += socket_.write_some(asio::buffer(output_.data() + written_, output_.size() - written_), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      is_writing_ = true;
      socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const error_code& failure) {
        self->is_writing_ = false;
        if (self->is_closed_) return;
        if (failure) return self->fail(failure.message());
        self->flush();
      });
      return;
    }
    if (error) return fail(error.message());
  }
  if (written_ == output_.size()) {
    std::string().swap(output_);
    written_ = 0;
  }
}

}  // namespace halite::swarm
